package io.orderflow.queue.rabbit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.OutageLines;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A queue with several addresses. Two ways to one node stand for two nodes of a cluster: both lead to the same queue,
 * and each can be cut or go silent. {@link RabbitClusterTest} has the real ones.
 */
final class SeveralNodesTest extends NodeTests {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For nodes that say nothing once they are connected. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    /**
     * The heartbeats of a publisher notice a silent node after 20 s or more, those of a consumer with this lease too.
     */
    private static final Duration BEFORE_HEARTBEATS = Duration.ofSeconds(12);

    private static final int REFUSES = 1;

    /** What the client sends for it: class 50, method 10. */
    private static final String QUEUE_DECLARE = "\0\62\0\n";

    private final FaultProxy first = FaultProxy.to(node.address());
    private final FaultProxy second = FaultProxy.to(node.address());

    private final Set<String> confirmed = new TreeSet<>();
    private final Set<String> came = new TreeSet<>();

    SeveralNodesTest() {
        super("several-", PATIENCE);
    }

    @AfterEach
    void closeWays() {
        first.close();
        second.close();
    }

    private RabbitQueue.Builder at(Integer... ports) {
        String hosts = Arrays.stream(ports).map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        return RabbitQueue.builder("amqp://guest:guest@" + hosts + "/%2f").queue(name);
    }

    private static void cut(FaultProxy way) {
        way.refuse();
        way.reset();
    }

    @Test
    @DisplayName("One that is away and one that accepts and says nothing are passed over, the latter by all together")
    void deadAndSilentAddresses() throws Exception {
        first.blackHole();
        // its share is time enough for a node on a busy machine
        try (RabbitQueue queue = at(REFUSES, first.port(), second.port())
                .connectTimeout(Duration.ofSeconds(15))
                .build()) {
            queue.check();
            publish(queue, "a", "b");
            for (int i = 0; i < 2; i++) {
                try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
                    consumer.ack(receive(consumer, 1));
                }
            }
            awaitDepth(queue, 0);
            assertEquals(1, first.connections(), "who connects later does not wait for the silent one again");
        }
    }

    @Test
    @DisplayName("A node that lets connect and answers no question leaves time for the others, for each connection")
    void nodeThatAnswersNoQuestion() throws Exception {
        first.dropAnswersAfter(sent -> new String(sent, ISO_8859_1).contains(QUEUE_DECLARE));
        RabbitQueue.Builder both = at(first.port(), second.port()).connectTimeout(Duration.ofSeconds(10));
        try (RabbitQueue queue = both.build()) {
            queue.check();
        }
        try (RabbitQueue queue = both.build();
                QueueConsumer consumer = queue.openConsumer(LEASE)) {
            publish(queue, "a");
            consumer.ack(receive(consumer, 1));
        }
    }

    @Test
    @DisplayName("When a node dies its connections move to the other, and back when that one dies")
    void nodesThatDieInTurn() throws Exception {
        try (OutageLines log = OutageLines.hear();
                RabbitQueue queue = at(first.port(), second.port()).build();
                QueueConsumer consumer = queue.openConsumer(LEASE)) {
            assertCarries(queue, consumer, "at the first");
            assertEquals(0, second.connections());
            cut(first);
            assertCarries(queue, consumer, "at the second");
            log.assertFewLinesOf("the first node died");
            first.pass();
            cut(second);
            assertCarries(queue, consumer, "at the first again");
            log.assertFewLinesOf("the second node died");
        }
    }

    @Test
    @DisplayName("A node that freezes is left for the other long before its heartbeats are missed")
    void nodeThatFreezes() throws Exception {
        try (OutageLines log = OutageLines.hear();
                RabbitQueue queue =
                        at(first.port(), second.port()).connectTimeout(ANSWER).build();
                QueueConsumer consumer = queue.openConsumer(LEASE)) {
            assertCarries(queue, consumer, "at the first");
            first.blackHole();
            assertLeavesInTime(queue, consumer, "the second");
            first.pass();
            Eventually.await(
                    "what the silent way kept comes",
                    PATIENCE,
                    () -> cameAll(consumer),
                    () -> came + " of " + confirmed);
            log.assertFewLinesOf("the first node froze");
        }
    }

    /** The server goes on sending every other message to the silent one, who has them until the server is told. */
    private void assertLeavesInTime(RabbitQueue queue, QueueConsumer consumer, String where) throws Exception {
        long start = System.nanoTime();
        assertNotEquals(
                PublishResult.Outcome.DONE,
                published(queue, "unanswered", Duration.ofMillis(300)).outcome());
        boolean arrived = false;
        for (int i = 0; !arrived && System.nanoTime() - start < PATIENCE.toNanos(); i++) {
            awaitPublish(queue, where + i, Duration.ofMillis(500));
            confirmed.add(where + i);
            arrived = take(consumer).stream().anyMatch(text -> text.startsWith(where));
        }
        assertAtMost(BEFORE_HEARTBEATS, start, "the way to " + where);
    }

    private boolean cameAll(QueueConsumer consumer) {
        try {
            take(consumer);
        } catch (QueueException | InterruptedException again) {
            return false;
        }
        return came.containsAll(confirmed);
    }

    private List<String> take(QueueConsumer consumer) throws QueueException, InterruptedException {
        List<Delivery> deliveries = receivedOrNothing(consumer, 10, Duration.ofMillis(500));
        consumer.ack(deliveries);
        came.addAll(texts(deliveries));
        return texts(deliveries);
    }

    /** What is published arrives, beside what nobody knew the fate of and what was tried more than once. */
    private void assertCarries(RabbitQueue queue, QueueConsumer consumer, String text) throws Exception {
        awaitPublish(queue, text, Duration.ofMillis(500));
        String last = "";
        while (!last.equals(text)) {
            List<Delivery> deliveries = receive(consumer, 1);
            last = texts(deliveries).get(0);
            consumer.ack(deliveries);
        }
    }
}
