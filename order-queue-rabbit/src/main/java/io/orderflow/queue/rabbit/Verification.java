package io.orderflow.queue.rabbit;

import java.util.concurrent.TimeUnit;

/**
 * When the server last compared the queue with what it must be, on the connection that publishes. Guarded by the
 * publisher's lock.
 */
final class Verification {
    private static final long VERIFY_AGAIN = TimeUnit.SECONDS.toNanos(30);
    private static final long OLDEST_READING = TimeUnit.SECONDS.toNanos(60);

    private long verifiedAt;
    private boolean wanted;

    /** The server has just compared it. */
    void done() {
        verifiedAt = System.nanoTime();
        wanted = false;
    }

    /** There is no connection any more on which it was compared. */
    void forget() {
        verifiedAt = 0;
    }

    /** Something said that the queue may be gone. */
    void want() {
        wanted = true;
    }

    boolean isDue() {
        return wanted || System.nanoTime() - verifiedAt >= VERIFY_AGAIN;
    }

    /** Nanoseconds until it is due; not above zero if it is. */
    long untilDue(long now) {
        return wanted ? 0 : verifiedAt + VERIFY_AGAIN - now;
    }

    /** True when it was compared in the last minute. */
    boolean isFresh() {
        return verifiedAt != 0 && System.nanoTime() - verifiedAt < OLDEST_READING;
    }
}
