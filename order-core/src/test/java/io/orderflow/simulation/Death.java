package io.orderflow.simulation;

/** Ends whoever runs when it is thrown: a process that is killed at this very point. */
final class Death extends Error {
    private static final long serialVersionUID = 1L;

    Death() {
        super("killed", null, false, false);
    }
}
