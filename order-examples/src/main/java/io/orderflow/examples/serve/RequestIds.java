package io.orderflow.examples.serve;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids for requests that bring none: unique among processes as far as chance goes, and in one process in the order of
 * arrival. Thread-safe.
 */
final class RequestIds {
    private final String process = String.format("%012x", new SecureRandom().nextLong() & 0xffff_ffff_ffffL);
    private final AtomicLong last = new AtomicLong();

    String next() {
        return process + "-" + last.incrementAndGet();
    }
}
