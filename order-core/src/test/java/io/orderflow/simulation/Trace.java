package io.orderflow.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** What happened last in a run, for its failure, and how often what happened, for all runs together. */
final class Trace {
    private static final int KEPT = 80;

    private final Deque<String> last = new ArrayDeque<>();
    private final Map<Met, Integer> met = new EnumMap<>(Met.class);
    private long number;

    /** What runs must meet, or they prove little. */
    enum Met {
        ACCEPTED,
        DUPLICATE,
        CONFLICT,
        UNKNOWN,
        UNAVAILABLE,
        OVERLOADED,
        PLACED,
        COMPLETED,
        EXTERNAL,
        RESERVED,
        REJECTED,
        LIMITED,
        PARKED,
        CANCELLED,
        CONFIRMED,
        RELEASED,
        EXPIRED,
        REFUNDED,
        REDRIVEN,
        ARCHIVED,
        ARCHIVED_DUPLICATE,
        KEY_FORGOTTEN,
        WRITTEN_TWICE,
        FEED_WAITED_FOR,
        UNDECODABLE_LETTER,
        FOREIGN_LETTER,
        POISON_LETTER,
        CRASHED_WORKER_LETTER,
        CONFLICT_LETTER,
        CONNECTION_LOST,
        COMMIT_ANSWER_LOST,
        CONTENTION,
        REFUSAL,
        CRASH,
        ERROR,
        INTERLEAVED,
        DATABASE_OUTAGE,
        QUEUE_OUTAGE,
        CLOCK_JUMP
    }

    void add(String event) {
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.addLast(++number + " " + event);
    }

    void met(Met what) {
        met.merge(what, 1, Integer::sum);
    }

    Map<Met, Integer> met() {
        return met;
    }

    @Override
    public String toString() {
        return String.join("\n    ", last);
    }
}
