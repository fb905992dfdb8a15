package io.orderflow.internal.worker;

import io.orderflow.internal.loop.Doubling;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When recovery looks for urgent orders beside its own searches. While the queue is behind, an order that comes now
 * waits behind all that is on it; so recovery, which has a thread and a connection of its own, asks the journal every
 * 20 ms, and at once when this process accepted an urgent order. While the queue is not behind, its delivery is as
 * fast, and nothing is asked; nor while nobody receives, since the queue is away or deciding is paused. Thread-safe.
 */
final class UrgentLane {
    /** One cheap statement for each runner in this time. */
    static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(20);

    /** Between two searches that find what nobody can decide now: it is held, or others try it. */
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(250);

    private final LongSupplier nanoTime;
    private final Runnable wakeRecovery;
    private final Doubling pauses = new Doubling(INTERVAL, LONGEST);
    private volatile boolean behind;
    private volatile boolean told;
    private volatile long lookedAt;
    private volatile long pause = INTERVAL;

    /**
     * Of a runner whose queue is not behind, as far as is known.
     *
     * @param wakeRecovery ends the sleep of recovery
     */
    UrgentLane(LongSupplier nanoTime, Runnable wakeRecovery) {
        this.nanoTime = nanoTime;
        this.wakeRecovery = wakeRecovery;
        this.lookedAt = nanoTime.getAsLong() - INTERVAL;
    }

    /**
     * A worker of the runner begins a batch that the queue brought.
     *
     * @param orders how many it has
     * @param most how many it could have
     * @param more whether more was received than it has
     */
    void batchBegins(int orders, int most, boolean more) {
        behind(more || 2 * orders >= most);
    }

    /** The queue has nothing for a worker that waits. */
    void queueEmpty() {
        behind(false);
    }

    /** Nobody receives now, so nobody would see that the queue is behind no more. */
    void nobodyReceives() {
        behind(false);
    }

    private void behind(boolean now) {
        boolean begins = now && !behind;
        behind = now;
        if (begins) {
            wakeRecovery.run();
        }
    }

    /** Whether what comes now waits for much that came before. */
    boolean isBehind() {
        return behind;
    }

    /** The journal has an urgent order of this process. */
    void accepted() {
        if (behind) {
            told = true;
            wakeRecovery.run();
        }
    }

    /**
     * Whether it is time to look.
     *
     * @param busy whether recovery has other work, so that its next search may be far
     */
    boolean isLookDue(boolean busy) {
        return told || (behind || busy) && untilNext() <= 0;
    }

    /** A look begins; by recovery alone. */
    void looks() {
        told = false;
        lookedAt = nanoTime.getAsLong();
    }

    /**
     * A look has ended; by recovery alone.
     *
     * @param inVain whether there is something that cannot be decided now, and nothing else
     */
    void looked(boolean inVain) {
        if (!inVain) {
            pauses.reset();
        }
        pause = inVain ? pauses.nextNanos() : INTERVAL;
    }

    /** How long recovery may sleep because of it, in nanoseconds; endless while the queue is not behind. */
    long untilLook() {
        return told ? 0 : behind ? Math.max(0, untilNext()) : Long.MAX_VALUE;
    }

    private long untilNext() {
        return lookedAt + pause - nanoTime.getAsLong();
    }
}
