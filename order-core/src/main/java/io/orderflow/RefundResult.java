package io.orderflow;

import java.util.List;
import java.util.UUID;

/**
 * What became of a refund. Nothing is recorded of one that was not done, so its reference may be used again. Immutable.
 * Where the database does not answer, the call throws {@link StoreUnavailableException} instead, and repeating it with
 * the same reference is safe.
 */
public sealed interface RefundResult {
    /** The order's id. */
    UUID orderId();

    /** Which of the results it is, for a {@code switch}. */
    RefundOutcome outcome();

    /**
     * Done now.
     *
     * @param orderId the order's id
     * @param amount what was given back, in minor units
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Refunded(UUID orderId, long amount, long decision) implements RefundResult {
        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.REFUNDED;
        }
    }

    /**
     * The same refund was done before.
     *
     * @param orderId the order's id
     * @param amount what was given back then, in minor units
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Duplicate(UUID orderId, long amount, long decision) implements RefundResult {
        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.DUPLICATE;
        }
    }

    /** The reference stands for another change of the order. Nothing changed. */
    record Conflict(UUID orderId) implements RefundResult {
        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.CONFLICT;
        }
    }

    /** The order has no row: it was never accepted, or is not decided yet. Nothing changed. */
    record NotFound(UUID orderId) implements RefundResult {
        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.NOT_FOUND;
        }
    }

    /**
     * The order took nothing, or nothing yet. Nothing changed.
     *
     * @param orderId the order's id
     * @param status where it stands: neither completed nor refunded
     */
    record NotCompleted(UUID orderId, OrderStatus status) implements RefundResult {
        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.NOT_COMPLETED;
        }
    }

    /**
     * The order has no such line. Nothing changed.
     *
     * @param orderId the order's id
     * @param line the first index that is none of a line
     */
    record UnknownLine(UUID orderId, int line) implements RefundResult {
        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.UNKNOWN_LINE;
        }
    }

    /**
     * Less is left than was asked for; nothing at all, if all that is left was asked for. Nothing changed.
     *
     * @param orderId the order's id
     * @param left how many pieces are left of each line, in the order of {@link Order#lines()}
     */
    record MoreThanLeft(UUID orderId, List<Integer> left) implements RefundResult {
        /** Copies the list. */
        public MoreThanLeft {
            left = List.copyOf(left);
        }

        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.MORE_THAN_LEFT;
        }
    }

    /** The wallet or a product would have more than {@link Limits#BALANCE}. Nothing changed. */
    record LimitExceeded(UUID orderId) implements RefundResult {
        @Override
        public RefundOutcome outcome() {
            return RefundOutcome.LIMIT_EXCEEDED;
        }
    }
}
