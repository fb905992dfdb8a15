package io.orderflow.examples.loadtest.counting;

import io.orderflow.AuditReport;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import java.util.Optional;

/**
 * What a load test found, to be judged.
 *
 * @param goals what it was asked to reach
 * @param bareCommit what one row took to commit at the same rate; empty when nobody asked
 * @param phase the measured orders
 * @param outcome what became of the accepted ones, by the database
 * @param unasked orders in the database that were never accepted
 * @param audit the audit after the test; empty when the test was interrupted before its end
 */
public record Findings(
        Goals goals,
        Optional<Latency> bareCommit,
        PhaseCounts phase,
        Records.Outcome outcome,
        long unasked,
        Optional<AuditReport> audit) {

    /** Whether the test ran to its end and no verdict failed. */
    public boolean ok() {
        return !isInterrupted() && Judgements.of(this).values().stream().noneMatch(Judgement::failed);
    }

    /** Whether every order was accepted, has its verdict, and everything adds up. */
    boolean correct() {
        return (isInterrupted() || accepted() == phase.orders())
                && lost() == 0
                && outcome.parked() == 0
                && duplicated() == 0
                && phase.decisions().toldTwice() == 0
                && phase.replays().ok()
                && (isInterrupted()
                        || phase.holds().confirmed() == phase.holds().all())
                && (isInterrupted() || phase.feed().stream().allMatch(feed -> feed.missing() == 0))
                && audit.map(AuditReport::ok).orElse(true);
    }

    /** Whether the person ended the test before it was done; what is there then was measured, but is not all. */
    public boolean isInterrupted() {
        return audit.isEmpty();
    }

    /** Accepted orders without a verdict. After an interruption, those that wait are as they should be. */
    public long lost() {
        return isInterrupted() ? outcome.missing() : outcome.lost();
    }

    /** Orders that were accepted. */
    public long accepted() {
        return phase.acceptances().count(Kind.ACCEPTED);
    }

    /** Signs of an effect that happened twice: an account that does not add up, an order that nobody placed. */
    public long duplicated() {
        return audit.map(AuditReport::differences).orElse(0L) + unasked;
    }

    /** Accepted orders per second, until the last answer. */
    public double acceptPerSecond() {
        return rate(accepted(), phase.acceptances().secondsToLastAnswer());
    }

    /** Decided orders per second, until the last verdict. */
    public double endToEndPerSecond() {
        return rate(phase.settled(), phase.decisions().secondsToLast());
    }

    /** How many in a second; 0 when nothing happened. */
    public static double rate(long count, double seconds) {
        return seconds > 0 ? count / seconds : 0;
    }
}
