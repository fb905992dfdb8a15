package io.orderflow.examples.common;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.Order;
import io.orderflow.OrderTimeline;
import io.orderflow.WaitingOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the records tell as JSON. What is not known is left out, never null. */
public final class RecordsJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecordsJson() {}

    /** Some orders, and where to go on. */
    public static ObjectNode orders(List<Order> orders, Optional<String> next) {
        ObjectNode json = NODES.objectNode();
        ArrayNode array = json.putArray("orders");
        orders.forEach(order -> array.add(order(order)));
        next.ifPresent(word -> json.put("next", word));
        return json;
    }

    /** An order with its decision number, which is text: it may be larger than the numbers that a script has. */
    public static ObjectNode order(Order order) {
        ObjectNode json = OrderJson.order(order);
        order.decision().ifPresent(number -> json.put("decision", Long.toString(number)));
        return json;
    }

    /** An order's life. */
    public static ObjectNode timeline(OrderTimeline timeline, Instant now) {
        ObjectNode json = NODES.objectNode();
        json.set("order", order(timeline.order()));
        ArrayNode events = json.putArray("events");
        timeline.events().forEach(event -> events.add(EventJson.event(event)));
        timeline.waiting().ifPresent(waiting -> json.set("waiting", wait(NODES.objectNode(), waiting)));
        ArrayNode letters = json.putArray("deadLetters");
        timeline.deadLetters().forEach(letter -> letters.add(LetterJson.letter(letter, now)));
        json.putArray("notStored").add("published").add("received");
        return json;
    }

    /** Orders without a verdict. */
    public static ObjectNode waiting(List<WaitingOrder> waiting) {
        ObjectNode json = NODES.objectNode();
        ArrayNode array = json.putArray("orders");
        waiting.forEach(one -> array.add(wait(order(one.order()), one)));
        return json;
    }

    private static ObjectNode wait(ObjectNode json, WaitingOrder waiting) {
        json.put("place", waiting.place().name());
        json.put("since", waiting.since().toString());
        json.put("ageSeconds", waiting.age().toSeconds());
        json.put("attempts", waiting.attempts());
        waiting.triedSince().ifPresent(at -> json.put("triedSince", at.toString()));
        waiting.parkedFor().ifPresent(reason -> json.put("parkedFor", reason.name()));
        return json;
    }
}
