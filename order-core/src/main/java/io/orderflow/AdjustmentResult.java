package io.orderflow;

/**
 * What became of an adjustment. Nothing is recorded of a refused one, so its reference may be used again. Where the
 * database does not answer, the call throws {@link StoreUnavailableException} instead, and repeating it with the same
 * reference is safe.
 */
public sealed interface AdjustmentResult {
    /** The adjustment's reference. */
    String reference();

    /**
     * Done now.
     *
     * @param reference the adjustment's reference
     * @param after the stock, price, limit (0 for none) or balance that the adjustment left
     * @param decision its place in the order of all decisions and adjustments
     */
    record Applied(String reference, long after, long decision) implements AdjustmentResult {}

    /**
     * The same adjustment was applied before.
     *
     * @param reference the adjustment's reference
     * @param decision its place in the order of all decisions and adjustments
     */
    record Duplicate(String reference, long decision) implements AdjustmentResult {}

    /** The reference stands for another adjustment. Nothing changed. */
    record Conflict(String reference) implements AdjustmentResult {}

    /** The adjustment cannot be done as things are. Nothing changed. */
    record Refused(String reference, Refusal refusal) implements AdjustmentResult {}

    /** Why an adjustment is refused. */
    enum Refusal {
        /** No such product. */
        UNKNOWN_PRODUCT,
        /** The buyer has no wallet. */
        UNKNOWN_BUYER,
        /** The product is defined already, under another reference. */
        ALREADY_DEFINED,
        /** The wallet is open already, under another reference. */
        ALREADY_OPEN,
        /** It would leave fewer than 0 pieces. */
        INSUFFICIENT_STOCK,
        /** It would leave a balance below 0. */
        INSUFFICIENT_FUNDS,
        /** It would leave more than {@link Limits#BALANCE}. */
        LIMIT_EXCEEDED
    }
}
