package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import java.util.Optional;
import java.util.UUID;

/**
 * A pending order that is not wanted any more.
 *
 * @param id a hash of the order's id and the reference
 * @param orderId the order
 * @param reference the host's name for it
 * @param content what the order must be, and what is written where it has no row; empty where any content will do
 */
public record Cancellation(UUID id, UUID orderId, String reference, Optional<OrderEntry> content)
        implements OrderChange {
    @Override
    public Kind kind() {
        return Kind.CANCEL;
    }
}
