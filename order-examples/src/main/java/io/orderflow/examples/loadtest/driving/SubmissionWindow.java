package io.orderflow.examples.loadtest.driving;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How many submissions may wait for their answer at once. One thread enters, any thread leaves. A full window lets the
 * entering thread go on only when an eighth of it is free: waking it for every single answer would cost more than the
 * submission.
 */
final class SubmissionWindow {
    private static final long RECHECK_NANOS = 10_000_000;

    private final int size;
    private final int lowWater;
    private final long patienceNanos;
    private final BooleanSupplier givenUp;
    private final AtomicInteger outstanding = new AtomicInteger();
    private volatile Thread waiting;

    /**
     * Makes an empty window.
     *
     * @param patienceNanos how long the entering thread waits without a single answer before it gives up
     */
    SubmissionWindow(int size, long patienceNanos) {
        this(size, patienceNanos, () -> false);
    }

    /**
     * Makes an empty window.
     *
     * @param givenUp asked now and then whether not to wait any longer
     */
    SubmissionWindow(int size, long patienceNanos, BooleanSupplier givenUp) {
        this.givenUp = givenUp;
        this.size = size;
        this.lowWater = size - Math.max(1, size / 8);
        this.patienceNanos = patienceNanos;
    }

    /**
     * Takes a place, waiting for one if need be.
     *
     * @throws IllegalStateException if no answer came for too long, or this thread is interrupted
     */
    void enter() {
        if (outstanding.get() >= size) {
            awaitAtMost(lowWater);
        }
        outstanding.incrementAndGet();
    }

    /** Gives a place back. */
    void leave() {
        int left = outstanding.decrementAndGet();
        // nobody enters while the one entering thread waits, so each mark is passed exactly once
        if (left == lowWater || left == 0) {
            LockSupport.unpark(waiting);
        }
    }

    /**
     * Waits until everyone has left.
     *
     * @throws IllegalStateException if no answer came for too long, or this thread is interrupted
     */
    void awaitEmpty() {
        awaitAtMost(0);
    }

    private void awaitAtMost(int most) {
        waiting = Thread.currentThread();
        int before = outstanding.get();
        long since = System.nanoTime();
        for (int now = before; now > most && !givenUp.getAsBoolean(); now = outstanding.get()) {
            if (now != before) {
                before = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > patienceNanos) {
                throw new IllegalStateException("no answer came for " + patienceNanos / 1_000_000_000 + " s, " + now
                        + " submissions are outstanding");
            }
            LockSupport.parkNanos(this, RECHECK_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                // from now on no pause would end later than it begins
                throw new IllegalStateException("interrupted while " + now + " submissions are outstanding");
            }
        }
        waiting = null;
    }
}
