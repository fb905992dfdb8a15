package io.orderflow.queue.rabbit;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Pauses between attempts to connect: 100 ms at first, each twice as long as the one before up to a bound, each
 * shortened by chance. A connection that ended soon after it was made was a failure too, or one that the server ends at
 * once would be made hundreds of times a second. For one thread at a time.
 */
final class ConnectBackoff {
    /** The longest pause where the server cannot be reached: it may be back any moment. */
    static final long AWAY = TimeUnit.SECONDS.toNanos(1);
    /** The longest pause where the server ends what it let begin: it has a reason, which does not pass in a second. */
    static final long UNWANTED = TimeUnit.SECONDS.toNanos(5);
    /** A connection that lived for this long works. */
    static final long PROVEN = TimeUnit.SECONDS.toNanos(5);

    private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(100);

    private long next = FIRST;

    /** Nanoseconds to wait after this failure. */
    long failed(long longest) {
        long pause = Math.min(next, longest);
        next = Math.min(2 * next, UNWANTED);
        return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
    }

    void worked() {
        next = FIRST;
    }
}
