package io.orderflow.examples.loadtest.counting;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/** The verdicts on the orders of a phase. Thread-safe. Times are nanoseconds. */
public final class Decisions {
    private final Histogram nanos = Latency.histogram();
    private final Histogram urgentNanos = Latency.histogram();
    private final Histogram otherNanos = Latency.histogram();
    private final AtomicInteger unheard = new AtomicInteger();
    private final AtomicInteger toldTwice = new AtomicInteger();
    private final Span decided = new Span();

    /**
     * Notes how long an order took.
     *
     * @param taken time since the submission
     * @param urgent whether it was urgent
     */
    public void took(long taken, boolean urgent) {
        Latency.record(nanos, taken);
        Latency.record(urgent ? urgentNanos : otherNanos, taken);
    }

    /** Notes that the verdict on an order is known now. */
    public void known(long sinceStart) {
        decided.add(sinceStart);
    }

    public void unheard(int more) {
        unheard.addAndGet(more);
    }

    public void toldAgain() {
        toldTwice.incrementAndGet();
    }

    /** Orders whose verdict was found although it should have been heard; they have no time. */
    public int unheard() {
        return unheard.get();
    }

    /** Orders whose verdict a listener heard again, which must not happen. */
    public int toldTwice() {
        return toldTwice.get();
    }

    /** Decisions per second from when the first could have been there to the last. */
    public double perSecond() {
        return decided.perSecond(nanos.getMinValue());
    }

    public double secondsToLast() {
        return decided.secondsToLast();
    }

    public Latency latency() {
        return Latency.of(nanos);
    }

    /** That of urgent orders; empty if there was none. */
    public Optional<Latency> urgentLatency() {
        return apart(urgentNanos);
    }

    /** That of all others; empty if none was urgent. */
    public Optional<Latency> otherLatency() {
        return apart(otherNanos);
    }

    private Optional<Latency> apart(Histogram some) {
        return urgentNanos.getTotalCount() > 0 ? Optional.of(Latency.of(some)) : Optional.empty();
    }
}
