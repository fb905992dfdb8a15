package io.orderflow.examples.common;

/** Something that a person can mend, or that did not hold: shown as one line, exit code 1. */
public final class ProgramException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong and what to do about it
     */
    public ProgramException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what is wrong and what to do about it
     * @param cause shown with {@code --verbose} only
     */
    public ProgramException(String message, Throwable cause) {
        super(message, cause);
    }
}
