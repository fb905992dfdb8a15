package io.orderflow.internal.worker;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses that double with every failure, with jitter, up to a bound. Not thread-safe. */
final class Backoff {
    private final long firstNanos;
    private final long lastNanos;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration last, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.lastNanos = last.toNanos();
        this.random = random;
    }

    /** Counts a failure and says how long to pause: between half and all of the current step. */
    long nextNanos() {
        long step = Math.min(lastNanos, firstNanos << Math.min(failures, 20));
        failures++;
        return step / 2 + random.nextLong(step / 2 + 1);
    }

    void reset() {
        failures = 0;
    }
}
