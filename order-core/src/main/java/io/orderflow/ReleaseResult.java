package io.orderflow;

import java.util.UUID;

/**
 * What became of a release. Nothing is recorded of one that was not done. Immutable. Where the database does not
 * answer, the call throws {@link StoreUnavailableException} instead, and repeating it with the same reference is safe.
 */
public sealed interface ReleaseResult {
    /** The order's id. */
    UUID orderId();

    /** Which of the results it is, for a {@code switch}. */
    ReleaseOutcome outcome();

    /**
     * Done now: all that the order took is given back.
     *
     * @param orderId the order's id
     * @param amount what the order had cost, in minor units; back in the wallet, if that paid
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Released(UUID orderId, long amount, long decision) implements ReleaseResult {
        @Override
        public ReleaseOutcome outcome() {
            return ReleaseOutcome.RELEASED;
        }
    }

    /**
     * The order was released before by the same reference.
     *
     * @param orderId the order's id
     * @param amount what the order had cost, in minor units; given back then
     * @param decision its place in the order of all decisions, adjustments and changes
     */
    record Duplicate(UUID orderId, long amount, long decision) implements ReleaseResult {
        @Override
        public ReleaseOutcome outcome() {
            return ReleaseOutcome.DUPLICATE;
        }
    }

    /** The reference stands for another change of the order. Nothing changed. */
    record Conflict(UUID orderId) implements ReleaseResult {
        @Override
        public ReleaseOutcome outcome() {
            return ReleaseOutcome.CONFLICT;
        }
    }

    /**
     * The database has no such order: it was never accepted, or the queue alone accepted it and it is not decided yet.
     * Nothing changed.
     */
    record NotFound(UUID orderId) implements ReleaseResult {
        @Override
        public ReleaseOutcome outcome() {
            return ReleaseOutcome.NOT_FOUND;
        }
    }

    /**
     * The order was reserved, and its expiry came first: all was given back. Nothing changed.
     *
     * @param order the order as it is now
     */
    record Expired(Order order) implements ReleaseResult {
        @Override
        public UUID orderId() {
            return order.id();
        }

        @Override
        public ReleaseOutcome outcome() {
            return ReleaseOutcome.EXPIRED;
        }
    }

    /**
     * The order is not reserved: not decided yet, completed without a hold or by another reference, cancelled, released
     * by another reference, rejected, refunded or parked. Nothing changed.
     *
     * @param order the order as it is now
     */
    record NotReserved(Order order) implements ReleaseResult {
        @Override
        public UUID orderId() {
            return order.id();
        }

        @Override
        public ReleaseOutcome outcome() {
            return ReleaseOutcome.NOT_RESERVED;
        }
    }

    /** The wallet or a product would have more than {@link Limits#BALANCE}. Nothing changed. */
    record LimitExceeded(UUID orderId) implements ReleaseResult {
        @Override
        public ReleaseOutcome outcome() {
            return ReleaseOutcome.LIMIT_EXCEEDED;
        }
    }
}
