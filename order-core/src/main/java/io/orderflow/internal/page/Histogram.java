package io.orderflow.internal.page;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts times by their length, to an eighth of it: up to 16 microseconds each has a bucket, then eight share a power
 * of two. Counting takes no lock. Thread-safe.
 */
final class Histogram {
    private static final int EXACT = 16;
    private static final int FIRST_POWER = 4;
    private static final int PARTS = 8;
    private static final int PART_BITS = 3;
    /** The last one has all from 2^36 microseconds on, 19 hours. */
    private static final int LAST_POWER = 36;

    /** How many buckets there are. */
    static final int SIZE = EXACT + (LAST_POWER - FIRST_POWER) * PARTS + 1;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(SIZE);

    /** Counts one; a negative time is none. */
    void add(long micros) {
        counts.incrementAndGet(bucket(Math.max(0, micros)));
    }

    /** What was counted since the last time, by bucket. */
    int[] take() {
        int[] taken = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            taken[i] = counts.getAndSet(i, 0);
        }
        return taken;
    }

    static int bucket(long micros) {
        if (micros < EXACT) {
            return (int) micros;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        if (power >= LAST_POWER) {
            return SIZE - 1;
        }
        int part = (int) (micros >>> power - PART_BITS) & PARTS - 1;
        return EXACT + (power - FIRST_POWER) * PARTS + part;
    }

    /** The longest time of a bucket, in microseconds; of the last one the shortest. */
    static long longest(int bucket) {
        if (bucket < EXACT) {
            return bucket;
        }
        int power = FIRST_POWER + (bucket - EXACT) / PARTS;
        if (power >= LAST_POWER) {
            return 1L << LAST_POWER;
        }
        long part = PARTS + (bucket - EXACT) % PARTS;
        return (part + 1 << power - PART_BITS) - 1;
    }
}
