package io.orderflow;

/**
 * The database could not be reached, refused to work or did not answer. What was asked may have been done or not, when
 * it was a change; every change has a reference or an id, so repeating it is safe.
 */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried and what happens next
     * @param cause what the driver or the pool said
     */
    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
