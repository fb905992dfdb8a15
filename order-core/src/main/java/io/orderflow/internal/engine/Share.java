package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/**
 * A buyer's part of a product with a limit; ordered as the rows' primary key.
 *
 * @param product the product
 * @param buyer the buyer
 */
record Share(long product, long buyer) implements Comparable<Share> {
    private static final Comparator<Share> BY_KEY =
            Comparator.comparingLong(Share::product).thenComparingLong(Share::buyer);

    /** Those that the orders need, ascending; none where no product of the ledger has a limit. */
    static Set<Share> of(Collection<OrderEntry> orders, Ledger ledger) {
        Set<Share> shares = new TreeSet<>();
        if (ledger.hasLimits()) {
            for (OrderEntry order : orders) {
                for (int i = 0; i < order.lineCount(); i++) {
                    if (ledger.isLimited(order.product(i))) {
                        shares.add(new Share(order.product(i), order.buyer()));
                    }
                }
            }
        }
        return shares;
    }

    @Override
    public int compareTo(Share other) {
        return BY_KEY.compare(this, other);
    }
}
