package io.orderflow;

/** The kinds of {@link CancelResult}, for a {@code switch}. */
public enum CancelOutcome {
    /** Done now. */
    CANCELLED,
    /** Done before, by the same reference. */
    DUPLICATE,
    /** The reference stands for another change of the order; nothing changed. */
    CONFLICT,
    /** The order was accepted with another content than the request has; nothing changed. */
    OTHER_CONTENT,
    /** The database has no such order, and its request was not given; nothing changed. */
    NOT_FOUND,
    /** The order is parked, without a verdict; nothing changed. */
    PARKED,
    /** The order is neither pending nor reserved any more; nothing changed. */
    TOO_LATE,
    /** The wallet or a product would have too much; nothing changed. */
    LIMIT_EXCEEDED
}
