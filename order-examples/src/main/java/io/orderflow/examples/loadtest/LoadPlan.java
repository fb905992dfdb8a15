package io.orderflow.examples.loadtest;

import static java.util.Objects.requireNonNull;

import io.orderflow.Limits;
import java.util.OptionalLong;

/**
 * What a load test does. Immutable.
 *
 * @param orders orders that are measured
 * @param warmup orders that take the same way before, unmeasured
 * @param products products that the orders are spread over
 * @param buyers buyers that the orders are spread over
 * @param hot whether every order is for one and the same product
 * @param stock pieces of each product when measuring begins; empty: more than can be sold
 * @param lines lines of each order, one piece each
 * @param window submissions outstanding at once, when there are no submitters
 * @param submitters threads that submit and wait for the answer; 0: one thread submits asynchronously
 * @param workers threads that decide
 * @param maxBatch most orders decided in one transaction
 * @param keyShare share of the orders that carry an idempotency key, 0 to 1
 * @param resubmitSeconds how long an order that was not accepted is submitted again; 0: never
 * @param seed start of the random choice of buyers and products
 */
record LoadPlan(
        int orders,
        int warmup,
        int products,
        int buyers,
        boolean hot,
        OptionalLong stock,
        int lines,
        int window,
        int submitters,
        int workers,
        int maxBatch,
        double keyShare,
        int resubmitSeconds,
        long seed) {
    static final int MOST_ORDERS = 50_000_000;
    static final int MOST_IDS = 10_000_000;
    static final int MOST_OUTSTANDING = 1_000_000;

    LoadPlan {
        requireNonNull(stock, "stock");
        between("orders", orders, 1, MOST_ORDERS);
        between("warmup", warmup, 0, MOST_ORDERS);
        between("products", products, 1, MOST_IDS);
        between("buyers", buyers, 1, MOST_IDS);
        between("stock", stock.orElse(0), 0, Limits.BALANCE);
        between("lines", lines, 1, Limits.LINES);
        between("window", window, 1, MOST_OUTSTANDING);
        between("submitters", submitters, 0, 1_000);
        between("workers", workers, 1, 64);
        between("max-batch", maxBatch, 1, Limits.BATCH_ORDERS);
        between("resubmit-for", resubmitSeconds, 0, 3_600);
        if (!(keyShare >= 0 && keyShare <= 1)) {
            throw new IllegalArgumentException("keys must be between 0 and 1: " + keyShare);
        }
        if (!hot && lines > products) {
            throw new IllegalArgumentException("lines must be <= products (" + products + ") unless --hot: " + lines);
        }
    }

    private static void between(String name, long value, long smallest, long largest) {
        if (value < smallest || value > largest) {
            throw new IllegalArgumentException(
                    name + " must be between " + smallest + " and " + largest + ": " + value);
        }
    }

    /** Products that the orders really name. */
    int usedProducts() {
        return hot ? 1 : products;
    }

    /** More pieces than the whole test can take from one product. */
    long plentyOfStock() {
        return ((long) orders + warmup) * lines;
    }

    /**
     * What a buyer needs so that no order of the test fails for money. Buyers are drawn evenly, so that four times the
     * mean and a thousand more is never reached; a test with few orders counts all of them.
     */
    long plentyOfMoney() {
        long all = (long) orders + warmup;
        long mostOfOneBuyer = Math.min(all, 4 * (all / buyers) + 1_000);
        return mostOfOneBuyer * lines * LoadData.HIGHEST_PRICE;
    }
}
