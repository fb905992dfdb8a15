package io.orderflow.examples.loadtest.driving;

import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Orders as the HTTP application takes them, and what its answers mean. */
final class HttpReplies {
    /** Says that nobody knows whether the order was accepted. */
    private static final String UNKNOWN = "\"outcome\":\"unknown\"";

    private static final Duration RECONNECT = Duration.ofMillis(500);

    private HttpReplies() {}

    /** Begins an order's JSON: all but its closing brace. */
    static StringBuilder append(StringBuilder json, OrderRequest order) {
        json.append("{\"buyer\":").append(order.buyer()).append(",\"lines\":[");
        String separator = "";
        for (OrderLine line : order.lines()) {
            json.append(separator).append("{\"product\":").append(line.product());
            json.append(",\"quantity\":").append(line.quantity()).append('}');
            separator = ",";
        }
        json.append(']');
        order.holdFor()
                .ifPresent(
                        length -> json.append(",\"holdFor\":\"").append(length).append('"'));
        json.append(order.urgent() ? ",\"urgent\":true" : "");
        return order.payment() == Payment.EXTERNAL ? json.append(",\"payment\":\"EXTERNAL\"") : json;
    }

    /**
     * The reply of an answer.
     *
     * @param orderId the order that it names
     * @param retryAfter when it says that the order may be sent again
     * @param again whether the order may be sent again although it may have been accepted
     */
    static Reply of(int status, String body, Optional<UUID> orderId, Optional<Duration> retryAfter, boolean again) {
        String text = status + " " + body;
        Duration pause = retryAfter.orElse(RECONNECT);
        return switch (status) {
            case 202 -> orderId.map(Reply::accepted).orElseGet(() -> wrong(text));
            case 200 -> orderId.map(id -> Reply.duplicate(id, text)).orElseGet(() -> wrong(text));
            case 422 -> Reply.refused(Kind.CONFLICT, text);
            case 429 -> Reply.later(Kind.OVERLOADED, pause, text);
            case 503 ->
                body.contains(UNKNOWN)
                        ? (again ? Reply.unknown(text) : wrong(text))
                        : Reply.later(Kind.UNAVAILABLE, pause, text);
            default -> wrong(text);
        };
    }

    /** No answer came. What could not connect was not sent. */
    static Reply lost(Throwable failure, boolean again) {
        if (failure instanceof ConnectException || failure.getCause() instanceof ConnectException) {
            return Reply.later(Kind.UNAVAILABLE, RECONNECT, failure);
        }
        return again ? Reply.unknown(failure) : Reply.failed(failure);
    }

    static Reply wrong(String text) {
        return Reply.refused(Kind.FAILED, text);
    }

    /** The pause that an answer asks for, in seconds. */
    static Optional<Duration> seconds(String text) {
        return text != null && text.matches("[1-9][0-9]{0,8}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                : Optional.empty();
    }
}
