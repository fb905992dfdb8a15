package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.Eventually;
import io.orderflow.testkit.MachineLag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What the tests of this module share: queues that are closed at the end, messages as text. */
abstract class RedisTests {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final Duration RECOVERY = Duration.ofSeconds(5);
    static final Duration LEASE = Duration.ofSeconds(1);
    static final Duration LONG_LEASE = Duration.ofMinutes(10);
    static final Duration SHORT = Duration.ofMillis(300);

    private static int streams;

    /** How late this machine is while a test runs. */
    final MachineLag lag = MachineLag.watch();

    private final List<RedisQueue> queues = new ArrayList<>();

    @AfterEach
    void closeQueues() {
        lag.close();
        queues.forEach(RedisQueue::close);
    }

    static String newStream() {
        return "orders-" + ++streams;
    }

    RedisQueue open(RedisQueue.Builder builder) {
        RedisQueue queue = builder.build();
        queues.add(queue);
        return queue;
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
        return deliveries.stream()
                .map(delivery -> new String(delivery.body(), UTF_8))
                .toList();
    }

    static void publish(RedisQueue queue, String... texts) throws InterruptedException {
        for (String text : texts) {
            publish(queue, bytes(text));
        }
    }

    /** Again where nothing was sent: on a busy machine a connection may take longer than it may. */
    static void publish(RedisQueue queue, byte[] message) throws InterruptedException {
        PublishResult result = queue.publish(message, PATIENCE);
        for (int i = 0; i < 20 && result.outcome() == PublishResult.Outcome.REFUSED; i++) {
            result = queue.publish(message, PATIENCE);
        }
        assertEquals(PublishResult.done(), result);
    }

    static List<Delivery> receive(QueueConsumer consumer, int count) throws Exception {
        List<Delivery> all = new ArrayList<>();
        long start = System.nanoTime();
        while (all.size() < count && System.nanoTime() - start < PATIENCE.toNanos()) {
            all.addAll(consumer.receive(count - all.size(), Duration.ofMillis(100)));
        }
        assertEquals(count, all.size(), () -> "came: " + texts(all));
        return all;
    }

    static void awaitPublished(RedisQueue queue, String text) {
        List<String> results = new ArrayList<>();
        Eventually.await(
                "publish works again",
                RECOVERY,
                () -> {
                    PublishResult result = publishOnce(queue, text);
                    results.add(result.toString());
                    return result.outcome() == PublishResult.Outcome.DONE;
                },
                results::toString);
    }

    private static PublishResult publishOnce(RedisQueue queue, String text) {
        try {
            return queue.publish(bytes(text), SHORT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
