package io.orderflow.queue;

/** The queue cannot do what was asked now. The caller tries again later; nothing was lost by this call. */
public final class QueueException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message which queue, what was tried, what was seen
     * @param cause what the client library said
     */
    public QueueException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception without a cause.
     *
     * @param message which queue, what was tried, what was seen
     */
    public QueueException(String message) {
        super(message);
    }
}
