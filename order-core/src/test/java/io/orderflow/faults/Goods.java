package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.orderflow.AdjustmentResult;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.StockAdjustment;
import io.orderflow.WalletAdjustment;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What the tests trade with: products at one price, wallets, and orders that any process can make again from two
 * numbers, and their id where they have no key.
 */
final class Goods {
    static final long HOT = 1;
    static final int PRODUCTS = 20;
    static final int BUYERS = 100;
    static final long PRICE = 100;
    static final long NOWHERE = 999_999;

    private static final long HOT_STOCK = 5_000;
    private static final long STOCK = 2_000;
    static final long BALANCE = 30_000;
    private static final long POOR = 700;

    private Goods() {}

    /** Stocks the shelves and fills the wallets; every tenth buyer is poor. */
    static void seed(OrderProcessor orders) {
        seed(orders, 1);
    }

    /** The same with so many times as much of everything, for more orders. */
    static void seed(OrderProcessor orders, int times) {
        List<AdjustmentResult> stock = orders.inventory()
                .applyAll(IntStream.rangeClosed(1, PRODUCTS)
                        .mapToObj(product -> StockAdjustment.define(
                                product, PRICE, times * (product == HOT ? HOT_STOCK : STOCK), "stock " + product))
                        .toList());
        List<AdjustmentResult> wallets = orders.wallets()
                .applyAll(IntStream.rangeClosed(1, BUYERS)
                        .mapToObj(buyer -> WalletAdjustment.open(
                                buyer, times * (buyer % 10 == 0 ? POOR : BALANCE), "wallet " + buyer))
                        .toList());
        stock.forEach(result -> assertInstanceOf(AdjustmentResult.Applied.class, result));
        wallets.forEach(result -> assertInstanceOf(AdjustmentResult.Applied.class, result));
    }

    /** The order of that number, with a key. */
    static OrderRequest order(long seed, int number) {
        return order(seed, number, 0, 1);
    }

    /**
     * The same, with nothing in it that an order of another part of the shop has: what decides one part's orders waits
     * for no other part.
     */
    static OrderRequest order(long seed, int number, int part, int parts) {
        return content(seed, number, part, parts)
                .idempotencyKey("order " + seed + "/" + number)
                .build();
    }

    /** The order of that number; every other one has no key, and is another order with each call. */
    static OrderRequest mixed(long seed, int number) {
        return number % 2 == 0 ? order(seed, number) : content(seed, number).build();
    }

    /** What {@link #order} or {@link #mixed} made, by its number and its id. */
    static OrderRequest again(long seed, int number, UUID id) {
        OrderRequest withKey = order(seed, number);
        return withKey.id().equals(id) ? withKey : content(seed, number).id(id).build();
    }

    /**
     * Half of all lines are for the hot product, some are for what cannot be had. A fifth of the orders is not paid by
     * the buyer's wallet, and half of their buyers have none. A tenth holds what it takes, and expires within some
     * seconds. A fifth is urgent, with and without a key.
     */
    private static OrderRequest.Builder content(long seed, int number) {
        return content(seed, number, 0, 1);
    }

    private static OrderRequest.Builder content(long seed, int number, int part, int parts) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        boolean external = random.nextInt(5) == 0;
        int buyers = external ? 2 * BUYERS : BUYERS;
        OrderRequest.Builder order = OrderRequest.of(within(part, parts, random.nextInt(buyers), buyers));
        order.payment(external ? Payment.EXTERNAL : Payment.WALLET);
        int lines = 1 + random.nextInt(3);
        for (int line = 0; line < lines; line++) {
            int index = random.nextBoolean() ? (int) HOT - 1 : random.nextInt(PRODUCTS);
            long product = within(part, parts, index, PRODUCTS);
            int quantity = 1 + random.nextInt(3);
            switch (random.nextInt(50)) {
                case 0 -> order.line(NOWHERE, quantity);
                case 1 -> order.line(product, quantity, PRICE + 1);
                case 2, 3, 4, 5 -> order.line(product, quantity, PRICE);
                default -> order.line(product, quantity);
            }
        }
        if (random.nextInt(10) == 0) {
            order.holdFor(Duration.ofMillis(1_000 + random.nextInt(2_000)));
        }
        return order.urgent(number % 5 == 2);
    }

    /** From 1 to the limit: one that the part has, near the one with this index from 0. */
    private static long within(int part, int parts, int index, int limit) {
        int near = index / parts * parts + part;
        return 1 + (near < limit ? near : near - parts);
    }
}
