package io.orderflow.simulation;

import io.orderflow.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;

/** The monotonic time and the wall clock of all processes of a run; they move when the run says so. */
final class Time {
    private final MutableClock clock = new MutableClock(Instant.parse("2030-01-01T00:00:00Z"));
    private long nanos = 1_000_000_000_000L;

    long nanos() {
        return nanos;
    }

    MutableClock clock() {
        return clock;
    }

    void advance(Duration time) {
        nanos += time.toNanos();
        clock.advance(time);
    }
}
