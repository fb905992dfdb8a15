package io.orderflow.internal.codec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * The ids of the rows that the journal has for groups of orders: computed from the orders and their contents, so that
 * who decides a whole group knows its row without being told, and no message names a row that is not its own.
 * Thread-safe.
 *
 * <p>An id is the first 16 bytes of the SHA-256 hash of the orders' ids and fingerprints, 32 bytes for each order,
 * ascending by id, with the last bit set for a row that carries its orders.
 */
public final class GroupIds {
    private static final Comparator<OrderEntry> BY_ID = Comparator.comparing(OrderEntry::id, OrderIds.UNSIGNED);

    private GroupIds() {}

    /** The id of the row that names orders, which have rows of their own. */
    public static UUID naming(List<OrderEntry> orders) {
        UUID hash = hash(orders);
        return new UUID(hash.getMostSignificantBits(), hash.getLeastSignificantBits() & ~1L);
    }

    /** The id of the row that carries orders. */
    public static UUID carrying(List<OrderEntry> orders) {
        UUID hash = hash(orders);
        return new UUID(hash.getMostSignificantBits(), hash.getLeastSignificantBits() | 1L);
    }

    /** Both, since who decides orders does not know how they were journaled. */
    public static List<UUID> of(List<OrderEntry> orders) {
        UUID naming = naming(orders);
        return List.of(naming, new UUID(naming.getMostSignificantBits(), naming.getLeastSignificantBits() | 1L));
    }

    private static UUID hash(List<OrderEntry> orders) {
        List<OrderEntry> sorted = new ArrayList<>(orders);
        sorted.sort(BY_ID);
        byte[] content = new byte[sorted.size() * 2 * OrderIds.BYTES];
        int at = 0;
        for (OrderEntry order : sorted) {
            OrderIds.put(content, at, order.id());
            System.arraycopy(order.fingerprint().toBytes(), 0, content, at + OrderIds.BYTES, OrderIds.BYTES);
            at += 2 * OrderIds.BYTES;
        }
        return OrderIds.fromBytes(Sha256.hash(content), 0);
    }
}
