package io.orderflow.internal.worker;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the workers of a runner last saw of the queue. Recovery uses it to tell orders that no frame carries any more
 * from those whose frame is still on its way. Thread-safe.
 */
final class QueueState {
    /** Frames younger than this are on their way. */
    private static final Duration BUSY_AGE = Duration.ofSeconds(10);

    /**
     * A queue that is further behind than this, or an order that was sent again long after its time, keeps recovery no
     * longer.
     */
    private static final Duration MOST_AGE = Duration.ofMinutes(1);

    /**
     * With nothing on the queue and nothing held, an order that waits longer than this is on no frame, or on one of
     * another process.
     */
    static final Duration EMPTY_AGE = Duration.ofSeconds(1);

    private volatile boolean reachable = true;
    private volatile boolean empty = true;
    private volatile NewestFrames newest = new NewestFrames(List.of(), 0);
    private volatile Duration newestFrameAge = Duration.ZERO;
    private final AtomicInteger holders = new AtomicInteger();

    void unreachable() {
        reachable = false;
    }

    void nothingReceived() {
        reachable = true;
        empty = true;
    }

    /**
     * Orders of the newest frames that came.
     *
     * @param orders a few ids; maybe none
     * @param nanos when they came, by this process's monotonic time
     */
    record NewestFrames(List<UUID> orders, long nanos) {}

    /**
     * Frames came. How old they are is asked of the database: the clocks of those who sent them may be wrong by any
     * time.
     */
    void received(NewestFrames sample) {
        reachable = true;
        empty = false;
        newest = sample;
    }

    NewestFrames newest() {
        return newest;
    }

    /** How old the newest frames were when they came, by the database's clock. */
    void newestFrameAge(Duration age) {
        newestFrameAge = age.isNegative() ? Duration.ZERO : age.compareTo(MOST_AGE) > 0 ? MOST_AGE : age;
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
        Duration twice = newestFrameAge.multipliedBy(2);
        return twice.compareTo(BUSY_AGE) > 0 ? twice : BUSY_AGE;
    }
}
