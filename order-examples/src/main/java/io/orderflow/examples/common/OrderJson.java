package io.orderflow.examples.common;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderStatus;
import java.util.List;

/** Orders as JSON, over HTTP and from the programs. What is not known is left out, never null. */
public final class OrderJson {
    private OrderJson() {}

    /** An order with all that is known about it. */
    public static ObjectNode order(Order order) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("orderId", order.id().toString());
        json.put("buyer", order.buyer());
        json.put("status", order.status().name());
        order.rejectReason().ifPresent(reason -> json.put("rejectReason", reason.name()));
        if (order.status() != OrderStatus.ARCHIVED) {
            putContent(json, order);
        }
        json.put("createdAt", order.createdAt().toString());
        order.decidedAt().ifPresent(at -> json.put("decidedAt", at.toString()));
        if (order.hostData().length > 0) {
            json.put("hostData", order.hostData());
        }
        return json;
    }

    /** Puts what the archive alone knows of an order that is in it. */
    private static void putContent(ObjectNode json, Order order) {
        putLines(json, order.lines());
        json.put("payment", order.payment().name());
        order.holdFor().ifPresent(length -> json.put("holdFor", length.toString()));
        order.heldUntil().ifPresent(until -> json.put("heldUntil", until.toString()));
        if (order.urgent()) {
            json.put("urgent", true);
        }
        json.put("total", order.total());
        if (order.refunded() > 0) {
            json.put("refunded", order.refunded());
        }
    }

    /** Puts the lines of an order into what is shown of it. */
    static void putLines(ObjectNode json, List<OrderLine> lines) {
        ArrayNode array = json.putArray("lines");
        for (OrderLine line : lines) {
            ObjectNode one = array.addObject().put("product", line.product()).put("quantity", line.quantity());
            line.unitPrice().ifPresent(price -> one.put("unitPrice", price));
        }
    }
}
