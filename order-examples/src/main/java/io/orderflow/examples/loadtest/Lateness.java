package io.orderflow.examples.loadtest;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** How much later than due the generator submitted. One thread adds, any thread reads once it has ended. */
final class Lateness {
    /** More than this is late; less is what a thread needs to wake up on a busy machine. */
    static final Duration LATE = Duration.ofMillis(10);

    private static final double MOST_LATE_SHARE = 0.01;

    private final Histogram nanos = Latency.histogram();
    private long late;

    void add(long nanosLate) {
        Latency.record(nanos, nanosLate);
        late += nanosLate > LATE.toNanos() ? 1 : 0;
    }

    /** Orders that were submitted late. */
    long late() {
        return late;
    }

    /** Whether at most one order in a hundred was late; also when nothing was ever due. */
    boolean keptUp() {
        return late <= nanos.getTotalCount() * MOST_LATE_SHARE;
    }

    Latency latency() {
        return Latency.of(nanos);
    }
}
