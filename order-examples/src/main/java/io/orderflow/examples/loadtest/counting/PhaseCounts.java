package io.orderflow.examples.loadtest.counting;

import java.util.Optional;

/**
 * All that was counted about the orders of a phase.
 *
 * @param orders how many were submitted
 * @param settled accepted ones whose verdict is known
 * @param acceptances what they were answered
 * @param decisions what was decided
 * @param lateness how late the generator was
 * @param replays what became of the requests that were submitted again
 * @param holds what became of the orders that hold what they took
 * @param feed what a feed told of them; empty when none was read
 */
public record PhaseCounts(
        int orders,
        int settled,
        Acceptances acceptances,
        Decisions decisions,
        Lateness lateness,
        Replays replays,
        Holds holds,
        Optional<FeedEvents> feed) {}
