package io.orderflow.queue.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testkit.MachineLag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Tests with a node that is theirs while they run, one for all of them in a JVM, and a queue's name for each test. */
abstract class NodeTests {
    static final Duration LEASE = Duration.ofSeconds(60);

    static RabbitNode node;
    private static int made;

    final String name;

    /** How late this machine is while a test runs. */
    final MachineLag lag = MachineLag.watch();

    private final Duration patience;

    /**
     * Gives the test a name.
     *
     * @param prefix what its queue's name begins with
     * @param patience how long it waits for anything
     */
    NodeTests(String prefix, Duration patience) {
        this.name = prefix + ++made;
        this.patience = patience;
    }

    @BeforeAll
    static void startNode() {
        node = SharedNode.get();
    }

    @AfterEach
    void heal() {
        lag.close();
        node.heal();
    }

    void assertAtMost(Duration bound, long start, String what) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(
                time.compareTo(lag.extend(bound)) <= 0,
                () -> what + " took " + time + ", allowed are " + bound + "; " + lag);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static List<String> texts(List<Delivery> deliveries) {
        return deliveries.stream().map(each -> new String(each.body(), UTF_8)).toList();
    }

    static PublishResult published(RabbitQueue to, String text, Duration timeout) {
        try {
            return to.publish(bytes(text), timeout);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void publish(RabbitQueue to, String... texts) {
        for (String text : texts) {
            assertEquals(PublishResult.done(), published(to, text, patience));
        }
    }

    void awaitPublish(RabbitQueue to, String text, Duration timeout) {
        Eventually.await(
                "publish of " + text,
                patience,
                () -> published(to, text, timeout).outcome() == PublishResult.Outcome.DONE,
                () -> published(to, text, timeout).toString());
    }

    void awaitDepth(RabbitQueue queue, long depth) {
        Eventually.await(
                "depth " + depth,
                patience,
                () -> queue.depth().orElse(-1) == depth,
                () -> queue.depth().toString());
    }

    /** Receives exactly so many; a connection that ended meanwhile is no failure. */
    List<Delivery> receive(QueueConsumer consumer, int count) throws InterruptedException {
        List<Delivery> all = new ArrayList<>();
        long start = System.nanoTime();
        while (all.size() < count && System.nanoTime() - start < patience.toNanos()) {
            all.addAll(receivedOrNothing(consumer, count - all.size(), Duration.ofMillis(200)));
        }
        assertEquals(count, all.size(), "messages that came within " + patience);
        return all;
    }

    /** One receive; where the connection ended meanwhile, nothing. */
    static List<Delivery> receivedOrNothing(QueueConsumer consumer, int most, Duration wait)
            throws InterruptedException {
        try {
            return consumer.receive(most, wait);
        } catch (QueueException away) {
            assertFalse(away.getMessage().isBlank(), "says why");
            return List.of();
        }
    }

    static List<Delivery> renewed(QueueConsumer consumer, List<Delivery> held) {
        try {
            return consumer.renew(held);
        } catch (QueueException noAnswer) {
            return List.of();
        }
    }
}
