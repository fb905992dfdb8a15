package io.orderflow.examples.loadtest.counting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyTest {
    @Test
    void percentilesOfOneToAThousandMilliseconds() {
        Histogram nanos = Latency.histogram();
        for (int millis = 1; millis <= 1_000; millis++) {
            Latency.record(nanos, TimeUnit.MILLISECONDS.toNanos(millis));
        }
        Latency latency = Latency.of(nanos);
        assertEquals(500, latency.p50(), 0.5);
        assertEquals(990, latency.p99(), 1);
        assertEquals(1_000, latency.max(), 1);
    }

    @Test
    void microsecondsAreNotLost() {
        Histogram nanos = Latency.histogram();
        Latency.record(nanos, 412_000);
        assertEquals(0.412, Latency.of(nanos).p50(), 0.001);
    }

    @Test
    void whatIsOutOfRangeCountsAsTheNearestValue() {
        Histogram nanos = Latency.histogram();
        Latency.record(nanos, -5);
        Latency.record(nanos, TimeUnit.HOURS.toNanos(30));
        assertEquals(2, nanos.getTotalCount());
        assertEquals(3_600_000, Latency.of(nanos).max(), 3_600);
    }

    @Test
    void nothingMeasuredIsZero() {
        assertEquals(new Latency(0, 0, 0, 0, 0, 0, 0, Map.of()), Latency.of(Latency.histogram()));
    }

    @Test
    void theDistributionCountsEachValueOnceBelowItsBound() {
        Histogram nanos = Latency.histogram();
        for (int millis = 1; millis <= 1_000; millis++) {
            Latency.record(nanos, millis * 1_000_000L);
        }
        Latency latency = Latency.of(nanos);
        assertEquals(
                1_000,
                latency.distribution().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        assertEquals(500, latency.distribution().get(1_000.0), 2);
        assertEquals(300, latency.distribution().get(500.0), 2);
        assertEquals(750, latency.p75(), 1);
        assertEquals(950, latency.p95(), 1);
        assertEquals(999, latency.p999(), 1);
        assertEquals(
                List.of("p50", "p75", "p90", "p95", "p99", "p99.9", "max"),
                List.copyOf(latency.byName().keySet()));
    }
}
