package io.orderflow.internal.intake;

import io.orderflow.internal.loop.Waiter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the watchdog sleeps. With nothing to watch for 1 s it sleeps deeper; until then a submission need not wake
 * it. Thread-safe.
 */
final class Doze {
    private static final long QUIET = TimeUnit.SECONDS.toNanos(1);
    private static final long DEEP = TimeUnit.SECONDS.toNanos(1);

    private final Room room;
    private final Waiter watchdog;
    private final LongSupplier time;
    private volatile boolean dozing;

    // touched by the watchdog's thread alone
    private long lastBusy;

    /**
     * Starts awake.
     *
     * @param room whoever took some has to be watched
     * @param watchdog what the watchdog sleeps on
     * @param time monotonic nanoseconds
     */
    Doze(Room room, Waiter watchdog, LongSupplier time) {
        this.room = room;
        this.watchdog = watchdog;
        this.time = time;
        this.lastBusy = time.getAsLong();
    }

    /** Wakes the watchdog if its sleep is deep. By any thread, after it took room. */
    void end() {
        if (dozing) {
            watchdog.wake();
        }
    }

    /** Wakes it however it sleeps. By any thread. */
    void wake() {
        watchdog.wake();
    }

    /** The watchdog is awake; the time. */
    long awake() {
        dozing = false;
        return time.getAsLong();
    }

    /** How many nanoseconds it sleeps now. */
    long pause(long now) {
        if (room.unanswered() > 0) {
            lastBusy = now;
        } else if (now - lastBusy >= QUIET) {
            // announced before the look: a submission either is seen here or wakes
            dozing = true;
            return room.unanswered() > 0 ? Watchdog.TICK : DEEP;
        }
        return Watchdog.TICK;
    }
}
