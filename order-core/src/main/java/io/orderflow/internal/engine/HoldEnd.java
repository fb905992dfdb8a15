package io.orderflow.internal.engine;

import java.util.UUID;

/**
 * The end of a hold.
 *
 * @param id see {@link OrderChange#idOf}
 * @param orderId the order
 * @param reference the host's name for it; empty for an expiry, which no host's is
 * @param kind {@link OrderChange.Kind#CONFIRM}, {@link OrderChange.Kind#RELEASE} or {@link OrderChange.Kind#EXPIRE}
 */
public record HoldEnd(UUID id, UUID orderId, String reference, Kind kind) implements OrderChange {
    /** The reference of an expiry. */
    public static final String EXPIRED = "";

    /** The end of an order's hold, with its id. */
    public static HoldEnd of(UUID orderId, String reference, Kind kind) {
        return new HoldEnd(OrderChange.idOf(orderId, reference), orderId, reference, kind);
    }
}
