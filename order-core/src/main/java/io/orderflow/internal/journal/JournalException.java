package io.orderflow.internal.journal;

import static java.util.Objects.requireNonNull;

/** The journal could not do its work; every entry of the call has the same fate. */
public final class JournalException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Fate fate;

    /** What became of the group. */
    public enum Fate {
        /** No entry of the call has a row because of it. */
        NOTHING_WRITTEN,
        /** The answer of a commit was lost: each entry may have a row or not; the rows will tell. */
        UNKNOWN
    }

    /**
     * Creates the exception.
     *
     * @param fate what became of the group
     * @param message what was tried, what was seen, what happens next; no payload
     * @param cause what the driver or the pool said
     */
    public JournalException(Fate fate, String message, Throwable cause) {
        super(message, cause);
        this.fate = requireNonNull(fate, "fate");
    }

    /** What became of the group. */
    public Fate fate() {
        return fate;
    }
}
