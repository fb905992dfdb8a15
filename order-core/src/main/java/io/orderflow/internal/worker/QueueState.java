package io.orderflow.internal.worker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the workers of a runner last saw of the queue. Recovery uses it to tell orders that no frame carries any more from those
 * whose frame is still on its way. Thread-safe.
 */
final class QueueState {
    /** Frames younger than this are on their way. */
    private static final Duration BUSY_AGE = Duration.ofSeconds(10);

    /** With nothing on the queue and nothing held, an order that waits longer than this is on no frame, or on one of another process. */
    private static final Duration EMPTY_AGE = Duration.ofSeconds(1);

    private volatile boolean reachable = true;
    private volatile boolean empty = true;
    private volatile long newestFrameAgeMillis;
    private final AtomicInteger holders = new AtomicInteger();

    void unreachable() {
        reachable = false;
    }

    void nothingReceived() {
        reachable = true;
        empty = true;
    }

    /** Frames came; the age is the newest one's, by this machine's clock, so it is a hint. */
    void received(long newestAgeMillis) {
        reachable = true;
        empty = false;
        newestFrameAgeMillis = Math.max(0, newestAgeMillis);
    }

    /** A worker has frames now that it had not. */
    void holds() {
        holders.incrementAndGet();
    }

    /** A worker that had frames has none any more. */
    void holdsNoMore() {
        holders.decrementAndGet();
    }

    boolean isReachable() {
        return reachable;
    }

    /** How old an order must be for recovery to decide it. */
    Duration recoveryAge() {
        if (!reachable) {
            return Duration.ZERO;
        }
        if (empty && holders.get() == 0) {
            return EMPTY_AGE;
        }
        Duration twice = Duration.ofMillis(2 * newestFrameAgeMillis);
        return twice.compareTo(BUSY_AGE) > 0 ? twice : BUSY_AGE;
    }
}
