package io.orderflow.examples.common;

import io.orderflow.DeadLetter;
import io.orderflow.Order;
import io.orderflow.OrderEvent;
import io.orderflow.OrderEvent.Type;
import io.orderflow.OrderLine;
import io.orderflow.OrderStatus;
import io.orderflow.OrderTimeline;
import io.orderflow.WaitingOrder;
import java.io.PrintWriter;
import java.util.List;

/** Orders for a person to read. */
public final class OrderText {
    private static final String ARCHIVED = "  archived: its lines, amounts and changes are in the archive alone";

    private OrderText() {}

    /** One order with all that is known about it now. */
    public static void print(Order order, PrintWriter out) {
        out.println("order " + order.id() + " of buyer " + order.buyer() + (order.urgent() ? ", urgent" : ""));
        out.println("  " + status(order));
        if (order.status() == OrderStatus.ARCHIVED) {
            out.println(ARCHIVED);
        } else {
            content(order, out);
        }
        order.holdFor()
                .ifPresent(length -> out.println("  to be held for " + length
                        + order.heldUntil().map(until -> ", until " + until).orElse("")));
        out.println("  accepted " + order.createdAt());
        order.decidedAt().ifPresent(at -> out.println("  decided  " + at));
        order.decision().ifPresent(number -> out.println("  decision number " + number));
        if (order.hostData().length > 0) {
            out.println("  " + order.hostData().length + " bytes of host data, in --json");
        }
    }

    private static void content(Order order, PrintWriter out) {
        order.lines().forEach(line -> out.println("  " + line(line)));
        out.println("  total " + order.total() + (order.refunded() > 0 ? ", given back " + order.refunded() : "")
                + ", paid by " + order.payment());
    }

    private static String status(Order order) {
        return order.status()
                + order.rejectReason().map(reason -> " for " + reason).orElse("");
    }

    private static String line(OrderLine line) {
        return line.quantity() + " of product " + line.product()
                + (line.unitPrice().isPresent() ? " at " + line.unitPrice().getAsLong() : "");
    }

    /** Many of them, one a line. */
    public static void table(List<Order> orders, PrintWriter out) {
        if (orders.isEmpty()) {
            out.println("  no orders");
            return;
        }
        orders.forEach(order -> out.println("  " + order.id() + "  buyer " + order.buyer() + "  " + status(order)
                + (order.urgent() ? "  urgent" : "")
                + (order.status() == OrderStatus.ARCHIVED ? "" : "  total " + order.total()) + "  "
                + order.createdAt()));
    }

    /** An order's life. */
    public static void print(OrderTimeline timeline, PrintWriter out) {
        Order order = timeline.order();
        out.println("order " + order.id() + " of buyer " + order.buyer() + ", now " + status(order));
        out.println("  " + order.createdAt() + "  accepted");
        timeline.events().forEach(event -> out.println("  " + event.at() + "  " + event(event)));
        if (order.status() == OrderStatus.ARCHIVED) {
            out.println(ARCHIVED);
        }
        timeline.waiting().ifPresent(waiting -> out.println("  waits " + waiting(waiting)));
        timeline.deadLetters().forEach(letter -> out.println("  " + letter(letter)));
        out.println("  not stored: when it was sent to the queue, and when a worker received it");
    }

    private static String event(OrderEvent event) {
        String what =
                event.type() == Type.REDRIVEN ? "brought back" : event.type().name();
        return what
                + event.rejectReason().map(reason -> " for " + reason).orElse("")
                + event.parkedFor().map(reason -> " for " + reason).orElse("")
                + (event.amount() > 0 ? ", " + event.amount() : "")
                + event.reference().map(name -> ", reference " + name).orElse("") + ", number " + event.position();
    }

    private static String letter(DeadLetter letter) {
        return "dead letter " + letter.id() + ", " + letter.reason()
                + (letter.attempts().isPresent()
                        ? ", tried apart " + letter.attempts().getAsInt() + " times"
                        : "");
    }

    /** Where and for how long an order waits, and what is known about why. */
    public static String waiting(WaitingOrder waiting) {
        String where = switch (waiting.place()) {
            case GROUP -> "in a group of the journal";
            case ROW -> "in a row of the journal";
            case PLACED -> "in a row of the journal that no message carries";
            case PARKED ->
                "set aside"
                        + waiting.parkedFor().map(reason -> " for " + reason).orElse("");
        };
        return Ages.shown(waiting.age()) + ", " + where
                + (waiting.attempts() > 0 ? ", tried apart " + waiting.attempts() + " times" : "")
                + waiting.triedSince().map(at -> ", being tried since " + at).orElse("");
    }
}
