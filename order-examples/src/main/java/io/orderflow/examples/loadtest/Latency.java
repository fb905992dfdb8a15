package io.orderflow.examples.loadtest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long something took, in milliseconds.
 *
 * @param p50 half took at most this long
 * @param p99 99 of 100 took at most this long
 * @param max the longest
 */
record Latency(double p50, double p99, double max) {
    private static final long LONGEST_NANOS = 3_600_000_000_000L;

    /** A histogram of nanoseconds for any number of threads, exact to three digits, up to an hour. */
    static Histogram histogram() {
        return new ConcurrentHistogram(LONGEST_NANOS, 3);
    }

    /** Adds a value; one beyond an hour counts as an hour, one below 0 as 0. */
    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(LONGEST_NANOS, Math.max(0, nanos)));
    }

    /** Reads a histogram of nanoseconds; an empty one gives zeros. */
    static Latency of(Histogram nanos) {
        return new Latency(
                millis(nanos.getValueAtPercentile(50)),
                millis(nanos.getValueAtPercentile(99)),
                millis(nanos.getMaxValue()));
    }

    Map<String, Double> toMap() {
        Map<String, Double> fields = new LinkedHashMap<>();
        fields.put("p50", p50);
        fields.put("p99", p99);
        fields.put("max", max);
        return fields;
    }

    /** Milliseconds to three places, which is what the histogram is good for. */
    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
