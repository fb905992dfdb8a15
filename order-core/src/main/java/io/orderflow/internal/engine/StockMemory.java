package io.orderflow.internal.engine;

import io.orderflow.internal.engine.Ledger.StockAccount;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The products as the batches of this process last left them: a guess of what they are now, since other processes and
 * adjustments change them too. A batch that is decided on it must be decided again on the locked rows, or take its
 * pieces by updates that tell whether the guess was good enough. Thread-safe.
 */
final class StockMemory {
    /** About six megabytes. */
    private static final int MOST_PRODUCTS = 65_536;

    private final Map<Long, Seen> products = new ConcurrentHashMap<>();
    private final Expectation guesses = new Expectation();

    private record Seen(long available, long unitPrice) {
        Seen less(StockAccount taken) {
            return new Seen(available - taken.taken(), unitPrice);
        }
    }

    /**
     * The products as they were last seen; nothing if one of them was never seen, and for a while after a wrong guess.
     */
    Optional<Ledger> recall(Collection<Long> wanted) {
        if (!guesses.holds()) {
            guesses.seen(true);
            return Optional.empty();
        }
        Ledger recalled = new Ledger();
        for (Long product : wanted) {
            Seen seen = products.get(product);
            if (seen == null) {
                return Optional.empty();
            }
            recalled.putStock(product, seen.available, seen.unitPrice);
        }
        return Optional.of(recalled);
    }

    /**
     * Keeps what a batch that is committed left of its products, which it had locked and read. Those with a limit are
     * forgotten: what their buyers have is not remembered, so nothing can be decided on a guess.
     */
    void keep(Ledger ledger) {
        if (products.size() >= MOST_PRODUCTS) {
            products.clear();
        }
        for (StockAccount stock : ledger.products()) {
            if (stock.limit().isSet()) {
                products.remove(stock.id);
            } else {
                products.put(stock.id, new Seen(stock.now(), stock.unitPrice()));
            }
        }
    }

    /** Takes off what a batch that is committed took of products that it had not read. */
    void take(Ledger ledger) {
        ledger.products().forEach(stock -> products.computeIfPresent(stock.id, (product, seen) -> seen.less(stock)));
    }

    /** Notes that a guess was wrong. */
    void wrong() {
        guesses.failed();
    }
}
