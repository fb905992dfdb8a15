package io.orderflow.internal.engine;

/**
 * How many pieces of a product a buyer may have, over all orders since the limit was set.
 *
 * @param most the most pieces; 0 for no limit
 * @param since the batch that set a limit where there was none: what later batches sold counts; 0 without a limit, and
 *     while that batch's number is not drawn
 */
record BuyerLimit(long most, long since) {
    /** No limit. */
    static final BuyerLimit NONE = new BuyerLimit(0, 0);

    /** Whether there is a limit. */
    boolean isSet() {
        return most > 0;
    }

    /** Another number of pieces; the count goes on if there is one, and begins if there is none. */
    BuyerLimit with(long pieces) {
        return new BuyerLimit(pieces, since);
    }

    /** Whether pieces count that a batch sold. */
    boolean counts(long batch) {
        return isSet() && batch > since;
    }

    /**
     * Since when its pieces count.
     *
     * @param batch the number of the transaction that set it, if it has none yet
     */
    long since(long batch) {
        return isSet() && since == 0 ? batch : since;
    }
}
