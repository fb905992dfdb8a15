package io.orderflow.examples.loadtest;

import static java.util.Objects.requireNonNull;

import io.orderflow.Limits;
import io.orderflow.examples.common.Ranges;
import io.orderflow.examples.loadtest.driving.Pace;
import io.orderflow.examples.loadtest.orders.LoadData;
import io.orderflow.examples.loadtest.orders.Mix;
import io.orderflow.examples.loadtest.orders.Skew;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a load test does. Immutable.
 *
 * @param orders orders that are measured; at most, if there is a time
 * @param seconds how long orders are submitted; empty: until all are
 * @param warmup orders that take the same way before, unmeasured
 * @param products products that the orders are spread over
 * @param buyers buyers that the orders are spread over
 * @param stock pieces of each product when measuring begins; empty: more than can be sold
 * @param mix what kinds of orders they are
 * @param pace when they are submitted
 * @param groupWaitMillis how long the journal waits for more orders
 * @param workers threads that decide
 * @param maxBatch most orders decided in one transaction
 * @param batchWaitMillis how long a batch waits for more orders
 * @param resubmitSeconds how long an order that was not accepted is submitted again; 0: never
 * @param seed start of every random choice
 */
public record LoadPlan(
        int orders,
        OptionalInt seconds,
        int warmup,
        int products,
        int buyers,
        OptionalLong stock,
        Mix mix,
        Pace pace,
        int groupWaitMillis,
        int workers,
        int maxBatch,
        int batchWaitMillis,
        int resubmitSeconds,
        long seed) {
    public static final int MOST_ORDERS = 50_000_000;
    public static final int MOST_IDS = 10_000_000;

    public LoadPlan {
        requireNonNull(seconds, "seconds");
        requireNonNull(stock, "stock");
        requireNonNull(mix, "mix");
        requireNonNull(pace, "pace");
        Ranges.between("orders", orders, 1, MOST_ORDERS);
        Ranges.between("warmup", warmup, 0, MOST_ORDERS);
        Ranges.between("products", products, 1, MOST_IDS);
        Ranges.between("buyers", buyers, 1, MOST_IDS);
        Ranges.between("stock", stock.orElse(0), 0, Limits.BALANCE);
        Ranges.between("group-wait", groupWaitMillis, 0, 100);
        Ranges.between("workers", workers, 1, 64);
        Ranges.between("max-batch", maxBatch, 1, Limits.BATCH_ORDERS);
        Ranges.between("batch-wait", batchWaitMillis, 0, 1_000);
        Ranges.between("resubmit-for", resubmitSeconds, 0, 3_600);
        if (mix.skew() != Skew.HOT && mix.lines().most() > products) {
            throw new IllegalArgumentException("lines must be <= products (" + products + ") unless --hot: "
                    + mix.lines().most());
        }
    }

    /** Products that the orders really name. */
    public int usedProducts() {
        return mix.skew() == Skew.HOT ? 1 : products;
    }

    /** How many of the buyers can pay for nothing. */
    public int poorBuyers() {
        return (int) Math.round(mix.poorShare() * buyers);
    }

    /** More pieces than the whole test can take from one product. */
    public long plentyOfStock() {
        return ((long) orders + warmup) * mix.lines().most();
    }

    /**
     * What a buyer needs so that no order of the test fails for money. Buyers are drawn evenly, so that four times the
     * mean and a thousand more is never reached; a test with few orders counts all of them.
     */
    public long plentyOfMoney() {
        long all = (long) orders + warmup;
        long mostOfOneBuyer = Math.min(all, 4 * (all / buyers) + 1_000);
        return mostOfOneBuyer * mix.lines().most() * LoadData.HIGHEST_PRICE;
    }
}
