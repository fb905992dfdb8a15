package io.orderflow.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);

    private final Semaphore steps = new Semaphore(0);
    private final AtomicReference<Thread> thread = new AtomicReference<>();
    private Loop loop = new Loop("unused", new Waiter(), () -> LONG);

    @AfterEach
    void stopTheLoop() throws InterruptedException {
        loop.stop();
        assertTrue(loop.join(BOUND));
    }

    @Test
    void runsWhenWokenAndEndsWhenStopped() throws InterruptedException {
        AtomicInteger lastActs = new AtomicInteger();
        started(() -> LONG, lastActs::incrementAndGet);
        awaitSteps(1);
        loop.wake();
        awaitSteps(1);
        loop.stop();
        assertTrue(loop.join(BOUND));
        assertEquals(1, lastActs.get());
        assertEquals(0, steps.availablePermits());
        assertFalse(loop.isAlive());
    }

    @Test
    void doesNotSleepWhileThereIsMoreToDo() throws InterruptedException {
        started(() -> 0, () -> {});
        awaitSteps(1_000);
    }

    @Test
    void goesOnAfterAnyThrowable() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        started(
                () -> {
                    switch (calls.getAndIncrement()) {
                        case 0 -> throw new IllegalStateException("first step fails, as the test wants");
                        case 1 -> throw new StackOverflowError("second step fails, as the test wants");
                        default -> {
                            return LONG;
                        }
                    }
                },
                () -> {});
        awaitSteps(3);
    }

    @Test
    void goesOnAfterAFailureThatCanNotEvenBeTold() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        started(
                () -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new Untellable();
                    }
                    return LONG;
                },
                () -> {});
        awaitSteps(2);
    }

    /** Whoever tells of it fails too, as out of memory, and cannot keep the one failure with the other either. */
    private static final class Untellable extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        public StackTraceElement[] getStackTrace() {
            throw this;
        }
    }

    @Test
    void aPauseAfterAFailureIsNotCutShortByWork() throws InterruptedException {
        long start = System.nanoTime();
        AtomicInteger calls = new AtomicInteger();
        started(
                () -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new IllegalStateException("fails, as the test wants");
                    }
                    return LONG;
                },
                () -> {});
        awaitSteps(1);
        while (!steps.tryAcquire()) {
            loop.wake();
            Thread.onSpinWait();
        }
        assertTrue(System.nanoTime() - start >= Loop.FIRST_PAUSE);
    }

    @Test
    void survivesAStrangersInterruptAndEndsAtItsOwn() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        started(
                () -> {
                    never.await();
                    return 0;
                },
                () -> {});
        awaitSteps(1);
        assertThrows(IllegalStateException.class, loop::interrupt);
        thread.get().interrupt();
        awaitSteps(1);
        loop.stop();
        assertTrue(loop.isAlive());
        loop.interrupt();
        assertTrue(loop.join(BOUND));
    }

    @Test
    void joiningFromItsOwnThreadReturnsAtOnce() throws InterruptedException {
        CountDownLatch joined = new CountDownLatch(1);
        started(
                () -> {
                    assertFalse(loop.join(BOUND));
                    joined.countDown();
                    return LONG;
                },
                () -> {});
        assertTrue(joined.await(5, TimeUnit.SECONDS));
    }

    @Test
    void whereAStuckStepIsCanBeAsked() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        started(
                () -> {
                    Whereabouts.at("waiting for the test");
                    held.await();
                    return LONG;
                },
                () -> {});
        awaitSteps(1);
        Duration none = Duration.ZERO;
        Eventually.await(
                "its place is known",
                BOUND,
                () -> loop.trouble(none)
                        .filter(it -> it.contains("waiting for the test"))
                        .isPresent(),
                () -> "" + loop.trouble(none));
        assertEquals(Optional.empty(), loop.trouble(BOUND));
        held.countDown();
        Eventually.await("it rests", BOUND, () -> loop.trouble(none).isEmpty(), () -> "" + loop.trouble(none));
        Whereabouts.at("nowhere: a thread without a loop");
        assertFalse(Loop.isLoopThread());
    }

    private void started(Loop.OneStep step, Runnable lastAct) {
        loop = new Loop(
                "orderflow-test",
                new Waiter(),
                () -> {
                    thread.set(Thread.currentThread());
                    steps.release();
                    return step.run();
                },
                lastAct);
        loop.start();
    }

    private void awaitSteps(int count) throws InterruptedException {
        assertTrue(
                steps.tryAcquire(count, BOUND.toSeconds(), TimeUnit.SECONDS),
                () -> "steps seen: " + steps.availablePermits() + ", thread alive: " + loop.isAlive());
    }
}
