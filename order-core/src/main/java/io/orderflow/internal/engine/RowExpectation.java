package io.orderflow.internal.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether orders that a queue delivers are expected to have rows already. Where they have none, which is so as long as
 * nothing but a queue or the rows of groups accepts, looking for them is two statements for nothing: the INSERT tells.
 * A batch that expected none and meets one is run again. Thread-safe.
 */
final class RowExpectation {
    /** Batches in a row without any row after which none is expected, so that few batches run twice. */
    private static final int CAUTIOUS_BATCHES = 16;

    /** Batches that still look. At the start one tells how the shop accepts. */
    private final AtomicInteger cautious = new AtomicInteger(1);

    /** Whether a batch is to look for the rows of its orders. */
    boolean isAny() {
        return cautious.get() > 0;
    }

    /** A batch looked for rows and found so many. */
    void found(int rows) {
        if (rows > 0) {
            met();
        } else {
            cautious.updateAndGet(left -> Math.max(0, left - 1));
        }
    }

    /** A row was where none was expected. */
    void met() {
        cautious.set(CAUTIOUS_BATCHES);
    }
}
