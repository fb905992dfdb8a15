package io.orderflow.examples.loadtest.counting;

/**
 * All that was counted about the orders of a phase.
 *
 * @param orders how many were submitted
 * @param settled accepted ones whose verdict is known
 * @param acceptances what they were answered
 * @param decisions what was decided
 * @param lateness how late the generator was
 * @param replays what became of the requests that were submitted again
 */
public record PhaseCounts(
        int orders, int settled, Acceptances acceptances, Decisions decisions, Lateness lateness, Replays replays) {}
