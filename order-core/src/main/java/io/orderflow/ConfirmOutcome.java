package io.orderflow;

/** The kinds of {@link ConfirmResult}, for a {@code switch}. */
public enum ConfirmOutcome {
    /** Done now. */
    CONFIRMED,
    /** Done before, by the same reference. */
    DUPLICATE,
    /** The reference stands for another change of the order; nothing changed. */
    CONFLICT,
    /** The database has no such order; nothing changed. */
    NOT_FOUND,
    /** The order's expiry came first; nothing changed. */
    EXPIRED,
    /** The order is not reserved; nothing changed. */
    NOT_RESERVED
}
