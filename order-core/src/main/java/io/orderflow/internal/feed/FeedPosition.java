package io.orderflow.internal.feed;

import io.orderflow.internal.codec.DecisionNumber;

/** How far something was read, as one number: the decision number up to which all is done. */
public final class FeedPosition {
    /** Above every place. */
    private static final int WHOLE = 999;

    private FeedPosition() {}

    /** The whole batch is done, and all before it. */
    static long after(long batch) {
        return DecisionNumber.of(batch, WHOLE);
    }

    /** Nothing is done. */
    static long beginning() {
        return after(0);
    }

    /** The first batch of which something may not be done. */
    public static long next(long position) {
        long batch = DecisionNumber.batch(position);
        return batch == 0 || DecisionNumber.place(position) == WHOLE ? batch + 1 : batch;
    }
}
