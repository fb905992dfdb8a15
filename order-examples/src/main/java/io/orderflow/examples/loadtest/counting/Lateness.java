package io.orderflow.examples.loadtest.counting;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** How much later than due the generator submitted. One thread adds, any thread reads once it has ended. */
public final class Lateness {
    /** More than this is late; less is what a thread needs to wake up on a busy machine. */
    public static final Duration LATE = Duration.ofMillis(10);

    private static final double MOST_LATE_SHARE = 0.01;

    private final Histogram nanos = Latency.histogram();
    private long late;

    public void add(long nanosLate) {
        Latency.record(nanos, nanosLate);
        late += nanosLate > LATE.toNanos() ? 1 : 0;
    }

    /** Orders that were submitted late. */
    public long late() {
        return late;
    }

    /** Whether at most one order in a hundred was late; also when nothing was ever due. */
    public boolean keptUp() {
        return late <= nanos.getTotalCount() * MOST_LATE_SHARE;
    }

    public Latency latency() {
        return Latency.of(nanos);
    }
}
