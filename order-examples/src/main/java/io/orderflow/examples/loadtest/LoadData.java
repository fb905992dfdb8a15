package io.orderflow.examples.loadtest;

import io.orderflow.OrderRequest;

/**
 * The orders of one load test, made when they are asked for: order {@code n} is always the same for the same plan and
 * run, so that nothing has to be kept. Buyers and products have id ranges of their own, away from those of the other
 * programs. Thread-safe.
 */
final class LoadData {
    static final long FIRST_BUYER = 100_000_000L;
    static final long FIRST_PRODUCT = 100_000_000L;
    static final long HIGHEST_PRICE = 999;
    private static final long LOWEST_PRICE = 100;

    private final LoadPlan plan;
    private final String run;

    /**
     * Makes the orders of one run.
     *
     * @param run a name that no other run on the same database has; part of each idempotency key
     */
    LoadData(LoadPlan plan, String run) {
        this.plan = plan;
        this.run = run;
    }

    /** Builds order {@code n}. */
    OrderRequest request(long n) {
        long random = mix(plan.seed() + n * 0x9E3779B97F4A7C15L);
        OrderRequest.Builder request = OrderRequest.of(FIRST_BUYER + pick(random, plan.buyers()));
        long more = mix(random);
        long product = pick(more, plan.usedProducts());
        for (int line = 0; line < plan.lines(); line++) {
            request.line(FIRST_PRODUCT + (product + line) % plan.usedProducts(), 1);
        }
        if (hasKey(more)) {
            request.idempotencyKey(run + "-" + n);
        }
        return request.build();
    }

    static long price(long product) {
        return LOWEST_PRICE + product % (HIGHEST_PRICE - LOWEST_PRICE + 1);
    }

    private boolean hasKey(long random) {
        return plan.keyShare() > 0 && (mix(random) >>> 11) * 0x1p-53 < plan.keyShare();
    }

    /** Even for any bound that is small against 2^63. */
    private static long pick(long random, int bound) {
        return (random >>> 1) % bound;
    }

    /** The finisher of SplitMix64: neighbouring numbers give unrelated ones. */
    private static long mix(long z) {
        long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
