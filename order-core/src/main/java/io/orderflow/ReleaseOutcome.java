package io.orderflow;

/** The kinds of {@link ReleaseResult}, for a {@code switch}. */
public enum ReleaseOutcome {
    /** Done now. */
    RELEASED,
    /** Done before, by the same reference. */
    DUPLICATE,
    /** The reference stands for another change of the order; nothing changed. */
    CONFLICT,
    /** The database has no such order; nothing changed. */
    NOT_FOUND,
    /** The order's expiry came first; nothing changed. */
    EXPIRED,
    /** The order is not reserved; nothing changed. */
    NOT_RESERVED,
    /** The wallet or a product would have too much; nothing changed. */
    LIMIT_EXCEEDED
}
