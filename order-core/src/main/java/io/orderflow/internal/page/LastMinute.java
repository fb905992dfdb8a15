package io.orderflow.internal.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** The times of the last minute, and how long the most of them were. Used by one thread. */
final class LastMinute {
    private static final long LENGTH = TimeUnit.MINUTES.toNanos(1);
    private static final double MILLIS = 1e3;

    private final Deque<Look> looks = new ArrayDeque<>();
    private final long[] sums = new long[Histogram.SIZE];
    private long count;

    private record Look(long at, int[] counts) {}

    /**
     * Adds what was counted since the look before.
     *
     * @param counts by the buckets of {@link Histogram}
     * @param now the monotonic time
     */
    void add(int[] counts, long now) {
        looks.add(new Look(now, counts));
        change(counts, 1);
        while (now - looks.getFirst().at() > LENGTH) {
            change(looks.removeFirst().counts(), -1);
        }
    }

    private void change(int[] counts, int sign) {
        for (int i = 0; i < counts.length; i++) {
            sums[i] += (long) sign * counts[i];
            count += (long) sign * counts[i];
        }
    }

    /** How many, and the times that 50, 95 and 99 of a hundred did not exceed, in milliseconds. */
    PageFields shown() {
        return new PageFields()
                .put("count", count)
                .put("p50", percentile(0.50))
                .put("p95", percentile(0.95))
                .put("p99", percentile(0.99));
    }

    /** In milliseconds; 0 when there are none. */
    double percentile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(count * share));
        long seen = 0;
        for (int i = 0; i < sums.length; i++) {
            seen += sums[i];
            if (seen >= wanted) {
                return Histogram.longest(i) / MILLIS;
            }
        }
        return 0;
    }
}
