package io.orderflow;

import java.time.Duration;
import java.util.UUID;

/**
 * What became of a submission: accepted, refused or unknown, never decided yet. Immutable. Sending the same
 * {@link OrderRequest} object (or one with the same buyer and idempotency key) again is safe after every one of these.
 */
public sealed interface SubmitResult {
    /** The id of the order that the request stands for, whatever became of it. */
    UUID orderId();

    /** Which of the results it is, for a {@code switch}. */
    SubmitOutcome outcome();

    /**
     * How long to wait before the same request is sent again. Zero where waiting changes nothing: the order is accepted
     * or in conflict, or only the answer was lost.
     */
    default Duration retryAfter() {
        return Duration.ZERO;
    }

    /** At least one durable place has the order; it will reach a verdict or be parked. */
    record Accepted(UUID orderId) implements SubmitResult {
        @Override
        public SubmitOutcome outcome() {
            return SubmitOutcome.ACCEPTED;
        }
    }

    /** The same request was accepted before. Carries the order as it is now. */
    record Duplicate(Order order) implements SubmitResult {
        @Override
        public UUID orderId() {
            return order.id();
        }

        @Override
        public SubmitOutcome outcome() {
            return SubmitOutcome.DUPLICATE;
        }
    }

    /**
     * Another request with the same id or idempotency key, but other content, was accepted before (see
     * {@link OrderRequest}). Nothing changed.
     */
    record Conflict(UUID orderId) implements SubmitResult {
        @Override
        public SubmitOutcome outcome() {
            return SubmitOutcome.CONFLICT;
        }
    }

    /**
     * The intake was full until the submission's deadline. Nothing was accepted; try again after {@code retryAfter}.
     */
    record Overloaded(UUID orderId, Duration retryAfter) implements SubmitResult {
        @Override
        public SubmitOutcome outcome() {
            return SubmitOutcome.OVERLOADED;
        }
    }

    /** No durable place could take the order. Nothing was accepted; try again after {@code retryAfter}. */
    record Unavailable(UUID orderId, String cause, Duration retryAfter) implements SubmitResult {
        @Override
        public SubmitOutcome outcome() {
            return SubmitOutcome.UNAVAILABLE;
        }
    }

    /**
     * The answer of the only durable place was lost, or did not come in time: the order may be accepted or not. Submit
     * it again to learn which.
     */
    record Unknown(UUID orderId, String cause) implements SubmitResult {
        @Override
        public SubmitOutcome outcome() {
            return SubmitOutcome.UNKNOWN;
        }
    }
}
