package io.orderflow.internal.loop;

import io.orderflow.internal.loop.Outage.Words;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What the log is told of by all threads of a processor together, and not by each of them. Thread-safe. */
public final class Outages {
    /** What was said once is no news for so long. */
    private static final long NEWS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private final Outage database;
    private final Outage contention;
    private final Outage heldRows;
    private final Outage pause;
    private final Outage lateAcks;
    private final Outage alternation;
    private final Map<String, Outage> queues = new ConcurrentHashMap<>();
    private final Map<String, Outage> stuck = new ConcurrentHashMap<>();
    private final Map<String, Long> said = new ConcurrentHashMap<>();

    /**
     * None has begun.
     *
     * @param nanoTime monotonic nanoseconds
     */
    public Outages(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.database = outage(
                "the database cannot be used",
                "whoever needs it tries again until it works, and orders are accepted by the queue alone if it is"
                        + " durable",
                "the database works again");
        this.contention = outage(
                "work loses against other transactions again and again",
                "it is tried again until it succeeds",
                "what lost against other transactions has succeeded");
        this.heldRows = outage(
                "rows are held by other transactions",
                "those orders are tried again until they get them",
                "no order waits for held rows any more");
        this.pause = new Outage(
                new Words("deciding is paused", "orders wait until somebody resumes it", "deciding is resumed", true),
                nanoTime);
        this.lateAcks = outage(
                "no more is received before messages are acked",
                "deciding goes on",
                "there is room for messages again");
        this.alternation = outage(
                "the servers that are written to alternate",
                "what is kept is decided again at each move",
                "the database has been written to at one server alone");
    }

    private Outage outage(String begin, String next, String end) {
        return new Outage(new Words(begin, next, end, false), nanoTime);
    }

    /** The database is away, refuses, or breaks connections. */
    public Outage database() {
        return database;
    }

    /** Orders lose against other transactions too often for bad luck. */
    public Outage contention() {
        return contention;
    }

    /** Orders wait apart for rows that somebody does not let go. */
    public Outage heldRows() {
        return heldRows;
    }

    /** Deciding is paused by somebody. */
    public Outage pause() {
        return pause;
    }

    /** Too much waits for its {@code ackDelay}. */
    public Outage lateAcks() {
        return lateAcks;
    }

    /** Servers take turns within the {@code ackDelay}. */
    public Outage alternation() {
        return alternation;
    }

    /** The queue of this name is away or refuses. */
    public Outage queue(String name) {
        return queues.computeIfAbsent(
                name,
                key -> outage(
                        "queue " + key + " cannot be used",
                        "it is tried until it works, and orders are accepted by the journal, which recovery decides"
                                + " them from",
                        "queue " + key + " works again"));
    }

    /** Threads do not come on; those of which the same is said, but for numbers, are told as one. */
    public Outage stuck(String what) {
        return stuck.computeIfAbsent(
                Outage.withoutNumbers(what),
                key -> outage(
                        "a thread does not come on",
                        "health names all of them",
                        "what did not come on comes on again"));
    }

    /** Whether nobody said the same in the last minute. */
    public boolean isNews(String text) {
        long now = nanoTime.getAsLong();
        said.values().removeIf(at -> now - at >= NEWS);
        return said.putIfAbsent(text, now) == null;
    }
}
