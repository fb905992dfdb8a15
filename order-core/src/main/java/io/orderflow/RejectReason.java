package io.orderflow;

/** Why an order was rejected. Where several hold, the first in the order of this list is given. */
public enum RejectReason {
    /** The order's buyer has no wallet. Not of an order with {@link Payment#EXTERNAL}. */
    UNKNOWN_BUYER,
    /** The order names a product that is not defined. */
    UNKNOWN_PRODUCT,
    /** A line's price is not the one that the buyer saw. */
    PRICE_CHANGED,
    /** The total at the prices of the decision is above {@link Limits#AMOUNT}. */
    AMOUNT_TOO_LARGE,
    /** The buyer would have more pieces of a product than {@link Inventory#setMaxPerBuyer} allows. */
    LIMIT_PER_BUYER,
    /** A product has fewer pieces available than the order's lines ask for together. */
    INSUFFICIENT_STOCK,
    /** The wallet's balance is below the order's total. Not of an order with {@link Payment#EXTERNAL}. */
    INSUFFICIENT_FUNDS
}
