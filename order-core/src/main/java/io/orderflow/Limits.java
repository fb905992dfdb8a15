package io.orderflow;

import java.time.Duration;

/** The bounds of every value in an order or an adjustment. They hold on every way in: API, queue frame and journal. */
public final class Limits {
    /** Most lines of one order; an order has at least one. */
    public static final int LINES = 100;

    /** Largest quantity of one line; the smallest is 1. */
    public static final int QUANTITY = 1_000_000;

    /** Largest unit price and largest total of one order, in minor units (10^15). */
    public static final long AMOUNT = 1_000_000_000_000_000L;

    /**
     * Largest balance of a wallet, in minor units, largest available stock of a product and most for each of its
     * buyers, in pieces (9 x 10^17).
     */
    public static final long BALANCE = 900_000_000_000_000_000L;

    /**
     * Longest idempotency key and longest reference of an adjustment, in characters (UTF-16 units); the shortest is 1.
     */
    public static final int KEY_LENGTH = 255;

    /** Most bytes of the host's own data that one order carries. */
    public static final int HOST_DATA = 1_024;

    /** Shortest hold of an order. */
    public static final Duration SHORTEST_HOLD = Duration.ofSeconds(1);

    /** Longest hold of an order. */
    public static final Duration LONGEST_HOLD = Duration.ofDays(90);

    /** Largest frame on a queue, in bytes. */
    public static final int FRAME_BYTES = 256 * 1_024;

    /** Most orders decided in one transaction. */
    public static final int BATCH_ORDERS = 500;

    /** Most orders in one frame: those of a group, and no more than one transaction can decide. */
    public static final int FRAME_ORDERS = BATCH_ORDERS;

    /** Most order lines decided in one transaction. */
    public static final int BATCH_LINES = 2_000;

    private Limits() {}
}
