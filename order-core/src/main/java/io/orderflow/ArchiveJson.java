package io.orderflow;

import io.orderflow.internal.json.JsonString;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;

/** An archived order as one line of JSON. Only the references of changes are texts of the host's. */
final class ArchiveJson {
    /** What each line begins with. */
    static final String FIRST = "{\"id\":\"";

    private ArchiveJson() {}

    static void append(StringBuilder json, ArchivedOrder archived) {
        Order order = archived.order();
        json.append(FIRST).append(order.id()).append("\",\"buyer\":").append(order.buyer());
        json.append(",\"status\":\"").append(order.status()).append('"');
        order.rejectReason()
                .ifPresent(reason ->
                        json.append(",\"rejectReason\":\"").append(reason).append('"'));
        json.append(",\"decision\":").append(order.decision().orElse(0));
        json.append(",\"createdAt\":\"").append(order.createdAt()).append('"');
        order.decidedAt()
                .ifPresent(at -> json.append(",\"decidedAt\":\"").append(at).append('"'));
        if (order.urgent()) {
            json.append(",\"urgent\":true");
        }
        json.append(",\"payment\":\"")
                .append(order.payment())
                .append("\",\"total\":")
                .append(order.total());
        json.append(",\"refunded\":").append(order.refunded()).append(",\"lines\":");
        list(json, order.lines(), ArchiveJson::line);
        if (order.hostData().length > 0) {
            json.append(",\"hostData\":\"").append(Base64.getEncoder().encodeToString(order.hostData()));
            json.append('"');
        }
        json.append(",\"changes\":");
        list(json, archived.changes(), ArchiveJson::change);
        json.append("}\n");
    }

    private static void line(StringBuilder json, OrderLine line) {
        json.append("{\"product\":")
                .append(line.product())
                .append(",\"quantity\":")
                .append(line.quantity());
        line.unitPrice().ifPresent(price -> json.append(",\"unitPrice\":").append(price));
        json.append('}');
    }

    private static void change(StringBuilder json, ArchivedChange change) {
        json.append("{\"type\":\"").append(change.type()).append("\",\"reference\":");
        JsonString.append(json, change.reference());
        json.append(",\"amount\":")
                .append(change.amount())
                .append(",\"credited\":")
                .append(change.credited());
        json.append(",\"decision\":").append(change.decision());
        json.append(",\"at\":\"")
                .append(change.at())
                .append("\",\"restocked\":")
                .append(change.restocked());
        json.append(",\"lines\":");
        list(
                json,
                change.lines(),
                (text, line) -> text.append("{\"line\":")
                        .append(line.line())
                        .append(",\"quantity\":")
                        .append(line.quantity())
                        .append('}'));
        json.append('}');
    }

    private static <T> void list(StringBuilder json, List<T> elements, BiConsumer<StringBuilder, T> element) {
        json.append('[');
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            element.accept(json, elements.get(i));
        }
        json.append(']');
    }
}
