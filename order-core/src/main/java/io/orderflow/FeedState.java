package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a feed was read, at one moment. Immutable.
 *
 * @param name the feed
 * @param position everything up to it is done
 * @param behind batches of decisions, adjustments and changes that come after it, read by nobody yet; an upper bound
 * @param lag how old the oldest of them is, by the database's clock; zero if there is none
 * @param leasedUntil until when the process that has its turn keeps it without renewing it; empty if none has
 */
public record FeedState(String name, long position, long behind, Duration lag, Optional<Instant> leasedUntil) {
    /** Checks that nothing is missing. */
    public FeedState {
        requireNonNull(name, "name");
        requireNonNull(lag, "lag");
        requireNonNull(leasedUntil, "leasedUntil");
    }
}
