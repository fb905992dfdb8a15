package io.orderflow.internal.engine;

import io.orderflow.DecidingPause;

/** A batch was not decided, since deciding is paused. The transaction was rolled back; the same batch will do later. */
public final class DecidingPausedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param pause what is in force
     */
    public DecidingPausedException(DecidingPause pause) {
        super(pause.toString());
    }
}
