package io.orderflow.internal.codec;

/**
 * The place of a decision or an adjustment in the one order of all of them: the batch's number, then the place in the
 * batch.
 */
public final class DecisionNumber {
    private static final long PLACES = 1_000;

    private DecisionNumber() {}

    /** One number that sorts as batch and place do. */
    public static long of(long batch, int place) {
        return batch * PLACES + place;
    }

    /** The batch of a number. */
    public static long batch(long decision) {
        return decision / PLACES;
    }

    /** The place in the batch of a number. */
    public static int place(long decision) {
        return (int) (decision % PLACES);
    }
}
