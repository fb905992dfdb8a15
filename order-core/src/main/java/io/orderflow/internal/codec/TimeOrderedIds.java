package io.orderflow.internal.codec;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * A source of UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, version, 12 bits of counter, variant, 62 bits
 * that look random. Those are computed from the first half, which no two ids of a source share, and a secret of the
 * source: so it knows its own ids again and stores none. Thread-safe and lock-free. Ids of one source rise strictly as
 * unsigned bytes, also while the clock stands still, goes back, or more than 4,096 ids are taken in a millisecond: then
 * the stamp runs ahead of the clock until the clock has caught up.
 */
final class TimeOrderedIds {
    private static final int COUNTER_BITS = 12;
    private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final LongSupplier millis;
    private final LongUnaryOperator secret;
    /** Milliseconds and counter of the newest id in one number, so that one compare-and-set moves both. */
    private final AtomicLong newest = new AtomicLong();

    TimeOrderedIds(LongSupplier millis, LongUnaryOperator secret) {
        this.millis = millis;
        this.secret = secret;
    }

    UUID next() {
        long stamp = stamp(millis.getAsLong() << COUNTER_BITS);
        long high = (stamp & ~COUNTER_MASK) << (16 - COUNTER_BITS) | VERSION_7 | stamp & COUNTER_MASK;
        return new UUID(high, low(high));
    }

    /** Whether the id is one of this source; another one is taken for its own once in 2^62. */
    boolean isOwn(UUID id) {
        return id.version() == 7 && id.getLeastSignificantBits() == low(id.getMostSignificantBits());
    }

    private long low(long high) {
        return VARIANT | secret.applyAsLong(high) >>> 2;
    }

    private long stamp(long now) {
        while (true) {
            long last = newest.get();
            long stamp = Math.max(now, last + 1);
            if (newest.compareAndSet(last, stamp)) {
                return stamp;
            }
        }
    }
}
