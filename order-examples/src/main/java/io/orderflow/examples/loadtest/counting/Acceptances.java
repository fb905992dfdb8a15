package io.orderflow.examples.loadtest.counting;

import io.orderflow.examples.loadtest.counting.Reply.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** The last answers to the orders of a phase. Thread-safe. Times are nanoseconds. */
public final class Acceptances {
    private final Histogram nanos = Latency.histogram();
    private final AtomicLongArray answers = new AtomicLongArray(Kind.values().length);
    private final AtomicReference<String> firstProblem = new AtomicReference<>();
    private final AtomicInteger resubmissions = new AtomicInteger();
    private final AtomicInteger unclear = new AtomicInteger();
    private final Span accepted = new Span();
    private final Span answered = new Span();

    /**
     * Notes an acceptance.
     *
     * @param taken time since the submission
     * @param sinceStart time since the phase began
     */
    public void accepted(long taken, long sinceStart) {
        Latency.record(nanos, taken);
        accepted.add(sinceStart);
        settled(Kind.ACCEPTED, sinceStart);
    }

    /** Notes a final answer other than an acceptance. */
    public void refused(Reply reply, boolean leavesOpen, long sinceStart) {
        settled(reply.kind(), sinceStart);
        unclear.addAndGet(leavesOpen ? 1 : 0);
    }

    private void settled(Kind kind, long sinceStart) {
        answers.incrementAndGet(kind.ordinal());
        answered.add(sinceStart);
    }

    /** Notes an answer other than accepted, final or not. */
    public void problem(Reply reply) {
        if (firstProblem.get() == null) {
            firstProblem.compareAndSet(null, String.valueOf(reply.detail()));
        }
    }

    public void resubmitted() {
        resubmissions.incrementAndGet();
    }

    public long count(Kind kind) {
        return answers.get(kind.ordinal());
    }

    /** Orders that were accepted. */
    public long count() {
        return count(Kind.ACCEPTED);
    }

    public Map<Kind, Long> answers() {
        Map<Kind, Long> counts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            counts.put(kind, count(kind));
        }
        return counts;
    }

    /** How often a request was submitted again. */
    public int resubmissions() {
        return resubmissions.get();
    }

    /** Orders that were not accepted in the end, but may have their row. */
    public int unclear() {
        return unclear.get();
    }

    /** The first answer other than accepted, in full. */
    public Optional<String> firstProblem() {
        return Optional.ofNullable(firstProblem.get());
    }

    /** Acceptances per second from when the first could have been there to the last. */
    public double perSecond() {
        return accepted.perSecond(nanos.getMinValue());
    }

    public double secondsToLastAnswer() {
        return answered.secondsToLast();
    }

    public Latency latency() {
        return Latency.of(nanos);
    }
}
