package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Rig.order;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Accepted;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Host code that waits, throws or never returns, in what depends on futures. */
class CompletionsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final CountDownLatch held = new CountDownLatch(1);
    private final FakeJournal journal = new FakeJournal(false);
    private final Intake intake = started(1_000);

    private Intake started(int capacity) {
        IntakeSettings settings = new IntakeSettings(
                Acceptance.ROW_JOURNAL,
                false,
                Duration.ofSeconds(5),
                capacity,
                500,
                Duration.ZERO,
                Duration.ofMillis(1_500),
                Duration.ofSeconds(1),
                Rig.FRAMES);
        Intake fresh = Rig.threaded(settings, journal, new FakeQueue(false));
        fresh.start();
        return fresh;
    }

    @AfterEach
    void close() {
        held.countDown();
        intake.close(BOUND);
        Eventually.await(
                "threads end",
                BOUND,
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("orderflow-")),
                () -> "" + Thread.getAllStackTraces().keySet());
    }

    private void hold() {
        await(held);
    }

    /** The journal answers only after this, so that dependents run on the intake's threads and not on this one. */
    private CountDownLatch untilAttached() {
        CountDownLatch attached = new CountDownLatch(1);
        journal.mood = () -> {
            await(attached);
            return FakeJournal.Mood.WORKS;
        };
        return attached;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS), "waited too long");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SubmitResult get(CompletableFuture<SubmitResult> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    /** Each waits for a submission of its own, whose future stands behind all the others. */
    @Test
    void manyThatSubmitAgainAndJoinAllEnd() throws Exception {
        List<CompletableFuture<SubmitResult>> all = new ArrayList<>();
        CountDownLatch attached = untilAttached();
        for (int i = 0; i < 400; i++) {
            all.add(intake.submitAsync(order())
                    .thenApply(first ->
                            intake.submitAsync(order()).thenApply(it -> it).join()));
        }
        attached.countDown();
        for (CompletableFuture<SubmitResult> one : all) {
            assertInstanceOf(Accepted.class, get(one));
        }
    }

    @Test
    void someThatNeverReturnStopNobodyElse() throws Exception {
        CountDownLatch attached = untilAttached();
        AtomicInteger stuck = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            intake.submitAsync(order()).thenRun(() -> {
                stuck.incrementAndGet();
                hold();
            });
        }
        attached.countDown();
        for (int i = 0; i < 200; i++) {
            assertInstanceOf(Accepted.class, get(intake.submitAsync(order())));
        }
        Eventually.await("all five are there", BOUND, () -> stuck.get() == 5, () -> "" + stuck);
    }

    @Test
    void theirRoomIsTheOnlyRoomThatTheyTake() throws Exception {
        Intake small = started(20);
        try {
            CountDownLatch attached = untilAttached();
            for (int i = 0; i < 15; i++) {
                small.submitAsync(order());
            }
            CompletableFuture<SubmitResult> last = small.submitAsync(order());
            last.thenRun(this::hold);
            attached.countDown();
            get(last);
            Eventually.await(
                    "all other room is free", BOUND, () -> small.health().waiting() <= 1, () -> "" + small.health());
        } finally {
            held.countDown();
            small.close(BOUND);
        }
    }

    @Test
    void onesThatStayLongAreInHealth() {
        CountDownLatch attached = untilAttached();
        intake.submitAsync(order()).thenRun(this::hold);
        attached.countDown();
        Eventually.await(
                "health tells of it",
                BOUND,
                () -> intake.health().troubles().getOrDefault("callbacks", "").contains("1 of at most 256"),
                () -> "" + intake.health());
        held.countDown();
        Eventually.await(
                "and of its end", BOUND, () -> intake.health().troubles().isEmpty(), () -> "" + intake.health());
    }

    /** A host that shuts down in what depends on an order must not wait for itself. */
    @Test
    void closingFromWithinDoesNotWaitForItself() throws Exception {
        CountDownLatch attached = untilAttached();
        long start = System.nanoTime();
        CompletableFuture<Void> closed = intake.submitAsync(order()).thenRun(() -> intake.close(BOUND));
        attached.countDown();
        closed.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertTrue(System.nanoTime() - start < BOUND.toNanos() / 2);
    }
}
