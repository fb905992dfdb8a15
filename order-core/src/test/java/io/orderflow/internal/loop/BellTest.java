package io.orderflow.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.FullHeap;
import io.orderflow.testing.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class BellTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);

    private final ReentrantLock lock = new ReentrantLock();
    private final Bell bell = new Bell(lock);
    private final List<Integer> woken = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> interrupted = Collections.synchronizedList(new ArrayList<>());

    private Thread sleeper(int number) {
        Thread thread = new Thread(() -> {
            lock.lock();
            try {
                bell.await(LONG);
                woken.add(number);
            } catch (InterruptedException e) {
                interrupted.add(number);
            } finally {
                lock.unlock();
            }
        });
        thread.setDaemon(true);
        thread.start();
        Eventually.await(
                "sleeper " + number + " sleeps", PATIENCE, () -> isAsleep(thread), () -> "" + thread.getState());
        return thread;
    }

    /** The thread sets its entry before it lets go of the lock, so that whoever sees it parked rings for it. */
    private static boolean isAsleep(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING;
    }

    private void held(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void oneRingWakesTheOneWhoWaitedLongest() throws InterruptedException {
        Thread first = sleeper(1);
        Thread second = sleeper(2);
        held(bell::ring);
        first.join(PATIENCE.toMillis());
        assertEquals(List.of(1), woken);
        held(bell::ring);
        second.join(PATIENCE.toMillis());
        assertEquals(List.of(1, 2), woken);
    }

    @Test
    void ringingForAllWakesAll() throws InterruptedException {
        List<Thread> sleepers = List.of(sleeper(1), sleeper(2), sleeper(3));
        held(bell::ringAll);
        for (Thread sleeper : sleepers) {
            sleeper.join(PATIENCE.toMillis());
        }
        assertEquals(3, woken.size());
    }

    @Test
    void aSleeperWhoseTimeIsOverOrWhoIsInterruptedIsRungForNoMore() throws InterruptedException {
        held(() -> assertTrue(waits(1)));
        Thread first = sleeper(1);
        first.interrupt();
        first.join(PATIENCE.toMillis());
        assertEquals(List.of(1), interrupted);
        Thread second = sleeper(2);
        held(bell::ring);
        second.join(PATIENCE.toMillis());
        assertEquals(List.of(2), woken);
        assertFalse(lock.isLocked());
    }

    private boolean waits(long nanos) {
        try {
            bell.await(nanos);
            return lock.isHeldByCurrentThread();
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void nobodySleepsWithTheLock() {
        assertThrows(IllegalStateException.class, () -> bell.await(1));
        held(() -> held(() -> assertThrows(IllegalStateException.class, () -> bell.await(1))));
    }

    /** A Condition whose first waking finds no memory keeps its sleeper for ever, on Java 17. */
    @Test
    void itRingsWithoutMemory() {
        try (JavaProcess process = JavaProcess.start(List.of("-Xmx10m"), EmptyHeap.class)) {
            process.awaitLine("woken", PATIENCE.multipliedBy(3));
        }
    }

    /** The program of that test. */
    static final class EmptyHeap {
        public static void main(String[] none) {
            BellTest test = new BellTest();
            Thread sleeper = test.sleeper(1);
            FullHeap heap = new FullHeap();
            test.lock.lock();
            heap.fill();
            try {
                test.bell.ring();
            } finally {
                test.lock.unlock();
                heap.release();
            }
            Eventually.await("it comes back", PATIENCE, () -> !sleeper.isAlive(), () -> "" + sleeper.getState());
            System.out.println("woken");
        }
    }
}
