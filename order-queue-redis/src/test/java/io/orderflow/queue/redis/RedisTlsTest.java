package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.SelfSigned;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a certificate that the server signed itself. */
final class RedisTlsTest extends OwnServerTests {
    @TempDir
    private static Path folder;

    private static SelfSigned forThisHost;
    private static SelfSigned forAnotherHost;
    private static int port;

    private final String stream = newStream();

    @BeforeAll
    static void listenWithTls() throws Exception {
        forThisHost = SelfSigned.create(folder.resolve("this"), "ip:127.0.0.1");
        forAnotherHost = SelfSigned.create(folder.resolve("another"), "dns:redis.example");
        port = server.listenWithTls(forThisHost);
    }

    /** A handshake is work, and a machine may be busy. */
    private RedisQueue.Builder builder(int onPort) {
        return RedisQueue.builder("rediss://127.0.0.1:" + onPort).stream(stream).connectTimeout(PATIENCE.dividedBy(2));
    }

    @Test
    void everythingGoesThroughTls() throws Exception {
        RedisQueue queue = open(builder(port).sslContext(forThisHost.trusting()));
        queue.check();
        byte[] large = new byte[queue.largestMessage()];
        assertEquals(PublishResult.done(), queue.publish(large, PATIENCE));
        publish(queue, "a");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            consumer.ack(receive(consumer, 2));
            assertEquals(List.of(), consumer.receive(1, Duration.ofMillis(700)));
        }
        assertEquals(0, queue.depth().orElseThrow());
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefused() throws Exception {
        assertRefused(open(builder(port)), "certification path");
        assertRefused(open(builder(port).sslContext(forAnotherHost.trusting())), "certification path");
    }

    @Test
    void aCertificateForAnotherHostIsRefusedUnlessTheHostAllowsIt() throws Exception {
        try (RedisServer other = RedisServer.start()) {
            int otherPort = other.listenWithTls(forAnotherHost);
            RedisQueue.Builder trusting = builder(otherPort).sslContext(forAnotherHost.trusting());
            assertRefused(open(trusting), "127.0.0.1");
            publish(open(trusting.verifyHostname(false)), "a");
        }
    }

    @Test
    void aServerWithoutTlsIsRefusedInTime() throws Exception {
        RedisQueue queue = open(builder(server.process().port()).sslContext(forThisHost.trusting()));
        assertRefused(queue, "no connection to rediss://");
    }

    private static void assertRefused(RedisQueue queue, String reason) throws InterruptedException {
        PublishResult result = queue.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome());
        assertTrue(result.cause().contains(reason), result.cause());
    }

    @Test
    void aFrozenNetworkEndsPublishAndCloseInTime() throws Exception {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", port)) {
            RedisQueue queue = open(builder(proxy.port()).sslContext(forThisHost.trusting()));
            publish(queue, "before");
            proxy.hold();
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                PublishResult result = queue.publish(new byte[queue.largestMessage()], SHORT);
                assertAtMost(SHORT.plusMillis(500), start, "publish");
                assertTrue(result.outcome() != Outcome.DONE, result.cause());
            }
            long start = System.nanoTime();
            queue.close();
            assertAtMost(SHORT, start, "close, which waits for nobody,");
        }
    }
}
