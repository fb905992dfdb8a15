package io.orderflow;

/**
 * The database cannot be used as it is set up. The message says which setting, table or version, and what to change.
 */
public final class SchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong and what to change
     */
    public SchemaException(String message) {
        super(message);
    }
}
