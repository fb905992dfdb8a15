package io.orderflow.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how late this machine runs a thread that is due, so that a bound in real time can be strict on a quiet
 * machine and fair on a busy one. Every 5 ms a thread that has nothing else to do starts another and waits for its end;
 * what that takes is the machine's doing. Thread-safe.
 */
public final class MachineLag implements AutoCloseable {
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(5);

    /** How many threads wait for one another until an answer is there: buyer, watchdog, router, who completes. */
    private static final int HAND_OVERS = 4;

    private final AtomicLong longest = new AtomicLong();
    private final Thread thread = new Thread(this::measure, "machine-lag");

    private MachineLag() {
        thread.setDaemon(true);
    }

    /** Measures from now on. */
    public static MachineLag watch() {
        MachineLag lag = new MachineLag();
        lag.thread.start();
        return lag;
    }

    private void measure() {
        try {
            while (true) {
                long start = System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(PERIOD);
                Thread other = new Thread(() -> {});
                other.start();
                other.join();
                longest.accumulateAndGet(System.nanoTime() - start - PERIOD, Math::max);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** The longest lag so far. */
    public Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    /** The bound, and for each of four hand-overs between threads the longest lag so far. */
    public Duration extend(Duration bound) {
        return bound.plusNanos(HAND_OVERS * longest.get());
    }

    /** Ends the measuring; what it found stays. */
    @Override
    public void close() {
        thread.interrupt();
    }

    @Override
    public String toString() {
        return "machine late by up to " + TimeUnit.NANOSECONDS.toMillis(longest.get()) + " ms";
    }
}
