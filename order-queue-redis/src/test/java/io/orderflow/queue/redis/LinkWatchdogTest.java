package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What takes too long is ended, what was in time is not, and watching costs one planned look. */
final class LinkWatchdogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LATE = Duration.ofHours(1);

    private final AtomicInteger refusedThreads = new AtomicInteger();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, this::newThread);
    private final LinkWatchdog watchdog = new LinkWatchdog(timer);
    private final AtomicBoolean killed = new AtomicBoolean();
    private final LinkWatchdog.Guard guard = watchdog.guard(() -> killed.set(true));

    private Thread newThread(Runnable task) {
        if (refusedThreads.getAndDecrement() > 0) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    @AfterEach
    void close() {
        watchdog.close();
    }

    private void awaitKilled() {
        Eventually.await("what takes too long is ended", PATIENCE, killed::get, timer::toString);
    }

    private void awaitLooks(int looks) {
        // and the task that held the timer
        Eventually.await("looks", PATIENCE, () -> timer.getCompletedTaskCount() == 1 + looks, timer::toString);
    }

    /** However slow the machine is: no look comes before the calls of the test. */
    private void beforeAnyLook(Runnable calls) {
        CountDownLatch made = new CountDownLatch(1);
        timer.execute(() -> await(made));
        calls.run();
        made.countDown();
    }

    @Test
    void whatEndedInTimeIsNotKilled() {
        beforeAnyLook(() -> {
            guard.begin(Deadline.in(SOON));
            guard.end();
        });
        awaitLooks(1);
        assertFalse(killed.get());
    }

    @Test
    void aCallThatMayTakeLessThanTheOneBeforeIsEndedInTime() {
        guard.begin(Deadline.in(LATE));
        guard.end();
        guard.begin(Deadline.in(SOON));
        awaitKilled();
    }

    @Test
    void aCallThatMayTakeMoreThanTheOneBeforeHasItsTime() {
        beforeAnyLook(() -> {
            guard.begin(Deadline.in(SOON));
            guard.end();
            guard.begin(Deadline.in(LATE));
        });
        awaitLooks(1);
        assertFalse(killed.get());
        assertEquals(1, timer.getQueue().size(), "the look that ends it");
    }

    @Test
    void aLookWhosePlaceWasTakenPlansNoOther() {
        beforeAnyLook(() -> {
            guard.begin(Deadline.in(SOON.multipliedBy(2)));
            guard.begin(Deadline.in(SOON));
            guard.begin(Deadline.in(LATE));
        });
        awaitLooks(2);
        assertEquals(1, timer.getQueue().size());
    }

    /** Else it would end the next call on the same link. */
    @Test
    void whoEndsAWatchGoesOnWhenAKillThatBeganIsOver() throws InterruptedException {
        CountDownLatch killing = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        LinkWatchdog.Guard slow = watchdog.guard(() -> {
            killing.countDown();
            await(over);
        });
        slow.begin(Deadline.in(SOON));
        await(killing);
        Thread caller = newThread(slow::end);
        caller.start();
        Eventually.await(
                "who ends the watch waits",
                PATIENCE,
                () -> caller.getState() == Thread.State.BLOCKED,
                () -> "" + caller.getState());
        over.countDown();
        caller.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWatchThatHadNoThreadForAMomentWatchesAgain() {
        refusedThreads.set(1);
        assertThrows(OutOfMemoryError.class, () -> guard.begin(Deadline.in(SOON)));
        guard.begin(Deadline.in(SOON));
        awaitKilled();
    }
}
