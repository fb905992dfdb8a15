package io.orderflow.examples.loadtest.counting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.OrderEvent;
import io.orderflow.OrderListener.Decision;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.examples.loadtest.Plans;
import io.orderflow.examples.loadtest.counting.Records.Outcome;
import io.orderflow.examples.loadtest.driving.Phase;
import io.orderflow.examples.loadtest.orders.LoadData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JudgementsTest {
    private static final long MILLI = 1_000_000;
    private static final int ORDERS = 101;

    @Test
    void withoutAGoalThereIsNothingToJudge() {
        Findings findings = findings(phase(10), goals(0, 0, 0));
        assertEquals(Optional.of(true), verdict(findings, "correctness").passed());
        assertEquals(Optional.empty(), verdict(findings, "rate_held").passed());
        assertEquals(Optional.empty(), verdict(findings, "latency").passed());
        assertTrue(findings.ok());
    }

    @Test
    void aRateIsHeldWithinItsTolerance() {
        // one each 10 ms: 100 per second, less the delay that all of them have
        assertTrue(findings(phase(10), goals(100, 0, 0)).ok());
        assertTrue(findings(phase(10), goals(102, 0, 0)).ok());
        Findings missed = findings(phase(10), goals(103, 0, 0));
        assertFalse(missed.ok());
        assertTrue(verdict(missed, "rate_held").failed());
        assertEquals(Optional.of(true), verdict(missed, "correctness").passed());
        assertTrue(
                verdict(missed, "rate_held").reason().contains("at least 100.9 are asked for, 103 less 2 %"),
                missed::toString);
    }

    @Test
    void aStallAtTheBeginningIsPartOfTheRate() {
        Phase phase =
                new Phase(new LoadData(Plans.small().orderPlan(), "run"), 0, ORDERS, Duration.ZERO, Phase.Bearings.ALL);
        phase.begin(0);
        // due over a second, and all accepted two seconds after it
        for (int i = 0; i < ORDERS; i++) {
            OrderRequest request = phase.request(i);
            phase.submitted(i, request, i * 10 * MILLI);
            phase.answered(i, Reply.accepted(request.id()), (i == ORDERS - 1 ? 3_000 : 2_999) * MILLI);
        }
        assertEquals(100, phase.acceptances().perSecond(), 0.5);
    }

    @Test
    void aLateGeneratorIsNamed() {
        Phase phase = phase(10);
        assertFalse(
                verdict(findings(phase, goals(200, 0, 0)), "rate_held").reason().contains("GENERATOR"));
        phase.lateness().add(50 * MILLI);
        assertTrue(
                verdict(findings(phase, goals(200, 0, 0)), "rate_held").reason().contains("THE GENERATOR WAS LATE"));
    }

    @Test
    void eachBoundOfLatencyFailsByItself() {
        // accepted after 2 ms, decided after 6 ms
        assertTrue(findings(phase(10), goals(0, 3, 7)).ok());
        assertFalse(findings(phase(10), goals(0, 1, 7)).ok());
        assertFalse(findings(phase(10), goals(0, 3, 5)).ok());
    }

    @Test
    void anAcceptanceBeyondItsBoundPassesWithinItsRatioToABareCommit() {
        // accepted after 2 ms
        Optional<Latency> slow = Optional.of(new Latency(0.5, 0.5, 0.5, 0.5, 0.7, 0.7, 9, Map.of()));
        Optional<Latency> quick = Optional.of(new Latency(0.5, 0.5, 0.5, 0.5, 0.6, 0.6, 9, Map.of()));
        assertTrue(findings(slow, phase(10), ratio(OptionalDouble.of(1))).ok());
        Findings missed = findings(quick, phase(10), ratio(OptionalDouble.of(1)));
        assertTrue(verdict(missed, "latency").failed());
        assertTrue(
                verdict(missed, "latency").reason().contains("3.0 times the p99 of a bare commit"), missed::toString);
        assertTrue(findings(quick, phase(10), ratio(OptionalDouble.of(3))).ok(), "within the bound itself");
        assertTrue(findings(slow, phase(10), ratio(OptionalDouble.empty())).ok(), "without a bound of its own");
        assertFalse(findings(quick, phase(10), ratio(OptionalDouble.empty())).ok(), "without a bound of its own");
        assertFalse(
                findings(Optional.empty(), phase(10), ratio(OptionalDouble.of(1)))
                        .ok(),
                "nothing to compare with");
    }

    private static Goals ratio(OptionalDouble accept) {
        return new Goals(OptionalInt.of(100), 0.02, accept, OptionalDouble.of(3), OptionalDouble.empty());
    }

    @Test
    void verdictsWithoutATimeAreNotWithinABound() {
        Phase phase = phase(10);
        Phase unheard =
                new Phase(new LoadData(Plans.small().orderPlan(), "run"), 0, 1, Duration.ZERO, Phase.Bearings.ALL);
        unheard.begin(0);
        accept(unheard, 0, 0);
        unheard.read(0, 3 * MILLI);
        assertTrue(findings(phase, goals(0, 0, 7)).ok());
        assertTrue(verdict(findings(unheard, goals(0, 0, 7)), "latency").failed());
    }

    @Test
    void aReplayThatConflictsIsNotCorrect() {
        Phase phase = phase(10);
        phase.replayed(Reply.refused(Reply.Kind.CONFLICT, "other content"));
        assertTrue(verdict(findings(phase, goals(0, 0, 0)), "correctness").failed());
    }

    @Test
    void aHoldThatIsNotConfirmedIsNotCorrect() {
        Phase phase = phase(10);
        phase.holds().reserved();
        phase.holds().reserved();
        phase.holds().confirmed(MILLI);
        Judgement correctness = verdict(findings(phase, goals(0, 0, 0)), "correctness");
        assertTrue(correctness.failed());
        assertTrue(correctness.reason().contains("1 not confirmed"), correctness::reason);
        phase.holds().confirmed(MILLI);
        assertFalse(verdict(findings(phase, goals(0, 0, 0)), "correctness").failed());
    }

    @Test
    void anEventThatTheFeedMissedIsNotCorrect() {
        Phase phase = phase(10);
        phase.feed(new FeedEvents());
        for (int i = 1; i < ORDERS; i++) {
            assertTrue(phase.told(OrderEvent.Type.COMPLETED, phase.ledger().id(i), Duration.ofMillis(3)));
        }
        assertEquals(1, phase.ledger().untold());
        phase.feed().orElseThrow().ended(phase.ledger().untold(), Duration.ZERO);
        Judgement correctness = verdict(findings(phase, goals(0, 0, 0)), "correctness");
        assertTrue(correctness.failed());
        assertTrue(correctness.reason().contains("1 missing in the feed"), correctness::reason);
        phase.told(OrderEvent.Type.COMPLETED, phase.ledger().id(0), Duration.ofMillis(3));
        phase.feed().orElseThrow().ended(phase.ledger().untold(), Duration.ZERO);
        assertFalse(verdict(findings(phase, goals(0, 0, 0)), "correctness").failed());
    }

    private static Judgement verdict(Findings findings, String name) {
        return Judgements.of(findings).get(name);
    }

    private static Goals goals(int rate, double accept, double verdict) {
        return new Goals(
                rate == 0 ? OptionalInt.empty() : OptionalInt.of(rate),
                0.02,
                accept == 0 ? OptionalDouble.empty() : OptionalDouble.of(accept),
                OptionalDouble.empty(),
                verdict == 0 ? OptionalDouble.empty() : OptionalDouble.of(verdict));
    }

    /** Orders one after the other, accepted 2 ms and decided 6 ms after they were submitted. */
    private static Phase phase(long intervalMillis) {
        Phase phase =
                new Phase(new LoadData(Plans.small().orderPlan(), "run"), 0, ORDERS, Duration.ZERO, Phase.Bearings.ALL);
        phase.begin(0);
        for (int i = 0; i < ORDERS; i++) {
            long now = i * intervalMillis * MILLI;
            accept(phase, i, now);
            phase.heard(
                    List.of(new Decision(phase.ledger().id(i), 1, OrderStatus.COMPLETED, Optional.empty(), 100, 1_000)),
                    now + 6 * MILLI);
        }
        return phase;
    }

    private static void accept(Phase phase, int index, long now) {
        OrderRequest request = phase.request(index);
        phase.submitted(index, request, now);
        phase.answered(index, Reply.accepted(request.id()), now + 2 * MILLI);
    }

    private static Findings findings(Phase phase, Goals goals) {
        return findings(Optional.empty(), phase, goals);
    }

    private static Findings findings(Optional<Latency> bareCommit, Phase phase, Goals goals) {
        AuditReport audit = new AuditReport(10, 0, 0, 8, 2, 0, 0, 0, 0, 0, 1, 1, 0, List.of(), Duration.ofSeconds(1));
        return new Findings(
                goals, bareCommit, phase.counts(), new Outcome(ORDERS, 0, 0, 0, 0, Map.of()), 0, Optional.of(audit));
    }
}
