package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * That deciding is paused for the whole shop. Immutable.
 *
 * @param since when it was paused, by the database's clock
 * @param by who paused it
 * @param reason why, for a person
 */
public record DecidingPause(Instant since, String by, String reason) {
    /** Checks that nothing is missing. */
    public DecidingPause {
        requireNonNull(since, "since");
        requireNonNull(by, "by");
        requireNonNull(reason, "reason");
    }

    /** The pause in one line, for a log or a health check. */
    @Override
    public String toString() {
        return "deciding is paused since " + since + " by " + by + ": " + reason;
    }
}
