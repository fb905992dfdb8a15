package io.orderflow.examples.loadtest.counting;

import io.orderflow.SubmitResult;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The answer to a submission, whichever way it came. Immutable.
 *
 * @param kind what it says
 * @param orderId the order's id, where the answer names it
 * @param retryAfter how long to wait before the same request is sent again; empty: it is not sent again
 * @param detail the answer in full, for a person
 */
public record Reply(Kind kind, Optional<UUID> orderId, Optional<Duration> retryAfter, Object detail) {
    /** After an unclear answer nobody says how long to wait. */
    private static final Duration UNKNOWN_PAUSE = Duration.ofMillis(200);

    /** What an answer says. */
    public enum Kind {
        ACCEPTED,
        DUPLICATE,
        CONFLICT,
        OVERLOADED,
        UNAVAILABLE,
        UNKNOWN,
        /** The call failed, or has an answer that must not be. */
        FAILED
    }

    public static Reply accepted(UUID orderId) {
        return new Reply(Kind.ACCEPTED, Optional.of(orderId), Optional.empty(), orderId);
    }

    /** The request was there before. */
    public static Reply duplicate(UUID orderId, Object detail) {
        return new Reply(Kind.DUPLICATE, Optional.of(orderId), Optional.empty(), detail);
    }

    /** A final answer that names no order of the caller's. */
    public static Reply refused(Kind kind, Object detail) {
        return new Reply(kind, Optional.empty(), Optional.empty(), detail);
    }

    /** An answer that asks for the same request again, later. */
    public static Reply later(Kind kind, Duration retryAfter, Object detail) {
        return new Reply(kind, Optional.empty(), Optional.of(retryAfter), detail);
    }

    /** Nobody knows; the same request again finds out. */
    public static Reply unknown(Object detail) {
        return later(Kind.UNKNOWN, UNKNOWN_PAUSE, detail);
    }

    public static Reply failed(Throwable failure) {
        return refused(Kind.FAILED, failure);
    }

    /** The library's own answer. */
    public static Reply of(SubmitResult result) {
        return switch (result.outcome()) {
            case ACCEPTED -> accepted(result.orderId());
            case DUPLICATE -> duplicate(result.orderId(), result);
            case CONFLICT -> refused(Kind.CONFLICT, result);
            case OVERLOADED -> later(Kind.OVERLOADED, result.retryAfter(), result);
            case UNAVAILABLE -> later(Kind.UNAVAILABLE, result.retryAfter(), result);
            case UNKNOWN -> unknown(result);
        };
    }

    /** Whether it leaves open if the order was accepted. */
    public boolean isUnclear() {
        return kind == Kind.UNKNOWN || kind == Kind.FAILED;
    }
}
