package io.orderflow.internal.engine;

/**
 * An order's row that a batch inserts is another's, who may not have committed it yet: it was looked for and not seen.
 * The same batch again will do when that one has ended; whoever goes around what others hold need not wait for it.
 */
public final class HeldKeyException extends RetryBatchException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public HeldKeyException() {
        super("somebody else inserts the row of an order of the batch");
    }
}
