package io.orderflow.examples.loadtest.counting;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** What became of the orders of a phase that hold what they took until they are confirmed. Thread-safe. */
public final class Holds {
    private final Histogram nanos = Latency.histogram();
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<String> firstProblem = new AtomicReference<>();

    /** Notes an order that is about to be confirmed. */
    public void reserved() {
        reserved.incrementAndGet();
    }

    /**
     * Notes that it is confirmed.
     *
     * @param taken nanoseconds since it was asked for
     */
    public void confirmed(long taken) {
        Latency.record(nanos, taken);
        confirmed.incrementAndGet();
    }

    /** Notes another answer, or a failure. */
    public void failed(String problem) {
        firstProblem.compareAndSet(null, problem);
        failed.incrementAndGet();
    }

    /** Orders with the verdict RESERVED. */
    public long all() {
        return reserved.get();
    }

    /** Those that are confirmed. */
    public long confirmed() {
        return confirmed.get();
    }

    /** Those whose confirmation has no answer yet. */
    public long open() {
        return all() - confirmed() - failed.get();
    }

    /** The first confirmation that was not done, in words. */
    public Optional<String> firstProblem() {
        return Optional.ofNullable(firstProblem.get());
    }

    /** From the wish, just after the verdict was known, to the confirmation. */
    public Latency latency() {
        return Latency.of(nanos);
    }
}
