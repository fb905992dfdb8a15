package io.orderflow.queue.rabbit;

/**
 * What one thread does on a link now, for the {@link Watch}: since when it has been inside a call that may block in the
 * socket. One thread enters and leaves it, another looks.
 */
final class Lane {
    private volatile boolean busy;
    private volatile long since;

    void enter() {
        since = System.nanoTime();
        busy = true;
    }

    void leave() {
        busy = false;
    }

    boolean busyLongerThan(long nanos, long now) {
        return busy && now - since > nanos;
    }
}
