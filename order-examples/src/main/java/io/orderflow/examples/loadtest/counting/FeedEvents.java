package io.orderflow.examples.loadtest.counting;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** What a feed told of the orders of a phase. Thread-safe. */
public final class FeedEvents {
    private final Histogram nanos = Latency.histogram();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong again = new AtomicLong();
    private volatile long missing;
    private volatile Duration lagAtEnd = Duration.ZERO;

    /**
     * Notes an event that was told for the first time.
     *
     * @param age time since it happened
     */
    public void told(Duration age) {
        events.incrementAndGet();
        Latency.record(nanos, age.toNanos());
    }

    /** Notes an event that was told before, which may be. */
    public void toldAgain() {
        again.incrementAndGet();
    }

    /**
     * Notes what was found in the end.
     *
     * @param untold verdicts and confirmations that were not told
     * @param lag how long after the last of them was known here the last event was told
     */
    public void ended(long untold, Duration lag) {
        missing = untold;
        lagAtEnd = lag;
    }

    /** Verdicts and confirmations that were told, each counted once. */
    public long events() {
        return events.get();
    }

    /** How often one was told again. */
    public long again() {
        return again.get();
    }

    /** Those that were not told in the end. */
    public long missing() {
        return missing;
    }

    /** How long the feed was behind in the end. */
    public Duration lagAtEnd() {
        return lagAtEnd;
    }

    /** From when they happened, by the database's clock, to the handler. */
    public Latency latency() {
        return Latency.of(nanos);
    }
}
