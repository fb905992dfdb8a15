package io.orderflow.simulation;

/** An error that a loop survives, as running out of memory may be one. */
final class Stumble extends Error {
    private static final long serialVersionUID = 1L;

    Stumble() {
        super("out of memory, say", null, false, false);
    }
}
