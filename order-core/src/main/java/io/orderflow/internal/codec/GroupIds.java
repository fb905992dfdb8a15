package io.orderflow.internal.codec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

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
        return naming(hash(orders));
    }

    private static UUID naming(UUID hash) {
        return new UUID(hash.getMostSignificantBits(), hash.getLeastSignificantBits() & ~1L);
    }

    /** The id of the row that carries orders. */
    public static UUID carrying(List<OrderEntry> orders) {
        return carrying(hash(orders));
    }

    private static UUID carrying(UUID hash) {
        return new UUID(hash.getMostSignificantBits(), hash.getLeastSignificantBits() | 1L);
    }

    /**
     * The rows that orders which were journaled together may have, since who decides them does not know how that was:
     * one that names all of them, or one that carries those with time-ordered ids and one that names the others. Those
     * that are urgent have one of their own, which names them.
     */
    public static List<UUID> of(List<OrderEntry> orders) {
        List<OrderEntry> urgent = orders.stream().filter(OrderEntry::isUrgent).toList();
        if (urgent.isEmpty()) {
            return ofOrdinary(orders);
        }
        List<UUID> ids = new ArrayList<>(List.of(naming(urgent)));
        if (urgent.size() < orders.size()) {
            ids.addAll(ofOrdinary(
                    orders.stream().filter(order -> !order.isUrgent()).toList()));
        }
        return ids;
    }

    private static List<UUID> ofOrdinary(List<OrderEntry> orders) {
        Map<Boolean, List<OrderEntry>> byId =
                orders.stream().collect(Collectors.partitioningBy(order -> OrderIds.isTimeOrdered(order.id())));
        UUID all = hash(orders);
        if (byId.get(false).isEmpty()) {
            return List.of(naming(all), carrying(all));
        }
        return byId.get(true).isEmpty()
                ? List.of(naming(all))
                : List.of(naming(all), carrying(byId.get(true)), naming(byId.get(false)));
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
