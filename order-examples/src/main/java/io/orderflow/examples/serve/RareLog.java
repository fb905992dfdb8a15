package io.orderflow.examples.serve;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Warns of what happens to every caller at once: the first time, then every ten seconds, with how often it happened.
 * Thread-safe.
 */
final class RareLog {
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private final AtomicLong untold = new AtomicLong();
    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    RareLog(Logger log) {
        this.log = log;
    }

    /** Tells now, or counts. */
    void tell(String what, Throwable why) {
        long now = System.nanoTime();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + SILENCE)) {
            log.warn(
                    "{} was told 503, and {} before it since the last such line: {}",
                    what,
                    untold.getAndSet(0),
                    why.getMessage());
        } else {
            untold.incrementAndGet();
        }
    }
}
