package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What listeners and health hear of the workers. */
class WorkerMonitorTest {
    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final OrderListener listener = new OrderListener() {
        @Override
        public void paused(String worker, String cause) {
            told.add("paused " + worker + ": " + cause);
        }

        @Override
        public void resumed(String worker) {
            told.add("resumed " + worker);
        }

        @Override
        public void conflict(UUID orderId) {
            told.add("conflict");
        }
    };
    private final WorkerMonitor monitor = watching(new WorkerMonitor(
            List.of(listener), ids -> {}, () -> {}, clock, Telemetry.NONE, new Outages(System::nanoTime)));

    private static WorkerMonitor watching(WorkerMonitor monitor) {
        for (String name : List.of("a", "b")) {
            monitor.watch(new Loop(name, new Waiter(), () -> 0));
        }
        return monitor;
    }

    @AfterEach
    void endTheThreads() {
        monitor.close(BOUND);
    }

    private void assertTold(String... expected) {
        Eventually.await("the listener hears all", BOUND, () -> told.equals(List.of(expected)), told::toString);
    }

    @Test
    void whatEndsWhileHealthIsReadHurtsNobody() throws InterruptedException {
        WorkerMonitor unheard = watching(new WorkerMonitor(
                List.of(), ids -> {}, () -> {}, clock, Telemetry.NONE, new Outages(System::nanoTime)));
        AtomicBoolean ended = new AtomicBoolean();
        Thread worker = new Thread(() -> {
            while (!ended.get()) {
                unheard.paused("a", "away");
                unheard.ended("a");
            }
        });
        worker.start();
        try {
            for (int i = 0; i < 200_000; i++) {
                unheard.troubles();
            }
        } finally {
            ended.set(true);
            worker.join();
        }
    }

    @Test
    void aPauseAndItsEndAreToldOnceForEachWorker() {
        monitor.paused("a", "first");
        monitor.paused("a", "second");
        monitor.paused("b", "third");
        assertTold("paused a: first", "paused b: third");
        assertEquals(
                List.of(
                        new Health.Check("a", Health.Status.DEGRADED, "second; goes on by itself once that is over"),
                        new Health.Check("b", Health.Status.DEGRADED, "third; goes on by itself once that is over")),
                monitor.troubles());
        monitor.resumed("a");
        monitor.resumed("a");
        assertTold("paused a: first", "paused b: third", "resumed a");
        monitor.paused("a", "fourth");
        monitor.resumed("a");
        monitor.resumed("b");
        assertTold("paused a: first", "paused b: third", "resumed a", "paused a: fourth", "resumed a", "resumed b");
        assertEquals(List.of(), monitor.troubles());
    }

    @Test
    void whatMustNeverBeIsDownAndToldAsAPauseThatEnds() {
        monitor.broken("a", "rows are gone");
        assertEquals(Health.Status.DOWN, monitor.troubles().get(0).status());
        monitor.paused("a", "and the database is away");
        assertEquals(Health.Status.DEGRADED, monitor.troubles().get(0).status());
        monitor.resumed("a");
        assertTold("paused a: rows are gone", "resumed a");
    }

    @Test
    void aWorkerThatEndedLeavesNoTroubleAndItsPauseEndsWithIt() {
        monitor.paused("a", "away");
        monitor.ended("a");
        monitor.ended("b");
        assertEquals(List.of(), monitor.troubles());
        assertTold("paused a: away", "resumed a");
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
                throw new NoClassDefFoundError("as the test wants");
            }
        };
        WorkerMonitor both = new WorkerMonitor(
                List.of(bad, listener), ids -> {}, () -> {}, clock, Telemetry.NONE, new Outages(System::nanoTime));
        both.conflict(UUID.randomUUID());
        both.deadLettered(DeadLetterReason.POISON, "detail");
        both.close(BOUND);
        assertTold("conflict");
    }

    /** A runner that was closed while a thread of it hangs must not come back into health. */
    @Test
    void nothingIsToldOfAThreadThatIsForgotten() {
        Loop gone = new Loop("gone", new Waiter(), () -> 0);
        monitor.watch(gone);
        monitor.paused("gone", "away");
        monitor.paused("gone.queue", "away too");
        assertEquals(2, monitor.troubles().size());
        monitor.forget(gone);
        assertEquals(List.of(), monitor.troubles());
        monitor.paused("gone.queue", "still away");
        monitor.broken("gone", "still");
        assertEquals(List.of(), monitor.troubles());
        assertTold("paused gone: away", "paused gone.queue: away too", "resumed gone", "resumed gone.queue");
    }

    /** A step that fails can tell nothing of itself. */
    @Test
    void aThreadWhoseStepsFailIsDegradedUntilOneSucceeds() throws InterruptedException {
        AtomicBoolean fails = new AtomicBoolean(true);
        Loop failing = new Loop("c", new Waiter(), () -> {
            if (fails.get()) {
                throw new NoClassDefFoundError("as the test wants");
            }
            return BOUND.toNanos();
        });
        monitor.watch(failing);
        failing.start();
        Eventually.await("it is known", BOUND, () -> monitor.troubles().size() == 1, monitor.troubles()::toString);
        Health.Check check = monitor.troubles().get(0);
        assertEquals("c", check.name());
        assertEquals(Health.Status.DEGRADED, check.status());
        assertTrue(check.detail().contains("NoClassDefFoundError: as the test wants"), check::detail);
        fails.set(false);
        Eventually.await("it is over", BOUND, () -> monitor.troubles().isEmpty(), monitor.troubles()::toString);
        failing.stop();
        assertTrue(failing.join(BOUND));
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

    /** A feed of this process looks at once then. */
    @Test
    void whatHappensToOrdersIsToldToTheFeeds() {
        AtomicInteger happened = new AtomicInteger();
        WorkerMonitor telling = new WorkerMonitor(
                List.of(), ids -> {}, happened::incrementAndGet, clock, Telemetry.NONE, new Outages(System::nanoTime));
        telling.committed(new BatchResult(0, List.of(), List.of(), 1));
        assertEquals(0, happened.get());
        telling.expired(3);
        assertEquals(1, happened.get());
        telling.deadLettered(DeadLetterReason.POISON, "parked");
        assertEquals(2, happened.get());
        telling.close(BOUND);
    }

    @Test
    void eachRunnerOfAProcessorHasNamesOfItsOwn() {
        assertEquals("orderflow", monitor.nextRunner());
        assertEquals("orderflow-2", monitor.nextRunner());
        assertEquals("orderflow-3", monitor.nextRunner());
    }
}
