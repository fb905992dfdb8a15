package io.orderflow.internal.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The wallets and products that a batch holds locked, with what the decisions so far left in them. Lives as long as its
 * transaction. Not thread-safe.
 */
final class Ledger {
    private final Map<Long, Account> wallets = new HashMap<>();
    private final Map<Long, StockAccount> stock = new HashMap<>();

    /** One amount that is locked: a balance in minor units, or available pieces. */
    static class Account {
        final long id;
        private final long locked;
        private long now;

        Account(long id, long locked) {
            this.id = id;
            this.locked = locked;
            this.now = locked;
        }

        long now() {
            return now;
        }

        /** Adds, or takes when negative. The caller has checked that the result is neither below 0 nor too large. */
        void add(long amount) {
            now += amount;
        }

        boolean changed() {
            return now != locked;
        }
    }

    /** A product: available pieces and the price of one. */
    static final class StockAccount extends Account {
        private final long lockedPrice;
        private long unitPrice;

        StockAccount(long product, long available, long unitPrice) {
            super(product, available);
            this.lockedPrice = unitPrice;
            this.unitPrice = unitPrice;
        }

        long unitPrice() {
            return unitPrice;
        }

        void setPrice(long price) {
            unitPrice = price;
        }

        boolean priceChanged() {
            return unitPrice != lockedPrice;
        }
    }

    /** A ledger with the same wallets as they were locked, and without stock. */
    Ledger withoutStock() {
        Ledger other = new Ledger();
        wallets.forEach((buyer, wallet) -> other.putWallet(buyer, wallet.locked));
        return other;
    }

    void putWallet(long buyer, long balance) {
        wallets.put(buyer, new Account(buyer, balance));
    }

    void putStock(long product, long available, long unitPrice) {
        stock.put(product, new StockAccount(product, available, unitPrice));
    }

    /** The wallet, or null when the buyer has none. */
    Account wallet(long buyer) {
        return wallets.get(buyer);
    }

    /** The product, or null when it is not defined. */
    StockAccount stock(long product) {
        return stock.get(product);
    }

    void forEachStock(Consumer<StockAccount> action) {
        stock.values().forEach(action);
    }

    /** Whether the other ledger has every product of this one at the same price. */
    boolean hasPricesOf(Ledger other) {
        return stock.values().stream().allMatch(mine -> {
            StockAccount its = other.stock(mine.id);
            return its != null && its.unitPrice == mine.unitPrice;
        });
    }

    List<Account> changedWallets() {
        return changed(wallets);
    }

    List<Account> changedStock() {
        return changed(stock);
    }

    List<StockAccount> changedPrices() {
        return stock.values().stream()
                .filter(StockAccount::priceChanged)
                .sorted((a, b) -> Long.compare(a.id, b.id))
                .toList();
    }

    private static List<Account> changed(Map<Long, ? extends Account> accounts) {
        return accounts.values().stream()
                .filter(Account::changed)
                .sorted((a, b) -> Long.compare(a.id, b.id))
                .<Account>map(account -> account)
                .toList();
    }
}
