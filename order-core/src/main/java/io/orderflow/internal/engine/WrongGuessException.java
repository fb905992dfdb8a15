package io.orderflow.internal.engine;

/** What a batch was expected to find was not so. Run again at once, it looks first. */
final class WrongGuessException extends RetryBatchException {
    private static final long serialVersionUID = 1L;

    WrongGuessException(String message) {
        super(message);
    }
}
