package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.SelfSigned;
import io.orderflow.testkit.MachineLag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a certificate that the server signed itself. */
final class RabbitTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private static SelfSigned forThisHost;
    private static SelfSigned forAnotherHost;
    private static int port;
    private static int otherPort;

    @BeforeAll
    static void startNode() throws Exception {
        forThisHost = SelfSigned.create(folder.resolve("this"), "ip:127.0.0.1");
        forAnotherHost = SelfSigned.create(folder.resolve("another"), "dns:rabbit.example");
        RabbitNode node = SharedNode.get();
        port = node.listenWithTls(forThisHost);
        otherPort = node.listenWithTls(forAnotherHost);
    }

    private static RabbitQueue.Builder builder(int onPort) {
        return RabbitQueue.builder("amqps://127.0.0.1:" + onPort).queue("tls");
    }

    @Test
    void everythingGoesThroughTls() throws Exception {
        try (RabbitQueue queue =
                builder(port).sslContext(forThisHost.trusting()).build()) {
            assertWorks(queue);
        }
    }

    @Test
    void aFactoryWithTlsIsTakenAsItIs() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.useSslProtocol(forThisHost.trusting());
        try (RabbitQueue queue = RabbitQueue.builder(factory).queue("tls").build()) {
            assertWorks(queue);
        }
    }

    private static void assertWorks(RabbitQueue queue) throws Exception {
        queue.check();
        byte[] large = new byte[queue.largestMessage()];
        assertEquals(PublishResult.done(), queue.publish(large, PATIENCE));
        try (QueueConsumer consumer = queue.openConsumer(Duration.ofSeconds(30))) {
            List<Delivery> received = consumer.receive(1, PATIENCE);
            assertEquals(1, received.size());
            assertEquals(large.length, received.get(0).body().length);
            consumer.ack(received);
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefused() throws Exception {
        assertRefused(builder(port), "certification path");
        assertRefused(builder(port).sslContext(forAnotherHost.trusting()), "certification path");
    }

    @Test
    void aCertificateForAnotherHostIsRefusedUnlessTheHostAllowsIt() throws Exception {
        RabbitQueue.Builder trusting = builder(otherPort).sslContext(forAnotherHost.trusting());
        assertRefused(trusting, "127.0.0.1");
        try (RabbitQueue queue = trusting.verifyHostname(false).build()) {
            queue.check();
        }
    }

    private static void assertRefused(RabbitQueue.Builder builder, String reason) {
        try (RabbitQueue queue = builder.build()) {
            QueueException refused = assertThrows(QueueException.class, queue::check);
            assertTrue(refused.getMessage().contains(reason), refused::getMessage);
        }
    }

    @Test
    void aNetworkThatTakesNothingMoreEndsPublishAndCloseInTime() throws Exception {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", port);
                MachineLag lag = MachineLag.watch()) {
            RabbitQueue queue =
                    builder(proxy.port()).sslContext(forThisHost.trusting()).build();
            queue.check();
            proxy.hold();
            StuckPublishes.assertInTime(queue, Duration.ofMillis(200), lag);
            long start = System.nanoTime();
            queue.close();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(lag.extend(Duration.ofSeconds(5))) <= 0, () -> "close took " + took + "; " + lag);
        }
    }
}
