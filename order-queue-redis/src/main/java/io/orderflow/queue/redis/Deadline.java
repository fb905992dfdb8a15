package io.orderflow.queue.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A moment until which something may take.
 *
 * @param nanos by {@link System#nanoTime()}
 */
record Deadline(long nanos) {
    private static final Duration LONGEST = Duration.ofDays(1);

    static Deadline in(Duration time) {
        Duration bounded = time.compareTo(LONGEST) < 0 ? time : LONGEST;
        return new Deadline(System.nanoTime() + bounded.toNanos());
    }

    /** That much later. */
    Deadline plus(Duration time) {
        return new Deadline(nanos + time.toNanos());
    }

    /** The moment half-way from now. */
    Deadline half() {
        return new Deadline(nanos - leftNanos() / 2);
    }

    /** The earlier one. */
    Deadline or(Deadline other) {
        return nanos - other.nanos <= 0 ? this : other;
    }

    /** Zero or less once it has passed. */
    long leftNanos() {
        return nanos - System.nanoTime();
    }

    boolean hasPassed() {
        return leftNanos() <= 0;
    }

    /** For socket options, where 0 means for ever: at least 1, rounded up. */
    int leftMillis() {
        long millis = (leftNanos() + 999_999) / TimeUnit.MILLISECONDS.toNanos(1);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, millis));
    }
}
