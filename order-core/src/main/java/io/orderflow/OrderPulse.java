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
 * @param backlog orders of the journal that wait for their verdict. Exact up to {@link #MOST_WAITING}; above that an
 *     estimate, which may have some that are decided and is never too low: what the older groups name is looked at, and
 *     what is behind them counts as the groups name it
 * @param urgent how many of these are urgent, as exact as that
 * @param oldest how long the oldest of these has waited; zero if there is none. Of the groups that are looked at; when
 *     all in these is decided, how old the next one is
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

    /**
     * So many orders of each kind of group (accepted by the library, with rows or without; placed by hosts; urgent) are
     * looked at, whether they wait.
     */
    public static final int MOST_WAITING = 5_000;

    /** Of more batches than this the newest alone are counted. */
    public static final int MOST_BATCHES = 20_000;

    /** Copies the map. */
    public OrderPulse {
        requireNonNull(at, "at");
        rejected = Map.copyOf(rejected);
        requireNonNull(oldest, "oldest");
    }
}
