package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.testing.Eventually;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What the consumers of a queue share about failures. */
final class TroubleTest {
    private static final int PREFETCH = 100;

    /** The first is 100 ms, shortened by chance; on a busy machine it may be over when the test looks. */
    private static final long SHORTEST_PAUSE = Duration.ofMillis(50).toNanos();

    private static final RabbitSettings SETTINGS = new RabbitSettings(
            new ConnectionFactory(),
            List.of(new NodeAddress("nowhere", 1)),
            "orders",
            PREFETCH,
            1,
            1,
            Duration.ofSeconds(1),
            Optional.empty());

    private final Trouble trouble = new Trouble(SETTINGS);

    @Test
    void consumersThatMeetTheSameFailurePauseOnce() {
        assertNull(trouble.pause());
        long start = System.nanoTime();
        for (int i = 0; i < 8; i++) {
            trouble.ended("refused", 0);
        }
        String why = trouble.pause();
        boolean perhapsOver = why == null && System.nanoTime() - start >= SHORTEST_PAUSE;
        assertTrue("refused".equals(why) || perhapsOver, () -> "pauses because of " + why);
        assertTrue(trouble.pauseLeft() <= Duration.ofMillis(100).toNanos(), "the first pause, for all of them");
        assertEquals(PREFETCH, trouble.prefetch(), "one connection that ended young is no sign of anything");
    }

    @Test
    void sessionsThatEndYoungMakeThePausesGrowAndLessComeAhead() {
        trouble.ended("too much", 0);
        awaitEndOfPause();
        trouble.ended("too much", 0);
        assertEquals(PREFETCH / 4, trouble.prefetch());
        awaitEndOfPause();
        long start = System.nanoTime();
        trouble.ended("too much", 0);
        long pause = trouble.pauseLeft() + System.nanoTime() - start;
        assertTrue(pause > Duration.ofMillis(150).toNanos(), () -> "ns: " + pause);
        assertEquals(PREFETCH / 16, trouble.prefetch());
        trouble.over();
        assertEquals(PREFETCH, trouble.prefetch());
    }

    @Test
    void aSessionThatLivedIsFollowedByAnotherAtOnce() {
        trouble.ended("server restarted", ConnectBackoff.PROVEN);
        assertNull(trouble.pause());
        assertEquals(PREFETCH, trouble.prefetch());
    }

    @Test
    void pausesEndAtTheirBounds() {
        ConnectBackoff backoff = new ConnectBackoff();
        long last = 0;
        for (int i = 0; i < 12; i++) {
            last = backoff.failed(ConnectBackoff.UNWANTED);
        }
        assertTrue(last >= ConnectBackoff.UNWANTED / 2 && last <= ConnectBackoff.UNWANTED, "ns: " + last);
        assertTrue(
                backoff.failed(ConnectBackoff.AWAY) <= ConnectBackoff.AWAY,
                "a server that is away may be back any moment");
        backoff.worked();
        assertTrue(
                backoff.failed(ConnectBackoff.UNWANTED)
                        <= Duration.ofMillis(100).toNanos(),
                "small again");
    }

    @Test
    void aLogThatHangsKeepsNoOtherConsumerWaiting() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Logger stuck = (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    hangs.countDown();
                    goOn.await();
                    return null;
                });
        Trouble shared = new Trouble(SETTINGS, new OutageLog(stuck));
        Thread teller = new Thread(() -> shared.ended("refused", 0));
        teller.start();
        try {
            hangs.await();
            // the pause itself may be over by now
            assertTimeoutPreemptively(Duration.ofSeconds(20), shared::pause);
        } finally {
            goOn.countDown();
            teller.join();
        }
    }

    private void awaitEndOfPause() {
        Eventually.await(
                "end of the pause",
                Duration.ofSeconds(10),
                () -> trouble.pause() == null,
                () -> "" + trouble.pauseLeft());
    }
}
