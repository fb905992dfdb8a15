package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.PublishResult;
import io.orderflow.testkit.MachineLag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Publishes into a connection that takes nothing more, until its buffers are full and beyond. */
final class StuckPublishes {
    private static final int MESSAGES = 40;

    private StuckPublishes() {}

    /**
     * Fails unless each publish ends soon after its time-out, and the usual one within 100 ms of it (Q3).
     *
     * @param lag measured since before the call
     */
    static void assertInTime(RabbitQueue queue, Duration timeout, MachineLag lag) throws InterruptedException {
        byte[] large = new byte[queue.largestMessage()];
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            long start = System.nanoTime();
            PublishResult result = queue.publish(large, timeout);
            times.add(Duration.ofNanos(System.nanoTime() - start));
            assertNotEquals(PublishResult.Outcome.DONE, result.outcome());
        }
        times.sort(null);
        Duration usual = times.get(MESSAGES / 2);
        Duration longest = times.get(MESSAGES - 1);
        assertAtMost(timeout.plusMillis(100), usual, lag, times);
        // one moment of a busy machine
        assertAtMost(timeout.plusSeconds(1), longest, lag, times);
    }

    private static void assertAtMost(Duration bound, Duration time, MachineLag lag, List<Duration> all) {
        assertTrue(time.compareTo(lag.extend(bound)) <= 0, () -> "allowed are " + bound + ": " + all + "; " + lag);
    }
}
