package io.orderflow.examples.loadtest.counting;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long something took, in milliseconds.
 *
 * @param p50 half took at most this long
 * @param p75 75 of 100 took at most this long
 * @param p90 90 of 100 took at most this long
 * @param p95 95 of 100 took at most this long
 * @param p99 99 of 100 took at most this long
 * @param p999 999 of 1,000 took at most this long
 * @param max the longest
 * @param distribution how many took longer than the bound before and at most this one, by the bounds in steps of 1, 2
 *     and 5
 */
public record Latency(
        double p50,
        double p75,
        double p90,
        double p95,
        double p99,
        @JsonProperty("p99_9") double p999,
        double max,
        @JsonIgnore Map<Double, Long> distribution) {
    private static final double SMALLEST_BOUND = 0.1;
    private static final long LONGEST_NANOS = 3_600_000_000_000L;

    /** A histogram of nanoseconds for any number of threads, exact to three digits, up to an hour. */
    public static Histogram histogram() {
        return new ConcurrentHistogram(LONGEST_NANOS, 3);
    }

    /** Adds a value; one beyond an hour counts as an hour, one below 0 as 0. */
    public static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(LONGEST_NANOS, Math.max(0, nanos)));
    }

    /** Reads a histogram of nanoseconds; an empty one gives zeros. */
    public static Latency of(Histogram nanos) {
        return new Latency(
                millis(nanos.getValueAtPercentile(50)),
                millis(nanos.getValueAtPercentile(75)),
                millis(nanos.getValueAtPercentile(90)),
                millis(nanos.getValueAtPercentile(95)),
                millis(nanos.getValueAtPercentile(99)),
                millis(nanos.getValueAtPercentile(99.9)),
                millis(nanos.getMaxValue()),
                distribution(nanos));
    }

    private static Map<Double, Long> distribution(Histogram nanos) {
        Map<Double, Long> distribution = new LinkedHashMap<>();
        long below = 0;
        for (int step = 0; below < nanos.getTotalCount(); step++) {
            double bound = rounded(SMALLEST_BOUND * Math.pow(10, step / 3) * new double[] {1, 2, 5}[step % 3]);
            long until = bound * 1e6 >= nanos.getMaxValue()
                    ? nanos.getTotalCount()
                    : nanos.getCountBetweenValues(0, (long) (bound * 1e6));
            if (until > 0) {
                distribution.put(bound, until - below);
            }
            below = until;
        }
        return Collections.unmodifiableMap(distribution);
    }

    /** Without what comes of a tenth that has no exact binary form. */
    private static double rounded(double bound) {
        return Math.round(bound * 10) / 10.0;
    }

    /** The percentiles and the maximum as people call them, each with its value. */
    public Map<String, Double> byName() {
        Map<String, Double> names = new LinkedHashMap<>();
        names.put("p50", p50);
        names.put("p75", p75);
        names.put("p90", p90);
        names.put("p95", p95);
        names.put("p99", p99);
        names.put("p99.9", p999);
        names.put("max", max);
        return names;
    }

    /**
     * Orders that took longer than the bound before and at most this one.
     *
     * @param upToMs the bound
     * @param orders how many
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Bucket(double upToMs, long orders) {}

    /** The distribution, the smallest bound first. */
    public List<Bucket> buckets() {
        return distribution.entrySet().stream()
                .map(entry -> new Bucket(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Milliseconds to three places, which is what the histogram is good for. */
    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
