package io.orderflow.internal.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether something that saves statements can be expected of the next batch: that none of its orders has a row, say. A
 * batch that relies on it and meets the contrary runs again, so it is expected only once it was so for some batches in
 * a row. Thread-safe.
 */
final class Expectation {
    /** Batches in a row after which what was not so is expected again, so that few batches run twice. */
    private static final int CAUTIOUS_BATCHES = 16;

    /** Batches that still look. At the start one tells how the shop is used. */
    private final AtomicInteger cautious = new AtomicInteger(1);

    /** Whether a batch may rely on it. */
    boolean holds() {
        return cautious.get() == 0;
    }

    /** A batch looked. */
    void seen(boolean held) {
        if (held) {
            cautious.updateAndGet(left -> Math.max(0, left - 1));
        } else {
            failed();
        }
    }

    /** It was not so. */
    void failed() {
        cautious.set(CAUTIOUS_BATCHES);
    }
}
