package io.orderflow.examples.common;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.FeedPage;
import io.orderflow.OrderEvent;

/**
 * What the feed tells as JSON. What is not known is left out, never null. Positions are text, since they may be larger
 * than the numbers that a script has.
 */
public final class EventJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private EventJson() {}

    /** Some events, and where to go on. */
    public static ObjectNode page(FeedPage page) {
        ObjectNode json = NODES.objectNode();
        ArrayNode events = json.putArray("events");
        page.events().forEach(event -> events.add(event(event)));
        return json.put("position", Long.toString(page.position()));
    }

    /** One event. */
    public static ObjectNode event(OrderEvent event) {
        ObjectNode json = NODES.objectNode();
        json.put("position", Long.toString(event.position()));
        json.put("type", event.type().name());
        json.put("orderId", event.orderId().toString());
        event.order().ifPresent(order -> json.put("buyer", order.buyer()));
        json.put("at", event.at().toString());
        event.rejectReason().ifPresent(reason -> json.put("rejectReason", reason.name()));
        event.parkedFor().ifPresent(reason -> json.put("parkedFor", reason.name()));
        event.reference().ifPresent(reference -> json.put("reference", reference));
        if (event.amount() > 0) {
            json.put("amount", event.amount());
        }
        return json;
    }
}
