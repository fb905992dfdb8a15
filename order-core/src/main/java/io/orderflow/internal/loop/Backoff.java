package io.orderflow.internal.loop;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses that double with every failure, with jitter, up to a bound. Not thread-safe. */
public final class Backoff {
    private final Doubling steps;
    private final RandomGenerator random;

    /** Pauses from the first step up to the last one. */
    public Backoff(Duration first, Duration last, RandomGenerator random) {
        this.steps = new Doubling(first.toNanos(), last.toNanos());
        this.random = random;
    }

    /** Counts a failure and says how long to pause: between half and all of the current step. */
    public long nextNanos() {
        long step = steps.nextNanos();
        return step / 2 + random.nextLong(step / 2 + 1);
    }

    /** The next pause is of the first step again. */
    public void reset() {
        steps.reset();
    }
}
