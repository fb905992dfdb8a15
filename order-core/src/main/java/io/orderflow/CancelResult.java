package io.orderflow;

import java.util.UUID;

/**
 * What became of a cancellation. Nothing is recorded of one that was not done. Immutable. Where the database does not
 * answer, the call throws {@link StoreUnavailableException} instead, and repeating it with the same reference is safe.
 */
public sealed interface CancelResult {
    /** The order's id. */
    UUID orderId();

    /** Which of the results it is, for a {@code switch}. */
    CancelOutcome outcome();

    /**
     * Done now: the order took nothing and never will, or what it held is given back.
     *
     * @param orderId the order's id
     * @param amount what the order had cost if it was reserved, in minor units; back in the wallet, if that paid; 0 of
     *     one that was pending
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Cancelled(UUID orderId, long amount, long decision) implements CancelResult {
        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.CANCELLED;
        }
    }

    /**
     * The order was cancelled before by the same reference.
     *
     * @param orderId the order's id
     * @param amount the amount of that cancellation, in minor units
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Duplicate(UUID orderId, long amount, long decision) implements CancelResult {
        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.DUPLICATE;
        }
    }

    /** The reference stands for another change of the order. Nothing changed. */
    record Conflict(UUID orderId) implements CancelResult {
        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.CONFLICT;
        }
    }

    /** The order was accepted with another content than the request that was given has. Nothing changed. */
    record OtherContent(UUID orderId) implements CancelResult {
        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.OTHER_CONTENT;
        }
    }

    /**
     * The database has no such order: it was never accepted, or the queue alone accepted it and it is not decided yet.
     * With its request it could be cancelled all the same. Nothing changed.
     */
    record NotFound(UUID orderId) implements CancelResult {
        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.NOT_FOUND;
        }
    }

    /**
     * The order was set aside without a verdict. It takes nothing until somebody brings it back with
     * {@link OrderProcessor#deadLetters}; then it is pending and can be cancelled. Nothing changed.
     */
    record Parked(UUID orderId) implements CancelResult {
        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.PARKED;
        }
    }

    /**
     * The order is neither pending nor reserved any more: decided, cancelled by another reference, or expired. Nothing
     * changed.
     *
     * @param order the order as it is now
     */
    record TooLate(Order order) implements CancelResult {
        @Override
        public UUID orderId() {
            return order.id();
        }

        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.TOO_LATE;
        }
    }

    /**
     * What the order held cannot be given back: the wallet or a product would have more than {@link Limits#BALANCE}.
     * Nothing changed.
     */
    record LimitExceeded(UUID orderId) implements CancelResult {
        @Override
        public CancelOutcome outcome() {
            return CancelOutcome.LIMIT_EXCEEDED;
        }
    }
}
