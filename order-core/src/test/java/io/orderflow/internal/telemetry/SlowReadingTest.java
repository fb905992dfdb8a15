package io.orderflow.internal.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SlowReadingTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();

    private static void await(SlowReading reading, double expected) {
        Eventually.await(
                "the figure is " + expected,
                BOUND,
                () -> Double.compare(reading.value(), expected) == 0,
                () -> "" + reading.value());
    }

    @Test
    void nothingIsReadBeforeSomebodyAsks() {
        SlowReading reading = new SlowReading("test", () -> OptionalDouble.of(reads.incrementAndGet()), nanos::get);
        assertEquals(0, reads.get());
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        await(reading, 1);
    }

    @Test
    void aFigureIsReadAgainWhenItIsOld() {
        SlowReading reading = new SlowReading("test", () -> OptionalDouble.of(reads.incrementAndGet()), nanos::get);
        await(reading, 1);
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertEquals(1, reading.value());
        nanos.addAndGet(1);
        await(reading, 2);
    }

    @Test
    void nobodyWaitsForAServerThatHangs() {
        CountDownLatch over = new CountDownLatch(1);
        SlowReading reading = new SlowReading(
                "test",
                () -> {
                    if (reads.incrementAndGet() > 1) {
                        over.await();
                    }
                    return OptionalDouble.of(reads.get());
                },
                nanos::get);
        await(reading, 1);
        nanos.addAndGet(Duration.ofSeconds(15).toNanos());
        assertEquals(1, reading.value(), "what was known before");
        nanos.addAndGet(1);
        assertTimeout(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 1000; i++) {
                assertTrue(Double.isNaN(reading.value()));
            }
        });
        over.countDown();
        await(reading, 2);
        assertEquals(2, reads.get(), "one question at a time");
    }

    @Test
    void anAnswerThatComesBetweenALookAndTheTurnToAskIsNotAskedForAgain() {
        AtomicReference<Runnable> duringALook = new AtomicReference<>(() -> {});
        SlowReading reading = new SlowReading("test", () -> OptionalDouble.of(reads.incrementAndGet()), () -> {
            duringALook.getAndSet(() -> {}).run();
            return nanos.get();
        });
        await(reading, 1);
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        duringALook.set(() -> await(reading, 2));
        assertEquals(2, reading.value());
        assertEquals(2, reads.get());
    }

    @Test
    void whatTheServerCanNotTellIsNotANumber() {
        SlowReading reading = new SlowReading(
                "test",
                () -> {
                    switch (reads.incrementAndGet()) {
                        case 1:
                            return OptionalDouble.of(7);
                        case 2:
                            throw new IllegalStateException("away");
                        default:
                            return OptionalDouble.empty();
                    }
                },
                nanos::get);
        await(reading, 7);
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        await(reading, Double.NaN);
        await(reading, Double.NaN);
        Eventually.await(
                "it is asked again",
                BOUND,
                () -> Double.isNaN(reading.value()) && reads.get() > 3,
                () -> "" + reads.get());
    }
}
