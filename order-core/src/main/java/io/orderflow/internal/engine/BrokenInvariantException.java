package io.orderflow.internal.engine;

/**
 * Something that must hold in the database does not: an update matched another number of rows than were locked. The
 * transaction was rolled back; the batch is tried again with growing pauses and health is DOWN until it succeeds.
 */
public final class BrokenInvariantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message which table, which keys, what was expected and what was seen
     */
    public BrokenInvariantException(String message) {
        super(message);
    }
}
