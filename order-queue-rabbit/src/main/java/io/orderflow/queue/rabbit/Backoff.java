package io.orderflow.queue.rabbit;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Pauses between attempts to connect: none before the first, then 100 ms growing to 1 s, each shortened by chance. For one thread. */
final class Backoff {
    private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    private long next = FIRST;

    /** Nanoseconds to wait after this failure. */
    long failed() {
        long pause = next;
        next = Math.min(2 * next, LONGEST);
        return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
    }

    void worked() {
        next = FIRST;
    }
}
