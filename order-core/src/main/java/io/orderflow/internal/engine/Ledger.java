package io.orderflow.internal.engine;

import io.orderflow.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The wallets and products of a batch as it holds them locked or as it believes them to be, with what the decisions so
 * far left in them. Lives as long as its transaction. Not thread-safe.
 */
final class Ledger {
    private final Map<Long, Account> wallets = new HashMap<>();
    private final Map<Long, StockAccount> stock = new HashMap<>();
    private final Map<Share, Purchase> purchases = new TreeMap<>();

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

    /** What a buyer has of a product with a limit. */
    static final class Purchase extends Account {
        private final Share share;
        private final long since;
        private final boolean hasRow;

        Purchase(Share share, long pieces, long since, boolean hasRow) {
            super(share.buyer(), pieces);
            this.share = share;
            this.since = since;
            this.hasRow = hasRow;
        }

        Share share() {
            return share;
        }

        /** Since when its pieces count. */
        long since() {
            return since;
        }

        /** Whether there is a row, be it of a count that is over. */
        boolean hasRow() {
            return hasRow;
        }
    }

    /** A product: available pieces, the price of one, and how many a buyer may have. */
    static final class StockAccount extends Account {
        private final long priceBefore;
        private final BuyerLimit limitBefore;
        private long unitPrice;
        private BuyerLimit limit;

        StockAccount(long product, long available, long unitPrice, BuyerLimit limit) {
            super(product, available);
            this.priceBefore = unitPrice;
            this.unitPrice = unitPrice;
            this.limitBefore = limit;
            this.limit = limit;
        }

        BuyerLimit limit() {
            return limit;
        }

        void setLimit(BuyerLimit changed) {
            limit = changed;
        }

        boolean limitChanged() {
            return !limit.equals(limitBefore);
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
        putStock(product, available, unitPrice, BuyerLimit.NONE);
    }

    void putStock(long product, long available, long unitPrice, BuyerLimit limit) {
        stock.put(product, new StockAccount(product, available, unitPrice, limit));
    }

    /**
     * Puts what the row of a buyer's share says; the product is here and has a limit.
     *
     * @param since the count that the row is of; one that is over leaves nothing
     */
    void putPurchase(Share share, long pieces, long since) {
        long now = stock.get(share.product()).limit.since();
        purchases.put(share, new Purchase(share, since == now ? pieces : 0, now, true));
    }

    /** A buyer's share that has no row; the product is here and has a limit. */
    void putNoPurchase(Share share) {
        purchases.put(
                share, new Purchase(share, 0, stock.get(share.product()).limit.since(), false));
    }

    /** The wallet, or null when the buyer has none. */
    Account wallet(long buyer) {
        return wallets.get(buyer);
    }

    /** The product, or null when it is not defined. */
    StockAccount stock(long product) {
        return stock.get(product);
    }

    /** What a buyer has of a product with a limit, or null when nobody looked. */
    Purchase purchase(Share share) {
        return purchases.get(share);
    }

    boolean isLimited(long product) {
        StockAccount account = stock.get(product);
        return account != null && account.limit.isSet();
    }

    boolean hasLimits() {
        return stock.values().stream().anyMatch(account -> account.limit.isSet());
    }

    /**
     * Gives pieces back that count for their buyer, so that he may have others. Whoever undoes what an order took of a
     * product calls this, whether or not the pieces go back to the stock, after {@link LockingReads#lockPurchases} and
     * before {@link BatchWrites#writePurchases}. Does nothing for a product without a limit, which is all that is to be
     * done, and for pieces that were sold before their count began.
     *
     * @param batch the batch that took the pieces
     */
    void giveBack(Share share, long pieces, long batch) {
        StockAccount product = stock.get(share.product());
        if (product != null && product.limit.counts(batch)) {
            purchases.get(share).add(-pieces);
        }
    }

    /**
     * An account that an order was charged to, which must be there.
     *
     * @param account null when it is not
     * @throws BrokenInvariantException if it is not there
     */
    static Account required(Account account, String what, long id) {
        if (account == null) {
            throw new BrokenInvariantException("the " + what + id + " is gone that an order took something from; rolled"
                    + " back. Did someone delete rows? The audit names what differs");
        }
        return account;
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

    List<StockAccount> changedLimits() {
        return products().stream().filter(StockAccount::limitChanged).toList();
    }

    /** What buyers have now that had another number before, by product and buyer. */
    List<Purchase> changedPurchases() {
        return purchases.values().stream().filter(Account::changed).toList();
    }

    private static <A extends Account> List<A> sorted(Map<Long, A> accounts) {
        return accounts.values().stream()
                .sorted((a, b) -> Long.compare(a.id, b.id))
                .toList();
    }
}
