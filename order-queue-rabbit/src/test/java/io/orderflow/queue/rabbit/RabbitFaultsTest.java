package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.NoOpMetricsCollector;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What is thrown inside of this process, and what a server refuses again and again: nothing is lost, nothing stops,
 * nothing spins.
 */
final class RabbitFaultsTest extends NodeTests {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long a server has for its answer, also to a connection that a busy machine makes. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final AtomicInteger connects = new AtomicInteger();

    RabbitFaultsTest() {
        super("fault-", PATIENCE);
    }

    private ConnectionFactory factory() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(node.uri());
        factory.setSocketConfigurator(socket -> connects.incrementAndGet());
        return factory;
    }

    private RabbitQueue.Builder named(ConnectionFactory factory) {
        return RabbitQueue.builder(factory).queue(name);
    }

    @Test
    @DisplayName("Q4: a delivery in which something is thrown is not acked by the ack of a later one, and comes again")
    void deliveryThatThrows() throws Exception {
        ConnectionFactory factory = factory();
        AtomicInteger deliveries = new AtomicInteger();
        factory.setMetricsCollector(new NoOpMetricsCollector() {
            @Override
            public void consumedMessage(Channel channel, long tag, String consumer) {
                if (deliveries.incrementAndGet() == 2) {
                    throw new OutOfMemoryError("for a moment");
                }
            }
        });
        try (RabbitQueue queue = named(factory).build();
                QueueConsumer consumer = queue.openConsumer(LEASE)) {
            publish(queue, "a", "b", "c", "d");
            assertEquals(Set.of("a", "b", "c", "d"), drain(consumer, 4));
            assertTrue(deliveries.get() > 4, "one failed");
            awaitDepth(queue, 0);
        }
    }

    @Test
    @DisplayName("P7: a process whose memory is too small for foreign messages sets each aside, and receives their "
            + "neighbours")
    void messagesLargerThanTheHeap() throws Exception {
        try (RabbitQueue queue = named(factory()).build()) {
            queue.check();
            byte[] large = new byte[17 << 20];
            node.byHand(channel -> {
                channel.confirmSelect();
                for (String text : List.of("a", "b", "c", "d")) {
                    large[0] = bytes(text)[0];
                    channel.basicPublish("", name, MessageProperties.PERSISTENT_BASIC, large);
                    channel.basicPublish("", name, MessageProperties.PERSISTENT_BASIC, bytes(text));
                }
                channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            });
            List<String> came = smallHeap("-Xmx24m", "receive", "8");
            String length = " of " + large.length;
            List<String> all = List.of("a", "a" + length, "b", "b" + length, "c", "c" + length, "d", "d" + length);
            assertEquals(all.stream().map(each -> "came " + each).toList(), came);
            awaitDepth(queue, 0);
        }
    }

    @Test
    @DisplayName("A process that had no memory for a while publishes again when it has some")
    void publishingOutlivesAnEmptyHeap() throws Exception {
        List<String> said = smallHeap("-Xmx32m", "publish");
        assertEquals(List.of("before DONE", "after " + PublishResult.done()), said);
    }

    private List<String> smallHeap(String memory, String... task) {
        List<String> arguments = new ArrayList<>(List.of(node.uri(), name));
        arguments.addAll(List.of(task));
        try (JavaProcess process =
                JavaProcess.start(List.of(memory), SmallHeap.class, arguments.toArray(String[]::new))) {
            process.awaitLine("end", Duration.ofMinutes(2));
            List<String> lines = new ArrayList<>(process.lines());
            lines.remove("end");
            return lines;
        }
    }

    @Test
    @DisplayName("An Error while something is sent ends the connection and not the publisher: later messages are sent")
    void publishThatThrows() throws Exception {
        ConnectionFactory factory = factory();
        AtomicInteger sent = new AtomicInteger();
        factory.setMetricsCollector(new NoOpMetricsCollector() {
            @Override
            public void basicPublish(Channel channel) {
                if (sent.incrementAndGet() == 2) {
                    throw new OutOfMemoryError("for a moment");
                }
            }
        });
        try (RabbitQueue queue = named(factory).build()) {
            publish(queue, "before");
            PublishResult failed = queue.publish(bytes("failed"), PATIENCE);
            assertNotEquals(PublishResult.Outcome.REFUSED, failed.outcome(), failed::cause);
            awaitPublish(queue, "after", Duration.ofSeconds(1));
            assertNotEquals(Durability.Level.UNKNOWN, queue.durability().level(), () -> "" + queue.durability());
        }
    }

    @Test
    @DisplayName(
            "A confirm in whose handling something is thrown ends its connection, and later messages are confirmed")
    void confirmThatThrows() throws Exception {
        ConnectionFactory factory = factory();
        AtomicInteger confirms = new AtomicInteger();
        factory.setMetricsCollector(new NoOpMetricsCollector() {
            @Override
            public void basicPublishAck(Channel channel, long tag, boolean multiple) {
                if (confirms.incrementAndGet() == 2) {
                    throw new OutOfMemoryError("for a moment");
                }
            }
        });
        try (RabbitQueue queue = named(factory).build()) {
            publish(queue, "before");
            assertNotEquals(
                    PublishResult.Outcome.REFUSED,
                    queue.publish(bytes("failed"), PATIENCE).outcome());
            awaitPublish(queue, "after", Duration.ofSeconds(1));
        }
    }

    @Test
    @DisplayName("An Error while a connection is made makes neither the publisher nor a consumer deaf")
    void connectingThatThrows() throws Exception {
        ConnectionFactory factory = factory();
        factory.setSocketConfigurator(socket -> {
            if (connects.incrementAndGet() == 1) {
                throw new OutOfMemoryError("for a moment");
            }
        });
        try (RabbitQueue queue = named(factory).build()) {
            PublishResult first = queue.publish(bytes("first"), PATIENCE);
            assertEquals(PublishResult.Outcome.REFUSED, first.outcome(), first::cause);
            assertTrue(first.cause().contains("for a moment"), first::cause);
            awaitPublish(queue, "second", Duration.ofSeconds(1));
            queue.check();
            connects.set(0);
            QueueException failed = assertThrows(QueueException.class, () -> queue.openConsumer(LEASE));
            assertTrue(failed.getMessage().contains("for a moment"), failed::getMessage);
            Eventually.await("consumer", PATIENCE, () -> canOpen(queue), () -> connects + " connections were tried");
        }
    }

    private static boolean canOpen(RabbitQueue queue) {
        try {
            queue.openConsumer(LEASE).close();
            return true;
        } catch (QueueException again) {
            return false;
        }
    }

    @Test
    @DisplayName("An Error in a consumer's own thread after its connection was made lets it connect anew")
    void subscribingThatThrows() throws Exception {
        ConnectionFactory factory = factory();
        AtomicInteger channels = new AtomicInteger();
        factory.setMetricsCollector(new NoOpMetricsCollector() {
            @Override
            public void basicConsume(Channel channel, String consumer, boolean autoAck) {
                if (channels.incrementAndGet() == 1) {
                    throw new OutOfMemoryError("for a moment");
                }
            }
        });
        try (RabbitQueue queue = named(factory).build();
                QueueConsumer consumer = queue.openConsumer(LEASE)) {
            publish(queue, "a");
            assertEquals(Set.of("a"), drain(consumer, 1));
        }
    }

    @Test
    @DisplayName("A refused subscription says why, and is tried again with pauses that grow, by all consumers together")
    void refusedSubscription() throws Exception {
        node.control().addUser("no-reader", "s3cret");
        node.control().setPermissions("no-reader", ".*", ".*", "^$");
        ConnectionFactory factory = factory();
        factory.setUsername("no-reader");
        factory.setPassword("s3cret");
        try (RabbitQueue queue = named(factory).build()) {
            publish(queue, "unread");
            int before = connects.get();
            long start = System.nanoTime();
            List<String> told = new ArrayList<>();
            while (System.nanoTime() - start < Duration.ofSeconds(6).toNanos()) {
                told.add(receiveLikeAWorker(queue, lag.extend(Duration.ofMillis(200))));
            }
            int tried = connects.get() - before;
            assertTrue(tried > 1 && tried <= 10, () -> tried + " connections in 6 s");
            assertTrue(told.stream().allMatch(each -> each.contains("ACCESS_REFUSED")), told::toString);
            node.control().setPermissions("no-reader", ".*", ".*", ".*");
            Set<String> came = new TreeSet<>();
            Eventually.await(
                    "the message", PATIENCE, () -> came.addAll(receivedLikeAWorker(queue)), () -> "nothing came");
        }
    }

    /** Opens a consumer, receives once and closes it; returns why that failed. */
    private static String receiveLikeAWorker(RabbitQueue queue, Duration wait) throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            return "received " + consumer.receive(10, wait).size();
        } catch (QueueException e) {
            return e.getMessage();
        } finally {
            Thread.sleep(20);
        }
    }

    private static List<String> receivedLikeAWorker(RabbitQueue queue) {
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> came = consumer.receive(10, Duration.ofMillis(200));
            consumer.ack(came);
            return texts(came);
        } catch (QueueException again) {
            return List.of();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("A user who may not write is told so, and each try is not a connection of its own")
    void refusedPublish() throws Exception {
        node.control().addUser("no-writer", "s3cret");
        node.control().setPermissions("no-writer", ".*", "^$", ".*");
        ConnectionFactory factory = factory();
        factory.setUsername("no-writer");
        factory.setPassword("s3cret");
        try (RabbitQueue queue = named(factory).build()) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofSeconds(4).toNanos()) {
                assertNotEquals(PublishResult.Outcome.DONE, publishedOnce(queue).outcome());
            }
            assertTrue(connects.get() <= 10, () -> connects + " connections in 4 s");
            Eventually.await(
                    "the server's reason",
                    PATIENCE,
                    () -> publishedOnce(queue).cause().contains("ACCESS_REFUSED"),
                    () -> publishedOnce(queue).cause());
        }
    }

    private static PublishResult publishedOnce(RabbitQueue queue) {
        return published(queue, "x", Duration.ofMillis(500));
    }

    @Test
    @DisplayName("Q6: renew does not say held when the server has ended the connection and this side was not told")
    void renewAsksTheServer() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(node.address());
                RabbitQueue far = RabbitQueue.builder(
                                node.address().via(proxy.port()).uri())
                        .queue(name)
                        .connectTimeout(ANSWER)
                        .build();
                RabbitQueue near = named(factory()).build();
                QueueConsumer holder = far.openConsumer(LEASE);
                QueueConsumer next = near.openConsumer(LEASE)) {
            publish(near, "held");
            List<Delivery> held = receive(holder, 1);
            assertEquals(held, holder.renew(held), "the server answers");
            proxy.blackHole();
            node.control().closeAllConnections("a test");
            long start = System.nanoTime();
            assertEquals(List.of(), renewed(holder, held), "another may have it");
            assertAtMost(ANSWER.plusSeconds(2), start, "renew");
            List<Delivery> again = receive(next, 1);
            proxy.pass();
            assertEquals(List.of(), renewed(holder, held), "another has it");
            assertEquals(again, next.renew(again), "the other one has it still");
        }
    }

    @Test
    @DisplayName("Q6: a lease that is renewed while what is late is given back stays, or renew says that it is lost")
    void renewWhileLateOnesAreGivenBack() throws Exception {
        Duration lease = Duration.ofSeconds(2);
        try (FaultProxy proxy = FaultProxy.to(node.address());
                RabbitQueue far = RabbitQueue.builder(
                                node.address().via(proxy.port()).uri())
                        .queue(name)
                        .build();
                RabbitQueue near = named(factory()).build();
                QueueConsumer holder = far.openConsumer(lease);
                QueueConsumer next = near.openConsumer(LEASE)) {
            publish(near, "held");
            List<Delivery> held = receive(holder, 1);
            long received = System.nanoTime();
            // the end of the subscription, which comes before the giving back, takes a while
            proxy.latency(Duration.ofMillis(150));
            while (System.nanoTime() - received < lease.plusMillis(30).toNanos()) {
                // or the subscription would be over long before
                assertEquals(List.of(), receivedOrNothing(holder, 1, Duration.ofMillis(10)));
            }
            long renewing = System.nanoTime();
            List<Delivery> kept = renewed(holder, held);
            proxy.pass();
            List<Delivery> taken = receivedOrNothing(next, 1, lease.dividedBy(2));
            Duration after = Duration.ofNanos(System.nanoTime() - renewing);
            // what a busy machine brings after the renewed lease is over is another's by right
            assertTrue(
                    kept.isEmpty() || taken.isEmpty() || after.compareTo(lease) >= 0,
                    () -> "renew said held, and another consumer had it " + after + " later");
        }
    }

    /** Receives and acks until so many different ones came. */
    private static Set<String> drain(QueueConsumer consumer, int count) throws InterruptedException {
        Set<String> came = new TreeSet<>();
        long start = System.nanoTime();
        while (came.size() < count && System.nanoTime() - start < PATIENCE.toNanos()) {
            try {
                List<Delivery> deliveries = consumer.receive(10, Duration.ofMillis(200));
                consumer.ack(deliveries);
                came.addAll(texts(deliveries));
            } catch (QueueException away) {
                assertFalse(away.getMessage().isBlank(), "says why");
            }
        }
        return came;
    }
}
