package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How a shop does, in a few numbers, at one moment. Immutable.
 *
 * @param at when, by the database's clock
 * @param position the place of the last batch: what comes after it is in the next pulse
 * @param decided orders that batches decided since the position that was given; of the newest {@link #MOST_BATCHES}
 *     batches, as are the next two
 * @param rejected how many of them were rejected, by reason
 * @param changed changes of orders since then: cancellations, refunds, ends of holds
 * @param backlog orders that groups of the journal name; it may count some that are decided, for a moment
 * @param urgent how many of these are urgent
 * @param oldest how old the oldest of these groups is; zero if there is none
 * @param holdsDue holds that are over and not ended yet, at most {@link #MOST_HOLDS}
 * @param deadLetters how many there are
 */
public record OrderPulse(
        Instant at,
        long position,
        long decided,
        Map<RejectReason, Long> rejected,
        long changed,
        long backlog,
        long urgent,
        Duration oldest,
        long holdsDue,
        long deadLetters) {
    /** More holds that are over are not counted. */
    public static final int MOST_HOLDS = 10_000;

    /** Of more batches than this the newest alone are counted. */
    public static final int MOST_BATCHES = 20_000;

    /** Copies the map. */
    public OrderPulse {
        requireNonNull(at, "at");
        rejected = Map.copyOf(rejected);
        requireNonNull(oldest, "oldest");
    }
}
