package io.orderflow.internal.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pauses that grow. */
class BackoffTest {
    @Test
    void pausesDoubleWithJitterUpToTheirBound() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), new Random(1));
        long step = Duration.ofMillis(100).toNanos();
        for (int failure = 1; failure <= 100; failure++) {
            long pause = backoff.nextNanos();
            long expected = step;
            assertTrue(pause >= expected / 2 && pause <= expected, "failure " + failure + ": " + pause);
            step = Math.min(2 * step, Duration.ofSeconds(1).toNanos());
        }
        backoff.reset();
        assertTrue(backoff.nextNanos() <= Duration.ofMillis(100).toNanos());
    }
}
