package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.OutageLines;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the log says of threads that do not come on. */
class StuckThreadLogTest {
    private static final Duration LONGER_THAN_PATIENCE = Duration.ofMillis(5_500);
    private static final Duration BOUND = Duration.ofSeconds(40);

    private final WorkerMonitor monitor = new WorkerMonitor(
            List.of(), ids -> {}, () -> {}, Clock.systemUTC(), Telemetry.NONE, new Outages(System::nanoTime));
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<String> lines = new ArrayList<>();

    /** Each waits for a connection again and again, as long as its pool lets it. */
    @Test
    void whoWaitsWhileAnotherThreadPausesIsNoNews() throws InterruptedException {
        Loop pauses = new Loop("pauses", new Waiter(), () -> 1);
        Loop waits = new Loop("waits", new Waiter(), () -> {
            goOn.await();
            return 1;
        });
        monitor.watch(pauses);
        monitor.watch(waits);
        waits.start();
        try (OutageLines log = OutageLines.hear()) {
            monitor.paused("pauses", "the database is away");
            Eventually.await(
                    "it waits",
                    BOUND,
                    () -> waits.stuck(LONGER_THAN_PATIENCE).isPresent(),
                    () -> waits.stuck(Duration.ZERO).toString());
            monitor.lookout();
            assertEquals(List.of(), log.taken());
            monitor.resumed("pauses");
            awaitLine(log, "has not come on for ");
            monitor.paused("pauses", "the database is away");
            goOn.countDown();
            awaitLine(log, "comes on again");
            assertEquals(2, lines.size(), lines::toString);
        } finally {
            goOn.countDown();
            waits.stop();
            assertTrue(waits.join(BOUND));
        }
    }

    /** It looks once a second. */
    private void awaitLine(OutageLines log, String text) {
        Eventually.await(
                text, BOUND, () -> looked(log).stream().anyMatch(line -> line.contains(text)), lines::toString);
    }

    private List<String> looked(OutageLines log) {
        monitor.lookout();
        lines.addAll(log.taken());
        return lines;
    }
}
