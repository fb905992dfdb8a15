package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Rows that other transactions hold, so that orders which need them wait. Not thread-safe.
 *
 * @param orders ids of order rows
 * @param buyers whose wallets they are
 * @param products whose stock they are
 */
public record HeldRows(Set<UUID> orders, Set<Long> buyers, Set<Long> products) {
    /** No rows; not to be added to. */
    static final HeldRows NONE = new HeldRows(Set.of(), Set.of(), Set.of());

    /** Copies nothing. */
    public HeldRows {}

    /** No rows yet. */
    public HeldRows() {
        this(new HashSet<>(), new HashSet<>(), new HashSet<>());
    }

    /** Whether the order needs one of the rows. */
    public boolean concern(OrderEntry order) {
        if (orders.contains(order.id()) || order.needsWallet() && buyers.contains(order.buyer())) {
            return true;
        }
        for (int i = 0; i < order.lineCount() && !products.isEmpty(); i++) {
            if (products.contains(order.product(i))) {
                return true;
            }
        }
        return false;
    }

    /** Adds the other one's rows. */
    public void addAll(HeldRows other) {
        orders.addAll(other.orders);
        buyers.addAll(other.buyers);
        products.addAll(other.products);
    }

    /** Takes out all rows. */
    public void clear() {
        orders.clear();
        buyers.clear();
        products.clear();
    }

    /** Takes out all rows that the order needs: it was decided, so nobody holds them now. */
    public void removeAllOf(OrderEntry order) {
        orders.remove(order.id());
        if (order.needsWallet()) {
            buyers.remove(order.buyer());
        }
        for (int i = 0; i < order.lineCount() && !products.isEmpty(); i++) {
            products.remove(order.product(i));
        }
    }
}
