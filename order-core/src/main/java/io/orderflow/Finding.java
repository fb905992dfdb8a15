package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.orderflow.queue.Severity;

/**
 * Something about the set-up of a shop that should be changed before production. Immutable.
 *
 * @param id always the same for the same fault: small letters with {@code -} between the words
 * @param severity how bad it is
 * @param area where it is
 * @param found what was found, with its values as they are now; never a password, and nothing of an order but its id
 * @param stake what can happen if it stays so
 * @param setting what to change, as exactly as it can be said: a statement or an option with its value
 */
public record Finding(String id, Severity severity, Area area, String found, String stake, String setting) {
    /** Where something was found. */
    public enum Area {
        /** The server, its settings, its driver, and what the tables hold. */
        DATABASE,
        /** The host's connection pool. */
        POOL,
        /** The queue and its server. */
        QUEUE,
        /** The options of the processor and its workers. */
        PROCESSOR,
        /** The Java virtual machine and its machine. */
        JVM
    }

    /** Checks that nothing is missing. */
    public Finding {
        requireNonNull(id, "id");
        requireNonNull(severity, "severity");
        requireNonNull(area, "area");
        requireNonNull(found, "found");
        requireNonNull(stake, "stake");
        requireNonNull(setting, "setting");
    }
}
