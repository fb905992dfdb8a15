package io.orderflow.internal.engine;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The products as the batches of this process last left them: a guess of what they are now, since other processes and
 * adjustments change them too. A batch that is decided on it must be decided again on the locked rows. Thread-safe.
 */
final class StockMemory {
    /** About a megabyte. With more products than this, batches seldom want the same ones, and a guess gains nothing. */
    private static final int MOST_PRODUCTS = 16_384;

    /**
     * Batches after a wrong guess that go without one, so that where guesses are always wrong few batches run twice.
     */
    private static final int CAUTIOUS_BATCHES = 16;

    private final Map<Long, Seen> products = new ConcurrentHashMap<>();
    private final AtomicInteger cautious = new AtomicInteger();

    private record Seen(long available, long unitPrice) {}

    /**
     * Puts products into a ledger as they were last seen.
     *
     * @return whether all of them were put; not if one of them was never seen, or after a wrong guess
     */
    boolean recall(Collection<Long> wanted, Ledger ledger) {
        if (cautious.get() > 0) {
            cautious.decrementAndGet();
            return false;
        }
        for (Long product : wanted) {
            Seen seen = products.get(product);
            if (seen == null) {
                return false;
            }
            ledger.putStock(product, seen.available, seen.unitPrice);
        }
        return true;
    }

    /** Keeps what a batch that is committed left of its products. */
    void keep(Ledger ledger) {
        if (products.size() >= MOST_PRODUCTS) {
            products.clear();
        }
        ledger.forEachStock(stock -> products.put(stock.id, new Seen(stock.now(), stock.unitPrice())));
    }

    /** Notes that a guess was wrong. */
    void wrong() {
        cautious.set(CAUTIOUS_BATCHES);
    }
}
