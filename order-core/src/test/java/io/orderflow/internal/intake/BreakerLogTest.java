package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.orderflow.internal.intake.Breaker.State;
import io.orderflow.internal.loop.Outage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** A log that takes no line, as that of a process whose output nobody reads. */
class BreakerLogTest {
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void whoWaitsForTheLogKeepsNobodyElseWaiting() throws InterruptedException {
        Outage outage =
                new Outage(new Outage.Words("it is away", "nothing else", "it is back", false), () -> 0, stuck());
        Breaker breaker = new Breaker("the journal", outage, State.CLOSED);
        Thread teller = new Thread(() -> breaker.failed("gone", 0));
        teller.start();
        try {
            hangs.await();
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                breaker.probed();
                breaker.trying(1);
            });
            assertEquals(State.TRYING, breaker.state());
        } finally {
            goOn.countDown();
            teller.join();
        }
    }

    private Logger stuck() {
        return (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    hangs.countDown();
                    goOn.await();
                    return null;
                });
    }
}
