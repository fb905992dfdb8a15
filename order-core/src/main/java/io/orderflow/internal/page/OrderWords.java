package io.orderflow.internal.page;

import io.orderflow.DeadLetter;
import io.orderflow.FeedState;
import io.orderflow.Order;
import io.orderflow.OrderEvent;
import io.orderflow.OrderLine;
import io.orderflow.OrderStatus;
import io.orderflow.OrderTimeline;
import io.orderflow.WaitingOrder;
import java.util.Optional;

/** Orders, what happened to them, and dead letters, as the page's script has them. Of host data only the length. */
final class OrderWords {
    private OrderWords() {}

    /** One line of a list. */
    static PageFields row(Order order) {
        PageFields fields = new PageFields()
                .put("id", order.id().toString())
                .put("buyer", Long.toString(order.buyer()))
                .put("status", order.status().name())
                .put("reason", order.rejectReason())
                .put("createdAt", order.createdAt().toString())
                .put("decidedAt", order.decidedAt());
        return isKnown(order)
                ? fields.put("urgent", order.urgent()).put("total", Long.toString(order.total()))
                : fields;
    }

    /** Whether its content is in the tables. That of an archived order is in the archive alone. */
    private static boolean isKnown(Order order) {
        return order.status() != OrderStatus.ARCHIVED;
    }

    /** The whole order, and its whole life. */
    static PageFields life(OrderTimeline timeline) {
        Order order = timeline.order();
        PageFields fields = row(order)
                .put("events", timeline.events().stream().map(OrderWords::event).toList())
                .put("waits", timeline.waiting().map(OrderWords::waits))
                .put(
                        "letters",
                        timeline.deadLetters().stream().map(OrderWords::letter).toList())
                .put("decision", decision(order));
        return isKnown(order) ? content(fields, order) : fields;
    }

    private static PageFields content(PageFields fields, Order order) {
        return fields.put("payment", order.payment().name())
                .put("refunded", Long.toString(order.refunded()))
                .put("holdFor", order.holdFor())
                .put("heldUntil", order.heldUntil())
                .put("hostData", order.hostData().length)
                .put("lines", order.lines().stream().map(OrderWords::line).toList());
    }

    private static Optional<String> decision(Order order) {
        return order.decision().isPresent()
                ? Optional.of(Long.toString(order.decision().getAsLong()))
                : Optional.empty();
    }

    private static PageFields line(OrderLine line) {
        PageFields fields =
                new PageFields().put("product", Long.toString(line.product())).put("quantity", line.quantity());
        line.unitPrice().ifPresent(price -> fields.put("unitPrice", Long.toString(price)));
        return fields;
    }

    private static PageFields event(OrderEvent event) {
        return new PageFields()
                .put("at", event.at().toString())
                .put("type", event.type().name())
                .put("reason", event.rejectReason())
                .put("parkedFor", event.parkedFor())
                .put("reference", event.reference())
                .put("amount", Long.toString(event.amount()))
                .put("position", Long.toString(event.position()));
    }

    private static PageFields waits(WaitingOrder waiting) {
        return new PageFields()
                .put("place", waiting.place().name())
                .put("since", waiting.since().toString())
                .put("millis", waiting.age().toMillis())
                .put("attempts", waiting.attempts())
                .put("triedSince", waiting.triedSince())
                .put("parkedFor", waiting.parkedFor());
    }

    /** A dead letter without its bytes. */
    static PageFields letter(DeadLetter letter) {
        return new PageFields()
                .put("id", letter.id())
                .put("reason", letter.reason().name())
                .put("detail", letter.detail())
                .put("order", letter.orderId())
                .put("orderStatus", letter.orderStatus())
                .put("at", letter.createdAt().toString())
                .put("length", letter.length());
    }

    /** How far a feed was read. */
    static PageFields feed(FeedState feed) {
        return new PageFields()
                .put("name", feed.name())
                .put("behind", feed.behind())
                .put("lagMillis", feed.lag().toMillis())
                .put("leasedUntil", feed.leasedUntil());
    }
}
