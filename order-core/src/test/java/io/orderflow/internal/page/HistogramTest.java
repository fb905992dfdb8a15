package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Times by their length")
class HistogramTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    @DisplayName("are told to an eighth, and never as shorter than they were")
    void precise() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long micros = random.nextLong() >>> 28 + random.nextInt(36);
            long told = Histogram.longest(Histogram.bucket(micros));
            assertTrue(told >= micros && told - micros <= micros / 8, () -> micros + " is told as " + told);
        }
    }

    @Test
    @DisplayName("have a bucket each, in their order, however long they are")
    void inOrder() {
        assertEquals(0, Histogram.bucket(0));
        assertEquals(Histogram.SIZE - 1, Histogram.bucket(Long.MAX_VALUE));
        for (int bucket = 0; bucket < Histogram.SIZE - 1; bucket++) {
            assertEquals(bucket, Histogram.bucket(Histogram.longest(bucket)));
            assertEquals(bucket + 1, Histogram.bucket(Histogram.longest(bucket) + 1));
        }
    }

    @Test
    @DisplayName("are counted once, and for a minute")
    void lastMinute() {
        Histogram histogram = new Histogram();
        LastMinute minute = new LastMinute();
        for (int i = 1; i <= 100; i++) {
            histogram.add(i <= 98 ? 8 : 1_000_000);
        }
        histogram.add(-1);
        minute.add(histogram.take(), 0);
        minute.add(histogram.take(), SECOND);
        assertEquals(0.008, minute.percentile(0.5));
        assertEquals(0.008, minute.percentile(0.95));
        assertTrue(minute.percentile(0.99) >= 1_000, () -> minute.shown().json());
        assertTrue(
                minute.shown().json().startsWith("{\"count\":101,"),
                () -> minute.shown().json());
        minute.add(histogram.take(), 61 * SECOND);
        assertEquals(
                "{\"count\":0,\"p50\":0.0,\"p95\":0.0,\"p99\":0.0}",
                minute.shown().json());
    }
}
