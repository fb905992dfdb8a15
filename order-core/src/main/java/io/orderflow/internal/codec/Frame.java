package io.orderflow.internal.codec;

import java.util.List;
import java.util.UUID;

/**
 * A group of orders that travels as one queue message.
 *
 * @param shop the shop that sent it, or {@link #NO_SHOP}
 * @param entries the orders, 1 or more; the same id may appear twice, as in any redelivery
 */
public record Frame(UUID shop, List<OrderEntry> entries) {
    /** In place of the shop of a sender that had not reached its database yet: anybody's. */
    public static final UUID NO_SHOP = new UUID(0, 0);

    /** Copies the list. */
    public Frame {
        entries = List.copyOf(entries);
    }
}
