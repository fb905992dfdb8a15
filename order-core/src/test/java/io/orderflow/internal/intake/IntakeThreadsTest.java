package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Rig.order;
import static io.orderflow.internal.intake.Rig.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Accepted;
import io.orderflow.SubmitResult.Unavailable;
import io.orderflow.SubmitResult.Unknown;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.loop.Outages;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The intake with its own threads, on real time. */
class IntakeThreadsTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String[] THREADS = {
        "orderflow-answers", "orderflow-journal", "orderflow-publisher", "orderflow-watchdog"
    };

    private final FakeJournal journal = new FakeJournal(false);
    private final FakeQueue queue = new FakeQueue(false);
    private final CountDownLatch thaw = new CountDownLatch(1);
    private Intake intake = started(queue, settings(2_000, 500));

    private Intake started(OrderQueue carrier, IntakeSettings settings) {
        Intake fresh = Rig.threaded(settings, journal, carrier);
        fresh.start();
        return fresh;
    }

    private static IntakeSettings settings(long submitMillis, long journalMillis) {
        return new IntakeSettings(
                Acceptance.ROW_JOURNAL,
                false,
                Duration.ofMillis(submitMillis),
                16_384,
                500,
                Duration.ZERO,
                Duration.ofMillis(journalMillis),
                Duration.ofSeconds(1),
                Rig.FRAMES);
    }

    private void restart(OrderQueue carrier, IntakeSettings settings) {
        intake.close();
        intake = started(carrier, settings);
    }

    @AfterEach
    void noThreadIsLeft() {
        thaw.countDown();
        intake.close();
        Eventually.await("threads end", BOUND, () -> threads().isEmpty(), () -> "" + threads());
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.isDaemon())
                .map(Thread::getName)
                .filter(Set.of(THREADS)::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private <M> Supplier<M> frozenThen(M mood) {
        return () -> {
            await(thaw);
            return mood;
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS), "waited too long");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The journal answers only after the dependent is attached, so it runs on the intake's thread and not on this one.
     */
    private <T> CompletableFuture<T> dependent(Function<SubmitResult, T> code) {
        CountDownLatch attached = new CountDownLatch(1);
        journal.mood = () -> {
            await(attached);
            return FakeJournal.Mood.WORKS;
        };
        CompletableFuture<T> dependent = intake.submitAsync(order()).thenApply(code);
        attached.countDown();
        return dependent;
    }

    @Test
    void aSubmitterIsAnsweredAndTheThreadsHaveNames() {
        assertInstanceOf(Accepted.class, intake.submit(order()));
        assertEquals(Set.of(THREADS), threads());
        assertThrows(IllegalStateException.class, intake::start);
        assertThrows(IllegalStateException.class, intake::stepJournal);
    }

    @Test
    void aHundredThousandComeThroughTheRealQueueInOneCall() throws Exception {
        InMemoryQueue memory = InMemoryQueue.builder().build();
        restart(memory, settings(60_000, 30_000));
        List<OrderRequest> requests = orders(100_000);
        List<SubmitResult> results = intake.submitAll(requests);
        assertEquals(requests.size(), results.size());
        for (int i = 0; i < results.size(); i++) {
            assertEquals(new Accepted(requests.get(i).id()), results.get(i));
        }
        assertEquals(requests.size(), journal.rows.size());
        intake.close();
        assertEquals(0, intake.health().backlog());
        long left = intake.health().unpublished();
        assertEquals(requests.size(), ordersOn(memory) + left, () -> "left to recovery: " + left);
        memory.close();
    }

    private static int ordersOn(OrderQueue carrier) throws Exception {
        int orders = 0;
        try (QueueConsumer consumer = carrier.openConsumer(Duration.ofSeconds(60))) {
            for (Delivery delivery : consumer.receive(100_000, Duration.ZERO)) {
                orders += FrameCodec.decode(delivery.body()).entries().size();
            }
        }
        return orders;
    }

    @Test
    void aHundredThousandFuturesAreCompleted() throws InterruptedException {
        restart(queue, settings(60_000, 30_000));
        int window = 4_096;
        int count = 100_000;
        Semaphore outstanding = new Semaphore(window);
        for (int i = 0; i < count; i++) {
            outstanding.acquire();
            intake.submitAsync(order()).thenAccept(result -> {
                if (result instanceof Accepted) {
                    outstanding.release();
                }
            });
        }
        assertTrue(
                outstanding.tryAcquire(window, BOUND.toSeconds(), TimeUnit.SECONDS),
                () -> "accepted and still missing: " + (window - outstanding.availablePermits()));
        assertEquals(count, journal.rows.size());
    }

    /** Frozen, as by SIGSTOP: the first ones within their deadline, later ones without waiting, and back by itself. */
    @Test
    void aFrozenJournalIsOutlived() {
        journal.mood = frozenThen(FakeJournal.Mood.WORKS);
        long start = System.nanoTime();
        assertInstanceOf(Accepted.class, intake.submit(order()));
        long first = System.nanoTime() - start;
        assertTrue(first < Duration.ofSeconds(2).toNanos(), "first answer after " + first + " ns");
        long[] later = new long[50];
        for (int i = 0; i < later.length; i++) {
            start = System.nanoTime();
            assertInstanceOf(Accepted.class, intake.submit(order()));
            later[i] = System.nanoTime() - start;
        }
        Arrays.sort(later);
        assertTrue(later[25] < Duration.ofMillis(100).toNanos(), "later answers after " + later[25] + " ns");
        assertTrue(intake.health().journal().away());
        journal.becomes(FakeJournal.Mood.WORKS);
        thaw.countDown();
        Eventually.await(
                "the breaker closes",
                BOUND,
                () -> intake.submit(order()) instanceof Accepted
                        && !intake.health().journal().away(),
                () -> "" + intake.health());
    }

    @Test
    void withBothFrozenEveryAnswerComesInTime() {
        restart(queue, settings(1_000, 200));
        journal.mood = frozenThen(FakeJournal.Mood.WORKS);
        queue.mood = frozenThen(FakeQueue.Mood.LOSES_THE_ANSWER_BEFORE_STORING);
        CompletableFuture<SubmitResult> future = intake.submitAsync(order());
        assertInstanceOf(Unknown.class, intake.submit(order()));
        assertInstanceOf(Unknown.class, future.orTimeout(10, TimeUnit.SECONDS).join());
        Eventually.await("the door is shut", BOUND, () -> !intake.health().accepting(), () -> "" + intake.health());
        assertInstanceOf(Unavailable.class, intake.submit(order()));
        long start = System.nanoTime();
        intake.close(Duration.ofMillis(100));
        long took = System.nanoTime() - start;
        assertTrue(took < Duration.ofSeconds(5).toNanos(), "closing took " + took + " ns");
    }

    @Test
    void closingAnswersEverythingThatHangs() {
        restart(queue, settings(20_000, 10_000));
        journal.mood = frozenThen(FakeJournal.Mood.WORKS);
        CompletableFuture<SubmitResult> inFlight = intake.submitAsync(order());
        Eventually.await("the writer took it", BOUND, () -> intake.health().waiting() == 1, () -> "" + intake.health());
        intake.close(Duration.ofMillis(50));
        SubmitResult result = inFlight.orTimeout(10, TimeUnit.SECONDS).join();
        assertTrue(result instanceof Unknown || result instanceof Unavailable, () -> "" + result);
        assertInstanceOf(Unavailable.class, intake.submit(order()));
        assertInstanceOf(Unavailable.class, intake.submitAsync(order()).join());
    }

    @Test
    void closingDrains() {
        List<CompletableFuture<SubmitResult>> answers =
                orders(5_000).stream().map(intake::submitAsync).toList();
        intake.close();
        answers.forEach(answer -> assertInstanceOf(Accepted.class, answer.getNow(null)));
        assertEquals(5_000, queue.stored.size() + intake.health().unpublished());
        assertEquals(0, intake.health().waiting());
    }

    /**
     * What depends on a future is the host's code: it may hold up other futures, but no thread that waits for itself.
     */
    @Test
    void hostCodeThatBlocksHoldsUpNoCaller() {
        CountDownLatch blocked = new CountDownLatch(1);
        CompletableFuture<SubmitResult> dependent = dependent(result -> {
            blocked.countDown();
            await(thaw);
            return result;
        });
        await(blocked);
        for (int i = 0; i < 100; i++) {
            assertInstanceOf(Accepted.class, intake.submit(order()));
        }
        assertFalse(dependent.isDone());
        Eventually.await(
                "only the blocked one keeps its room",
                BOUND,
                () -> intake.health().waiting() == 1,
                () -> "" + intake.health());
        thaw.countDown();
        dependent.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void aDependentMaySubmitAndWait() {
        CompletableFuture<SubmitResult> second = intake.submitAsync(order()).thenApply(first -> intake.submit(order()));
        assertInstanceOf(Accepted.class, second.orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    void anInterruptedSubmitterGetsItsAnswerAndKeepsItsFlag() {
        Thread.currentThread().interrupt();
        SubmitResult result = intake.submit(order());
        assertTrue(Thread.interrupted());
        assertInstanceOf(Accepted.class, result);
    }

    @Test
    void aBugOfTheJournalStopsNoThread() {
        journal.becomes(FakeJournal.Mood.THROWS);
        assertInstanceOf(Accepted.class, intake.submit(order()));
        journal.becomes(FakeJournal.Mood.WORKS);
        Eventually.await(
                "the journal is used again",
                BOUND,
                () -> intake.submit(order()) instanceof Accepted && !journal.rows.isEmpty(),
                () -> "" + intake.health());
        assertEquals(Set.of(THREADS), threads());
    }

    @Test
    void aSubmissionWakesTheWatchdogOutOfItsDeeperSleep() throws InterruptedException {
        Rig rig = new Rig();
        IntakeAssembly made = new IntakeAssembly(
                Rig.DEFAULTS,
                journal,
                queue,
                () -> rig.nanos,
                rig.clock,
                orders -> {},
                new Outages(System::nanoTime),
                true);
        Watchdog watchdog = made.watchdog;
        assertEquals(Watchdog.TICK, watchdog.step());
        watchdog.attend();
        assertFalse(made.watchdogWaiter.sleep(0), "it ticks anyway");
        rig.advance(Duration.ofSeconds(1));
        assertTrue(watchdog.step() > Watchdog.TICK);
        assertTrue(made.room.tryRoom());
        watchdog.attend();
        assertTrue(made.watchdogWaiter.sleep(0));
        assertEquals(Watchdog.TICK, watchdog.step());
    }
}
