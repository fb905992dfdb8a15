package io.orderflow.queue.rabbit;

/**
 * What one thread does on a link now, for the {@link Watch}: since when it has been inside calls that may block in the
 * socket, and how long they may take together. One thread enters and leaves it, another looks.
 */
final class Lane {
    private volatile boolean busy;
    private volatile long since;
    private volatile long bound;

    /** Begins a call, which may take as long as the watch lets any take. */
    void enter() {
        enter(Long.MAX_VALUE);
    }

    /** Begins calls that may take so many nanoseconds together, unless the watch lets them take less. */
    void enter(long nanos) {
        bound = nanos;
        since = System.nanoTime();
        busy = true;
    }

    void leave() {
        busy = false;
    }

    /**
     * How many nanoseconds are left until it is stuck; not above zero if it is.
     *
     * @param nanos the longest time that the watch lets a call take
     */
    long untilStuck(long nanos, long now) {
        return busy ? Math.min(nanos, bound) - (now - since) : Long.MAX_VALUE;
    }
}
