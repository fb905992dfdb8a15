package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.loop.Outages;
import io.orderflow.queue.OrderQueue;
import io.orderflow.testing.MutableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** An intake without threads over fakes, on a time that the test moves; the first contact with the journal is made. */
final class Rig {
    static final Duration MS = Duration.ofMillis(1);
    static final Frames FRAMES = new Frames(FrameKeys.NONE, Optional::empty);
    static final IntakeSettings DEFAULTS = new IntakeSettings(
            Acceptance.ROW_JOURNAL,
            false,
            Duration.ofSeconds(2),
            16_384,
            500,
            Duration.ZERO,
            Duration.ofMillis(1_500),
            Duration.ofSeconds(1),
            FRAMES);

    final FakeJournal journal = new FakeJournal();
    final FakeQueue queue = new FakeQueue();
    final MutableClock clock = new MutableClock(Instant.parse("2026-11-22T12:00:00Z"));

    final AtomicInteger unpublished = new AtomicInteger();
    final Intake intake;
    long nanos = 1_000_000_000L;

    Rig(IntakeSettings settings) {
        intake = Intake.manual(
                settings, journal, queue, () -> nanos, clock, unpublished::addAndGet, new Outages(System::nanoTime));
        intake.stepJournal();
    }

    /** An intake that made no contact yet. */
    static Intake intake(IntakeSettings settings, FakeJournal journal, FakeQueue queue, LongSupplier time) {
        MutableClock clock = new MutableClock(Instant.parse("2026-11-22T12:00:00Z"));
        return Intake.manual(settings, journal, queue, time, clock, orders -> {}, new Outages(System::nanoTime));
    }

    /** An intake with threads of its own, in real time, that is not started. */
    static Intake threaded(IntakeSettings settings, Journal journal, OrderQueue queue) {
        return new Intake(
                settings,
                journal,
                queue,
                System::nanoTime,
                Clock.systemUTC(),
                orders -> {},
                new Outages(System::nanoTime));
    }

    Rig() {
        this(DEFAULTS);
    }

    static IntakeSettings queueOnly() {
        return changed(Acceptance.QUEUE_ONLY, false, 100, 500, Duration.ZERO);
    }

    static IntakeSettings changed(
            Acceptance acceptance, boolean allowWeak, int capacity, int maxGroup, Duration groupWait) {
        return new IntakeSettings(
                acceptance,
                allowWeak,
                DEFAULTS.submitTimeout(),
                capacity,
                maxGroup,
                groupWait,
                DEFAULTS.journalTimeout(),
                DEFAULTS.publishTimeout(),
                FRAMES);
    }

    static OrderRequest order() {
        return OrderRequest.of(1).line(1, 1).build();
    }

    static List<OrderRequest> orders(int count) {
        List<OrderRequest> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(OrderRequest.of(i).line(i, 1).build());
        }
        return orders;
    }

    static OrderRequest keyed(int quantity) {
        return OrderRequest.of(1).line(1, quantity).idempotencyKey("cart-77").build();
    }

    CompletableFuture<SubmitResult> submit(OrderRequest request) {
        return intake.submitAsync(request);
    }

    List<CompletableFuture<SubmitResult>> submit(List<OrderRequest> requests) {
        return requests.stream().map(this::submit).toList();
    }

    /** Submits and runs until nothing is to do at this moment. */
    SubmitResult answer(OrderRequest request) throws InterruptedException {
        CompletableFuture<SubmitResult> future = submit(request);
        run();
        return now(future);
    }

    static SubmitResult now(CompletableFuture<SubmitResult> future) {
        assertTrue(future.isDone(), "no answer yet");
        return future.join();
    }

    static void assertOpen(CompletableFuture<SubmitResult> future) {
        assertFalse(future.isDone(), () -> "answered too early: " + future.join());
    }

    void advance(Duration step) {
        nanos += step.toNanos();
        clock.advance(step);
    }

    /** Moves the time by steps of 10 ms and runs after each, as the threads would. */
    void live(Duration time) throws InterruptedException {
        for (long left = time.toMillis(); left > 0; left -= 10) {
            advance(MS.multipliedBy(Math.min(10, left)));
            run();
        }
    }

    /** Runs each part until it wants to sleep; twice, since the last one may have work for the first. */
    void run() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            untilItSleeps(intake::stepJournal);
            while (intake.stepPublisher() == 0) {
                // until it wants to sleep
            }
            intake.stepWatchdog();
        }
    }

    private static void untilItSleeps(Supplier<Long> step) {
        while (step.get() == 0) {
            // until it wants to sleep
        }
    }

    /** A call hangs while the watchdog, and the publisher or the writer, go on; then it returns and goes as said. */
    <M> Supplier<M> hangs(Duration time, Runnable others, M then) {
        return () -> {
            for (long left = time.toMillis(); left > 0; left -= 10) {
                advance(MS.multipliedBy(10));
                intake.stepWatchdog();
                others.run();
            }
            return then;
        };
    }

    void stepPublisher() {
        try {
            while (intake.stepPublisher() == 0) {
                // until it wants to sleep
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void stepJournal() {
        untilItSleeps(intake::stepJournal);
    }
}
