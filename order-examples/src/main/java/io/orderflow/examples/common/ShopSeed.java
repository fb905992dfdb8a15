package io.orderflow.examples.common;

import io.orderflow.Inventory;
import io.orderflow.OrderProcessor;
import io.orderflow.StockAdjustment;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Products and buyers to fill a shop with, both numbered from 1. Filling is idempotent: every one has its own
 * reference, so it can be repeated after it broke off, and an old shop keeps what it has.
 *
 * @param products how many products, 0 or more
 * @param stock pieces of each product
 * @param buyers how many buyers, 0 or more
 * @param balance what each buyer can spend, in minor units
 * @param maxPerBuyer most pieces of each product that a buyer may have; 0 for no limit
 */
public record ShopSeed(long products, long stock, long buyers, long balance, long maxPerBuyer) {
    /** A stock that does not run out in an afternoon. */
    public static final long MUCH_STOCK = 1_000_000_000L;
    /** A balance that does not run out in an afternoon, in minor units. */
    public static final long MUCH_MONEY = 1_000_000_000_000L;

    /** The price of every product in minor units, so that an order written by hand can name it. */
    public static final long PRICE = 100;

    private static final int PIECE = 5_000;

    /** Without a limit for each buyer. */
    public ShopSeed(long products, long stock, long buyers, long balance) {
        this(products, stock, buyers, balance, 0);
    }

    /**
     * Fills the shop, in pieces.
     *
     * @param progress told after each piece how many products and buyers are there
     */
    public void fill(OrderProcessor orders, LongConsumer progress) {
        fillProducts(orders.inventory(), progress);
        fillWallets(orders.wallets(), progress);
    }

    private void fillProducts(Inventory inventory, LongConsumer progress) {
        if (products == 0 || inventory.find(products).isPresent()) {
            return;
        }
        for (long from = 1; from <= products; from += PIECE) {
            long to = Math.min(products, from + PIECE - 1);
            inventory.applyAll(LongStream.rangeClosed(from, to)
                    .boxed()
                    .flatMap(this::product)
                    .toList());
            progress.accept(to);
        }
    }

    private Stream<StockAdjustment> product(long id) {
        StockAdjustment define = StockAdjustment.define(id, PRICE, stock, "seed-product-" + id);
        return maxPerBuyer == 0
                ? Stream.of(define)
                : Stream.of(define, StockAdjustment.setMaxPerBuyer(id, maxPerBuyer, "seed-limit-" + id));
    }

    private void fillWallets(Wallets wallets, LongConsumer progress) {
        if (buyers == 0 || wallets.find(buyers).isPresent()) {
            return;
        }
        LongFunction<WalletAdjustment> open = id -> WalletAdjustment.open(id, balance, "seed-buyer-" + id);
        for (long from = 1; from <= buyers; from += PIECE) {
            long to = Math.min(buyers, from + PIECE - 1);
            wallets.applyAll(LongStream.rangeClosed(from, to).mapToObj(open).toList());
            progress.accept(products + to);
        }
    }
}
