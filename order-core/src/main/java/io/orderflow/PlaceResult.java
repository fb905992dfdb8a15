package io.orderflow;

import java.util.UUID;

/**
 * What became of an order that was placed inside the host's own transaction. Holds only if that transaction commits.
 */
public sealed interface PlaceResult {
    /** The id of the order. */
    UUID orderId();

    /**
     * The order's row is part of the host's transaction. After its commit the order is decided within a second; call
     * {@link OrderProcessor#afterCommit()} to have it decided at once.
     */
    record Placed(UUID orderId) implements PlaceResult {}

    /** The same request was accepted before. Carries the order as this transaction sees it now. */
    record Duplicate(Order order) implements PlaceResult {
        @Override
        public UUID orderId() {
            return order.id();
        }
    }

    /** Another request with the same id or idempotency key, but other content, was accepted before. Nothing changed. */
    record Conflict(UUID orderId) implements PlaceResult {}
}
