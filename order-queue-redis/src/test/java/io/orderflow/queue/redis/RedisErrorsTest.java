package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors, above all memory that runs out for a moment: what failed in one fails, and everything goes on afterwards. */
final class RedisErrorsTest extends RedisTests {
    private final String uri = SharedServers.require(ServerKind.REDIS).uri();
    private final AtomicInteger asked = new AtomicInteger();

    private RedisQueue queueThatFailsToConnect(Supplier<Error> once) {
        return open(
                RedisQueue.builder(uri).stream("errors-" + System.nanoTime()).passwordSource(() -> {
                    if (asked.incrementAndGet() == 1) {
                        throw once.get();
                    }
                    return "";
                }));
    }

    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, NoClassDefFoundError.class, StackOverflowError.class})
    void anErrorWhileConnectingIsThatAttemptsOwn(Class<? extends Error> kind) throws Exception {
        Error error = kind.getConstructor(String.class).newInstance("for a moment");
        RedisQueue queue = queueThatFailsToConnect(() -> error);
        PublishResult first = queue.publish(bytes("first"), PATIENCE);
        assertEquals(Outcome.REFUSED, first.outcome());
        assertTrue(first.cause().contains("for a moment"), first.cause());
        publish(queue, "second");
        assertEquals(2, asked.get(), "connected once for each");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            consumer.ack(receive(consumer, 1));
        }
    }

    @Test
    void anErrorWhileAConsumerConnectsIsThatAttemptsOwn() throws Exception {
        RedisQueue queue = queueThatFailsToConnect(() -> new OutOfMemoryError("for a moment"));
        QueueException failure = assertThrows(QueueException.class, () -> queue.openConsumer(LEASE));
        assertTrue(failure.getMessage().contains("for a moment"), failure.getMessage());
        queue.openConsumer(LEASE).close();
    }
}
