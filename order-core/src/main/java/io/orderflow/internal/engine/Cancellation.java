package io.orderflow.internal.engine;

import java.util.UUID;

/**
 * A pending order that is not wanted any more.
 *
 * @param id a hash of the order's id and the reference
 * @param orderId the order
 * @param reference the host's name for it
 */
public record Cancellation(UUID id, UUID orderId, String reference) implements OrderChange {
    @Override
    public Kind kind() {
        return Kind.CANCEL;
    }
}
