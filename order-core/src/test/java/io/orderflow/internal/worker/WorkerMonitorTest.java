package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.DeadLetterReason;
import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What listeners and health hear of the workers. */
class WorkerMonitorTest {
    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final List<String> told = new ArrayList<>();
    private final OrderListener listener = new OrderListener() {
        @Override
        public void paused(String cause) {
            told.add("paused: " + cause);
        }

        @Override
        public void resumed() {
            told.add("resumed");
        }

        @Override
        public void conflict(UUID orderId) {
            told.add("conflict");
        }
    };
    private final WorkerMonitor monitor = new WorkerMonitor(List.of(listener), ids -> {}, clock, Telemetry.NONE);

    @Test
    void aPauseAndItsEndAreToldOnceForEachWorker() {
        monitor.paused("a", "first");
        monitor.paused("a", "second");
        monitor.paused("b", "third");
        assertEquals(List.of("paused: first", "paused: third"), told);
        assertEquals(
                List.of(
                        new Health.Check("a", Health.Status.DEGRADED, "second; tried again until it succeeds"),
                        new Health.Check("b", Health.Status.DEGRADED, "third; tried again until it succeeds")),
                monitor.troubles());
        monitor.resumed("a");
        monitor.resumed("a");
        assertEquals(List.of("paused: first", "paused: third", "resumed"), told);
        monitor.paused("a", "fourth");
        monitor.resumed("a");
        monitor.resumed("b");
        assertEquals(
                List.of("paused: first", "paused: third", "resumed", "paused: fourth", "resumed", "resumed"), told);
        assertEquals(List.of(), monitor.troubles());
    }

    @Test
    void whatMustNeverBeIsDownAndToldAsAPauseThatEnds() {
        monitor.broken("a", "rows are gone");
        assertEquals(Health.Status.DOWN, monitor.troubles().get(0).status());
        monitor.paused("a", "and the database is away");
        assertEquals(Health.Status.DEGRADED, monitor.troubles().get(0).status());
        monitor.resumed("a");
        assertEquals(List.of("paused: rows are gone", "resumed"), told);
    }

    @Test
    void aWorkerThatEndedLeavesNoTroubleAndIsNotToldToGoOn() {
        monitor.paused("a", "away");
        monitor.ended("a");
        monitor.ended("b");
        assertEquals(List.of(), monitor.troubles());
        assertEquals(List.of("paused: away"), told);
    }

    @Test
    void aListenerThatThrowsHarmsNeitherTheWorkerNorTheOthers() {
        OrderListener bad = new OrderListener() {
            @Override
            public void conflict(UUID orderId) {
                throw new IllegalStateException("as the test wants");
            }

            @Override
            public void deadLettered(DeadLetterReason reason, String detail) {
                throw new IllegalStateException("as the test wants");
            }
        };
        WorkerMonitor both = new WorkerMonitor(List.of(bad, listener), ids -> {}, clock, Telemetry.NONE);
        both.conflict(UUID.randomUUID());
        both.deadLettered(DeadLetterReason.POISON, "detail");
        assertEquals(List.of("conflict"), told);
    }

    @Test
    void theTimesOfTheLastPollAndCommitAreKnown() {
        assertEquals(Optional.empty(), monitor.lastPoll());
        assertEquals(Optional.empty(), monitor.lastCommit());
        clock.advance(Duration.ofSeconds(5));
        monitor.polled();
        clock.advance(Duration.ofSeconds(5));
        monitor.committed(new BatchResult(0, List.of(), List.of(), 1));
        assertEquals(Optional.of(Instant.ofEpochSecond(5)), monitor.lastPoll());
        assertEquals(Optional.of(Instant.ofEpochSecond(10)), monitor.lastCommit());
        assertEquals(0, monitor.decisions());
    }

    @Test
    void eachRunnerOfAProcessorHasNamesOfItsOwn() {
        assertEquals("orderflow", monitor.nextRunner());
        assertEquals("orderflow-2", monitor.nextRunner());
        assertEquals("orderflow-3", monitor.nextRunner());
    }
}
