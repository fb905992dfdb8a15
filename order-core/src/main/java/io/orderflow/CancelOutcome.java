package io.orderflow;

/** The kinds of {@link CancelResult}, for a {@code switch}. */
public enum CancelOutcome {
    /** Done now. */
    CANCELLED,
    /** Done before, by the same reference. */
    DUPLICATE,
    /** The reference stands for another change of the order; nothing changed. */
    CONFLICT,
    /** The database has no such order; nothing changed. */
    NOT_FOUND,
    /** The order is not pending any more; nothing changed. */
    TOO_LATE
}
