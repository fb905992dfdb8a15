package io.orderflow.examples.loadtest;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** The time between the first and the last of many events, and their rate in it. Thread-safe. */
final class Span {
    private final LongAccumulator first = new LongAccumulator(Math::min, Long.MAX_VALUE);
    private final LongAccumulator last = new LongAccumulator(Math::max, Long.MIN_VALUE);
    private final LongAdder events = new LongAdder();

    /** Adds an event by its nanoseconds since a common start. */
    void add(long nanos) {
        first.accumulate(nanos);
        last.accumulate(nanos);
        events.increment();
    }

    /**
     * Events per second between the first and the last, which a constant delay of all of them does not change; 0 for less than
     * two.
     */
    double perSecond() {
        long count = events.sum();
        return count < 2 ? 0 : (count - 1) * 1e9 / Math.max(1, last.get() - first.get());
    }
}
