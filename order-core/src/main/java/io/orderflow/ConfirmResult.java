package io.orderflow;

import java.util.UUID;

/**
 * What became of a confirmation. Nothing is recorded of one that was not done. Immutable. Where the database does not
 * answer, the call throws {@link StoreUnavailableException} instead, and repeating it with the same reference is safe.
 */
public sealed interface ConfirmResult {
    /** The order's id. */
    UUID orderId();

    /** Which of the results it is, for a {@code switch}. */
    ConfirmOutcome outcome();

    /**
     * Done now: the order is completed, and keeps what it took.
     *
     * @param orderId the order's id
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Confirmed(UUID orderId, long decision) implements ConfirmResult {
        @Override
        public ConfirmOutcome outcome() {
            return ConfirmOutcome.CONFIRMED;
        }
    }

    /**
     * The order was confirmed before by the same reference.
     *
     * @param orderId the order's id
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Duplicate(UUID orderId, long decision) implements ConfirmResult {
        @Override
        public ConfirmOutcome outcome() {
            return ConfirmOutcome.DUPLICATE;
        }
    }

    /** The reference stands for another change of the order. Nothing changed. */
    record Conflict(UUID orderId) implements ConfirmResult {
        @Override
        public ConfirmOutcome outcome() {
            return ConfirmOutcome.CONFLICT;
        }
    }

    /**
     * The database has no such order: it was never accepted, or the queue alone accepted it and it is not decided yet.
     * Nothing changed.
     */
    record NotFound(UUID orderId) implements ConfirmResult {
        @Override
        public ConfirmOutcome outcome() {
            return ConfirmOutcome.NOT_FOUND;
        }
    }

    /**
     * The order was reserved, and its expiry came first: all was given back. Nothing changed.
     *
     * @param order the order as it is now
     */
    record Expired(Order order) implements ConfirmResult {
        @Override
        public UUID orderId() {
            return order.id();
        }

        @Override
        public ConfirmOutcome outcome() {
            return ConfirmOutcome.EXPIRED;
        }
    }

    /**
     * The order is not reserved: not decided yet, completed without a hold or by another reference, cancelled, released
     * by another reference, rejected, refunded or parked. Nothing changed.
     *
     * @param order the order as it is now
     */
    record NotReserved(Order order) implements ConfirmResult {
        @Override
        public UUID orderId() {
            return order.id();
        }

        @Override
        public ConfirmOutcome outcome() {
            return ConfirmOutcome.NOT_RESERVED;
        }
    }
}
