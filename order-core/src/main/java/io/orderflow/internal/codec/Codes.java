package io.orderflow.internal.codec;

import io.orderflow.DeadLetterReason;
import io.orderflow.OrderStatus;
import io.orderflow.RejectReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How states, reasons and payments are told in the tables. It never changes. */
public final class Codes {
    /** Accepted; a frame on the queue carries it. */
    public static final int PENDING = 0;

    /** Decided. */
    public static final int COMPLETED = 1;

    /** Decided. */
    public static final int REJECTED = 2;

    /** Set aside. */
    public static final int PARKED = 3;

    /** Accepted by the commit of the host's own transaction; no frame carries it, recovery delivers it. */
    public static final int PLACED = 4;

    /** Decided; what it took is held until it is confirmed, given back or too old. */
    public static final int RESERVED = 5;

    /** Decided by somebody who did not want it any more. */
    public static final int CANCELLED = 6;

    /** Held what it took for too long; all of it was given back. */
    public static final int EXPIRED = 7;

    /** Completed, and all of it given back since. */
    public static final int REFUNDED = 8;

    /**
     * Cancelled as well, but after it was decided: all that it held was given back. Unlike {@link #CANCELLED} it has
     * lines, and its decision number is that of the decision.
     */
    public static final int RELEASED = 9;

    /** Archived; the row is kept so that its id stays known, and has no content. */
    public static final int ARCHIVED = 10;

    private static final int VERDICT_BITS = 4;

    private static final int VERDICT_MASK = (1 << VERDICT_BITS) - 1;

    private static final Map<RejectReason, Integer> REJECT = new EnumMap<>(Map.of(
            RejectReason.UNKNOWN_BUYER, 1,
            RejectReason.UNKNOWN_PRODUCT, 2,
            RejectReason.PRICE_CHANGED, 3,
            RejectReason.AMOUNT_TOO_LARGE, 4,
            RejectReason.INSUFFICIENT_STOCK, 5,
            RejectReason.INSUFFICIENT_FUNDS, 6,
            RejectReason.LIMIT_PER_BUYER, 7));

    private static final Map<DeadLetterReason, Integer> DEAD_LETTER = new EnumMap<>(Map.of(
            DeadLetterReason.UNDECODABLE, 1,
            DeadLetterReason.POISON, 2,
            DeadLetterReason.CRASHED_WORKER, 3,
            DeadLetterReason.CONFLICT, 4,
            DeadLetterReason.UNAUTHENTICATED, 5,
            DeadLetterReason.FOREIGN_SHOP, 6));

    private Codes() {}

    /**
     * A condition in SQL: the buyer's wallet pays for an order, which the first byte of its request tells.
     *
     * @param request the column, as the statement names it
     */
    public static String walletPays(String request) {
        // this way round since Jdbi takes the other sign for the beginning of a name
        return "x'80' > " + request;
    }

    /**
     * A condition in SQL: an order holds what it takes, which the first byte of its request tells.
     *
     * @param request the column, as the statement names it
     */
    public static String holds(String request) {
        return "(" + request + " >= x'40' AND " + request + " < x'80' OR " + request + " >= x'c0')";
    }

    /** Whether an order with this status still waits for its decision. */
    public static boolean isUndecided(int status) {
        return status == PENDING || status == PLACED;
    }

    /** Whether an order with this status was completed, whatever was given back since. */
    public static boolean isCompleted(int status) {
        return status == COMPLETED || status == REFUNDED;
    }

    /** Whether an order with this status took something, whatever was given back since: it has lines. */
    public static boolean isCharged(int status) {
        return isCompleted(status) || status == RESERVED || status == EXPIRED || status == RELEASED;
    }

    /** Whether all is given back that an order with this status took. */
    public static boolean isGivenBack(int status) {
        return status == REFUNDED || status == EXPIRED || status == RELEASED;
    }

    /** Whether nothing more can become of an order with this status, but that a completed one is refunded. */
    public static boolean isFinal(int status) {
        return status == REJECTED || status == CANCELLED || isCharged(status) && status != RESERVED;
    }

    /** The status codes of {@link #isCharged}, with commas between them, for a list in SQL. */
    public static String charged() {
        return COMPLETED + "," + RESERVED + "," + EXPIRED + "," + REFUNDED + "," + RELEASED;
    }

    /** The status that the API shows. */
    public static OrderStatus status(int code) {
        return switch (code) {
            case PENDING, PLACED -> OrderStatus.PENDING;
            case COMPLETED -> OrderStatus.COMPLETED;
            case REJECTED -> OrderStatus.REJECTED;
            case PARKED -> OrderStatus.PARKED;
            case RESERVED -> OrderStatus.RESERVED;
            case CANCELLED, RELEASED -> OrderStatus.CANCELLED;
            case EXPIRED -> OrderStatus.EXPIRED;
            case REFUNDED -> OrderStatus.REFUNDED;
            case ARCHIVED -> OrderStatus.ARCHIVED;
            default -> throw new IllegalStateException("order status in the database stands for nothing: " + code);
        };
    }

    /** The number that the row of a batch has for an order's verdict: the reason above 4 bits of status. */
    public static int ofVerdict(OrderStatus status, Optional<RejectReason> reason) {
        int code = switch (status) {
            case COMPLETED -> COMPLETED;
            case RESERVED -> RESERVED;
            case REJECTED -> REJECTED;
            default -> throw new IllegalArgumentException("no verdict of a batch: " + status);
        };
        return reason.map(Codes::of).orElse(0) << VERDICT_BITS | code;
    }

    /** The status in the number of a verdict. */
    public static OrderStatus statusOfVerdict(int code) {
        return status(code & VERDICT_MASK);
    }

    /** The reason in the number of a verdict. */
    public static Optional<RejectReason> reasonOfVerdict(int code) {
        int reason = code >> VERDICT_BITS;
        return reason == 0 ? Optional.empty() : Optional.of(rejectReason(reason));
    }

    /** The number of a reject reason. */
    public static int of(RejectReason reason) {
        return REJECT.get(reason);
    }

    /** The number of a dead letter's reason. */
    public static int of(DeadLetterReason reason) {
        return DEAD_LETTER.get(reason);
    }

    /** The dead letter's reason with a number; empty if there is none. */
    public static Optional<DeadLetterReason> deadLetterReason(int code) {
        return DEAD_LETTER.entrySet().stream()
                .filter(entry -> entry.getValue() == code)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Whether a reject reason has the number. */
    public static boolean isRejectReason(int code) {
        return REJECT.containsValue(code);
    }

    /** The reject reason with a number. */
    public static RejectReason rejectReason(int code) {
        for (Map.Entry<RejectReason, Integer> entry : REJECT.entrySet()) {
            if (entry.getValue() == code) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("reject reason in the database is unknown: " + code);
    }
}
