package io.orderflow.examples.loadtest.orders;

import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import java.time.Duration;

/**
 * The orders of one load test, made when they are asked for: order {@code n} is always the same for the same plan and
 * run, so that nothing has to be kept. Buyers and products have id ranges of their own, away from those of the other
 * programs. Thread-safe.
 */
public final class LoadData {
    public static final long FIRST_BUYER = 100_000_000L;
    /** The buyers who can pay for nothing have ids of their own, since other runs leave money to the others. */
    public static final long FIRST_POOR_BUYER = 200_000_000L;

    public static final long FIRST_PRODUCT = 100_000_000L;
    public static final long HIGHEST_PRICE = 999;
    public static final long LOWEST_PRICE = 100;

    /** No hold is over before the test is. */
    private static final Duration HOLD = Duration.ofDays(1);

    private final OrderPlan plan;
    private final String run;
    private final ProductChoice products;

    /**
     * Makes the orders of one run.
     *
     * @param run a name that no other run on the same database has; part of each idempotency key
     */
    public LoadData(OrderPlan plan, String run) {
        this.plan = plan;
        this.run = run;
        this.products = new ProductChoice(plan.mix().skew(), plan.usedProducts());
    }

    /** Builds order {@code n}. */
    public OrderRequest request(long n) {
        long random = random(n);
        OrderRequest.Builder request = OrderRequest.of(buyer(pick(random, plan.buyers())));
        long more = mix(random);
        int product = products.rank(more);
        long yetMore = mix(more);
        int lines = lines(yetMore);
        for (int line = 0; line < lines; line++) {
            request.line(FIRST_PRODUCT + (product + line) % plan.usedProducts(), 1);
        }
        if (chosen(yetMore, plan.mix().keyShare())) {
            request.idempotencyKey(run + "-" + n);
        }
        if (chosen(mix(yetMore + 1), plan.mix().externalShare())) {
            request.payment(Payment.EXTERNAL);
        }
        if (isHeld(n)) {
            request.holdFor(HOLD);
        }
        request.urgent(isUrgent(n));
        return request.build();
    }

    /** Whether the request of order {@code n} is submitted again once it was accepted. */
    public boolean isReplayed(long n) {
        return chosen(mix(random(n) + 1), plan.mix().replayShare());
    }

    /** Whether order {@code n} holds what it took until it is confirmed. */
    public boolean isHeld(long n) {
        return chosen(mix(random(n) + 2), plan.mix().holdShare());
    }

    /** Whether order {@code n} is urgent. */
    public boolean isUrgent(long n) {
        return chosen(mix(random(n) + 3), plan.mix().urgentShare());
    }

    private long random(long n) {
        return mix(plan.seed() + n * 0x9E3779B97F4A7C15L);
    }

    private long buyer(int index) {
        return (index < plan.poorBuyers() ? FIRST_POOR_BUYER : FIRST_BUYER) + index;
    }

    private int lines(long random) {
        LineRange lines = plan.mix().lines();
        return lines.fewest() + pick(mix(random), lines.most() - lines.fewest() + 1);
    }

    public static long price(long product) {
        return LOWEST_PRICE + product % (HIGHEST_PRICE - LOWEST_PRICE + 1);
    }

    private static boolean chosen(long random, double share) {
        return share > 0 && share(random) < share;
    }

    /** A number from 0 up to but not including 1. */
    static double share(long random) {
        return (random >>> 11) * 0x1p-53;
    }

    /** From 0 up to but not including the bound; even for any bound that is small against 2^63. */
    static int pick(long random, int bound) {
        return (int) ((random >>> 1) % bound);
    }

    /** The finisher of SplitMix64: neighbouring numbers give unrelated ones. */
    private static long mix(long z) {
        long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
