package io.orderflow.internal.engine;

/** Another transaction changed what this one had read without a lock; the same batch again will do. */
public class RetryBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what changed
     */
    public RetryBatchException(String message) {
        super(message);
    }
}
