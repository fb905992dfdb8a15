package io.orderflow.internal.engine;

import java.util.Map;
import java.util.UUID;

/**
 * Pieces of a completed order that are given back.
 *
 * @param id a hash of the order's id and the reference
 * @param orderId the order
 * @param reference the host's name for it
 * @param pieces how many of which line; empty for all that is left
 * @param restock whether they go back to the stock
 */
public record Refund(UUID id, UUID orderId, String reference, Map<Integer, Integer> pieces, boolean restock)
        implements OrderChange {
    /** Copies the map. */
    public Refund {
        pieces = Map.copyOf(pieces);
    }

    @Override
    public Kind kind() {
        return pieces.isEmpty() ? Kind.REFUND_REST : Kind.REFUND;
    }
}
