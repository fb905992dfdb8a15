package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A network that misbehaves between a queue and its server. */
final class RedisNetworkTest extends OwnServerTests {
    /** A busy machine may add that much to a bound. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private final FaultProxy proxy = FaultProxy.to(server.process().address());
    private final String stream = newStream();
    private final RedisQueue direct = open(RedisQueue.builder(server.uri()).stream(stream));
    private final RedisQueue queue = open(RedisQueue.builder("redis://127.0.0.1:" + proxy.port()).stream(stream));

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private static Predicate<byte[]> command(String name) {
        return bytes -> new String(bytes, ISO_8859_1).contains("\r\n" + name + "\r\n");
    }

    @Test
    void aHalfOpenConnectionEndsInTimeAndIsReplaced() throws Exception {
        publish(queue, "before");
        QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
        consumer.ack(receive(consumer, 1));
        proxy.blackHole();
        for (int i = 0; i < 3; i++) {
            assertNotDoneInTime(bytes("swallowed"));
        }
        long start = System.nanoTime();
        assertThrows(QueueException.class, () -> consumer.receive(1, SHORT));
        assertAtMost(SHORT.plusSeconds(1).plus(SLACK), start, "receive");
        assertEquals(OptionalLong.empty(), queue.depth());
        assertNotEquals(Durability.Level.DURABLE, queue.durability().level());
        proxy.pass();
        awaitPublished(queue, "after");
        assertTrue(texts(receive(consumer, 1)).contains("after"));
    }

    @Test
    void aLargeMessageIntoABlackHoleEndsInTimeToo() throws Exception {
        publish(queue, "before");
        proxy.hold();
        for (int i = 0; i < 3; i++) {
            assertNotDoneInTime(new byte[queue.largestMessage()]);
        }
    }

    private void assertNotDoneInTime(byte[] message) throws InterruptedException {
        long start = System.nanoTime();
        PublishResult result = queue.publish(message, SHORT);
        assertAtMost(SHORT.plus(SLACK), start, "publish");
        assertNotEquals(Outcome.DONE, result.outcome());
    }

    @Test
    void anAnswerThatIsLostIsUnknownAndTheMessageIsThere() throws Exception {
        publish(queue, "before");
        proxy.dropAnswersAfter(command("XADD"), FaultProxy.AfterDrop.RESET);
        PublishResult result = queue.publish(bytes("lost answer"), PATIENCE);
        assertEquals(Outcome.UNKNOWN, result.outcome(), result.cause());
        proxy.pass();
        assertEquals(OptionalLong.of(2), queue.depth());
    }

    @Test
    void anAnswerThatDoesNotComeIsUnknownAndNeverTakenForAnotherOne() throws Exception {
        publish(queue, "before");
        proxy.latency(Duration.ofMillis(400));
        PublishResult late = queue.publish(bytes("late"), SHORT);
        assertNotEquals(Outcome.DONE, late.outcome(), late.cause());
        proxy.pass();
        awaitPublished(queue, "after");
        assertTrue(queue.depth().getAsLong() >= 2);
    }

    @Test
    void aRefusedConnectIsARefusal() throws Exception {
        proxy.refuse();
        PublishResult result = queue.publish(bytes("refused"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome(), result.cause());
        assertTrue(result.cause().contains("no connection to redis://127.0.0.1:" + proxy.port()), result.cause());
        proxy.pass();
        awaitPublished(queue, "after");
    }

    @Test
    void aNameThatIsUnknownIsARefusalThatSaysSo() throws Exception {
        RedisQueue nowhere = open(RedisQueue.builder("redis://redis.invalid"));
        PublishResult result = nowhere.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome(), result.cause());
        assertTrue(result.cause().contains("redis.invalid"), result.cause());
    }

    @Test
    void aConnectThatTakesLongerThanThePublishComesForALaterOne() throws Exception {
        proxy.latency(Duration.ofMillis(120));
        Duration tooShort = Duration.ofMillis(100);
        PublishResult first = queue.publish(bytes("first"), tooShort);
        assertEquals(Outcome.REFUSED, first.outcome(), first.cause());
        proxy.pass();
        awaitPublished(queue, "later");
        assertEquals(1, proxy.connections(), "the first connection, and no other");
    }

    @Test
    void aConnectionThatBrokeWhileItRestedCostsNoUnknown() throws Exception {
        publish(queue, "before");
        proxy.reset();
        Eventually.await(
                "the connection has rested",
                PATIENCE,
                () -> proxy.connections() == 0 && restedLongEnough(),
                () -> proxy.connections() + " connections");
        PublishResult result = queue.publish(bytes("after"), PATIENCE);
        assertEquals(PublishResult.done(), result);
    }

    private final long begin = System.nanoTime();

    private boolean restedLongEnough() {
        return System.nanoTime() - begin > 2_000_000_000L;
    }

    @Test
    void whatWasGivenInALostAnswerIsGivenBackWhenTheConsumerCloses() throws Exception {
        QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
        assertEquals(List.of(), consumer.receive(2, Duration.ZERO));
        publish(direct, "a", "b");
        proxy.dropAnswersAfter(command("XREADGROUP"), FaultProxy.AfterDrop.RESET);
        assertThrows(QueueException.class, () -> consumer.receive(2, Duration.ZERO));
        proxy.pass();
        consumer.close();
        List<Delivery> received = receive(queue.openConsumer(LONG_LEASE), 2);
        assertEquals(List.of("a", "b"), texts(received).stream().sorted().toList());
    }

    @Test
    void aSlowLineGetsFewerMessagesAtOnceUntilTheyComeInTime() throws Exception {
        byte[] large = new byte[256 * 1024];
        for (int i = 0; i < 60; i++) {
            assertEquals(PublishResult.done(), direct.publish(large, PATIENCE));
        }
        // 64 KiB in 15 ms: 60 messages take 3.6 s, and an answer must come within 0.8 s
        proxy.latency(Duration.ofMillis(15));
        List<Delivery> received = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        long start = System.nanoTime();
        while (received.size() < 60 && System.nanoTime() - start < 30_000_000_000L) {
            try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
                List<Delivery> some = consumer.receive(60, Duration.ZERO);
                received.addAll(some);
                consumer.ack(some);
            } catch (QueueException slow) {
                failures.add(slow.getMessage());
            }
        }
        assertEquals(60, received.size(), failures::toString);
        assertTrue(!failures.isEmpty(), "the line was slow");
    }
}
