package io.orderflow.examples.export;

import io.orderflow.Order;
import io.orderflow.examples.common.RecordsJson;
import java.util.List;
import java.util.stream.Collectors;

/** How orders stand in the file: one line each. */
enum ExportFormat {
    CSV {
        @Override
        String head() {
            return "order_id,buyer,status,reject_reason,payment,total,refunded,created_at,decided_at,decision,hold_for,"
                    + "held_until,urgent,lines\n";
        }

        /** No field has a comma, a quote or the end of a line in it, so none is quoted. */
        @Override
        String line(Order order) {
            return List.of(
                                    order.id(),
                                    order.buyer(),
                                    order.status(),
                                    order.rejectReason().map(Enum::name).orElse(""),
                                    order.payment(),
                                    order.total(),
                                    order.refunded(),
                                    order.createdAt(),
                                    order.decidedAt().map(Object::toString).orElse(""),
                                    order.decision().orElse(0),
                                    order.holdFor().map(Object::toString).orElse(""),
                                    order.heldUntil().map(Object::toString).orElse(""),
                                    order.urgent(),
                                    lines(order))
                            .stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(","))
                    + "\n";
        }
    },
    JSONL {
        @Override
        String head() {
            return "";
        }

        @Override
        String line(Order order) {
            return RecordsJson.order(order) + "\n";
        }
    };

    /** What the file begins with. */
    abstract String head();

    /** One order, with the end of its line. */
    abstract String line(Order order);

    private static String lines(Order order) {
        return order.lines().stream()
                .map(line -> line.product() + ":" + line.quantity()
                        + (line.unitPrice().isPresent() ? "@" + line.unitPrice().getAsLong() : ""))
                .collect(Collectors.joining(" "));
    }
}
