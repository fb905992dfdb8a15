package io.orderflow.internal.loop;

/** Pauses that double with every failure, up to a bound. Not thread-safe. */
public final class Doubling {
    private final long first;
    private final long last;
    private long next;

    /** Pauses from the first up to the last one, in nanoseconds. */
    public Doubling(long first, long last) {
        this.first = first;
        this.last = last;
        this.next = first;
    }

    /** Counts a failure and says how long to pause. */
    public long nextNanos() {
        long pause = next;
        next = Math.min(last, 2 * pause);
        return pause;
    }

    /** The next pause is the first one again. */
    public void reset() {
        next = first;
    }
}
