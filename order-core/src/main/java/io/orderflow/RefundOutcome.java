package io.orderflow;

/** The kinds of {@link RefundResult}, for a {@code switch}. */
public enum RefundOutcome {
    /** Done now. */
    REFUNDED,
    /** Done before, by the same reference. */
    DUPLICATE,
    /** The reference stands for another change of the order; nothing changed. */
    CONFLICT,
    /** There is no row of such an order; nothing changed. */
    NOT_FOUND,
    /** The order is not completed; nothing changed. */
    NOT_COMPLETED,
    /** The order has no such line; nothing changed. */
    UNKNOWN_LINE,
    /** Less is left than was asked for; nothing changed. */
    MORE_THAN_LEFT,
    /** The wallet or a product would have more than an account may have; nothing changed. */
    LIMIT_EXCEEDED
}
