package io.orderflow.queue;

import static java.util.Objects.requireNonNull;

/**
 * What a queue's storage survives at this moment, as last read from the server.
 *
 * @param level how much it survives
 * @param reason the setting or fact that says so, in words for a person
 */
public record Durability(Level level, String reason) {
    /** How much a stored message survives. */
    public enum Level {
        /** A stored message survives kill -9 of the server. */
        DURABLE,
        /** A stored message may be lost when the server or this process dies. */
        WEAK,
        /** The server could not be asked. */
        UNKNOWN
    }

    /** Checks that nothing is missing. */
    public Durability {
        requireNonNull(level, "level");
        requireNonNull(reason, "reason");
    }
}
