package io.orderflow.examples.loadtest.counting;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Many events since a start, and their rate. Thread-safe. */
final class Span {
    private final LongAccumulator last = new LongAccumulator(Math::max, 0);
    private final LongAdder events = new LongAdder();

    /** Adds an event by its nanoseconds since the start. */
    void add(long nanos) {
        last.accumulate(nanos);
        events.increment();
    }

    /** Time from the start to the last event; 0 without one. */
    double secondsToLast() {
        return last.get() / 1e9;
    }

    /**
     * Events per second until the last one; 0 for less than two. The first could have been there after the least delay,
     * so that a delay which all of them have does not count, and one at the beginning does.
     *
     * @param leastDelayNanos from when an order is due to its event, at least
     */
    double perSecond(long leastDelayNanos) {
        long count = events.sum();
        return count < 2 ? 0 : (count - 1) * 1e9 / Math.max(1, last.get() - leastDelayNanos);
    }
}
