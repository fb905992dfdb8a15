package io.orderflow.internal.engine;

import io.orderflow.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The wallets and products of a batch as it holds them locked or as it believes them to be, with what the decisions so
 * far left in them. Lives as long as its transaction. Not thread-safe.
 */
final class Ledger {
    private final Map<Long, Account> wallets = new HashMap<>();
    private final Map<Long, StockAccount> stock = new HashMap<>();

    /** More than all orders of a batch can charge one wallet. */
    private static final long ENOUGH = Limits.AMOUNT * 1_000;

    /** One amount: a balance in minor units, or available pieces. */
    static class Account {
        final long id;
        private final long before;
        private long now;

        Account(long id, long before) {
            this.id = id;
            this.before = before;
            this.now = before;
        }

        long before() {
            return before;
        }

        long now() {
            return now;
        }

        long taken() {
            return before - now;
        }

        /** Adds, or takes when negative. The caller has checked that the result is neither below 0 nor too large. */
        void add(long amount) {
            now += amount;
        }

        boolean changed() {
            return now != before;
        }
    }

    /** A product: available pieces and the price of one. */
    static final class StockAccount extends Account {
        private final long priceBefore;
        private long unitPrice;

        StockAccount(long product, long available, long unitPrice) {
            super(product, available);
            this.priceBefore = unitPrice;
            this.unitPrice = unitPrice;
        }

        long unitPrice() {
            return unitPrice;
        }

        void setPrice(long price) {
            unitPrice = price;
        }

        boolean priceChanged() {
            return unitPrice != priceBefore;
        }
    }

    /** The wallets of this ledger and the products of another, as they were before anything was taken. */
    Ledger withStockOf(Ledger other) {
        Ledger both = new Ledger();
        wallets.forEach((buyer, wallet) -> both.putWallet(buyer, wallet.before));
        other.stock.forEach((product, its) -> both.putStock(product, its.before(), its.priceBefore));
        return both;
    }

    void putWallet(long buyer, long balance) {
        wallets.put(buyer, new Account(buyer, balance));
    }

    /** Puts a wallet that is believed to be there and to have enough. */
    void believe(long buyer) {
        putWallet(buyer, ENOUGH);
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

    /** Whether the other ledger has every product of this one at the same price. */
    boolean hasPricesOf(Ledger other) {
        return stock.values().stream().allMatch(mine -> {
            StockAccount its = other.stock(mine.id);
            return its != null && its.unitPrice == mine.unitPrice;
        });
    }

    /** All wallets, ascending. */
    List<Account> wallets() {
        return sorted(wallets);
    }

    /** All products, ascending. */
    List<StockAccount> products() {
        return sorted(stock);
    }

    List<Account> changedWallets() {
        return wallets().stream().filter(Account::changed).toList();
    }

    List<StockAccount> changedStock() {
        return products().stream().filter(Account::changed).toList();
    }

    List<StockAccount> changedPrices() {
        return products().stream().filter(StockAccount::priceChanged).toList();
    }

    private static <A extends Account> List<A> sorted(Map<Long, A> accounts) {
        return accounts.values().stream()
                .sorted((a, b) -> Long.compare(a.id, b.id))
                .toList();
    }
}
