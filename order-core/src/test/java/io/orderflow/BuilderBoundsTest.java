package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.BuilderBounds;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Each option of a builder has bounds")
class BuilderBoundsTest {
    private static DataSource nowhere() {
        return (DataSource) Proxy.newProxyInstance(
                BuilderBoundsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static OrderProcessor.Builder processor() {
        return OrderProcessor.builder(nowhere());
    }

    @Test
    void ofTheProcessor() {
        BuilderBounds.check(
                BuilderBoundsTest::processor,
                Set.of(
                        "submitTimeout",
                        "journalTimeout",
                        "publishTimeout",
                        "closeTimeout",
                        "adjustmentTimeout",
                        "groupWait",
                        "maxGroup",
                        "bufferCapacity"),
                Set.of("closeTimeout", "groupWait"));
    }

    @Test
    void ofTheWorkers() {
        BuilderBounds.check(
                WorkerConfig::builder,
                Set.of("threads", "maxBatch", "batchWait", "lease", "drainTimeout", "ackDelay"),
                Set.of("batchWait", "drainTimeout", "ackDelay"));
    }

    @Test
    void ofTheQueueInMemory() {
        BuilderBounds.check(InMemoryQueue::builder, Set.of("capacityBytes"), Set.of());
    }

    /** Also for an order that is decided, where nothing would be waited for. */
    @Test
    void aWaitHasABound() {
        OrderProcessor orders = processor().build();
        Refusals.assertNull("bound", () -> orders.await(UUID.randomUUID(), null));
    }

    @Test
    void timesThatMakeNoSenseTogetherAreRefused() {
        IllegalStateException journal = assertThrows(
                IllegalStateException.class,
                processor().submitTimeout(Duration.ofMillis(100)).journalTimeout(Duration.ofMillis(100))::build);
        assertEquals("journalTimeout must be shorter than submitTimeout: PT0.1S and PT0.1S", journal.getMessage());
        IllegalStateException group = assertThrows(
                IllegalStateException.class,
                processor()
                        .submitTimeout(Duration.ofMillis(80))
                        .journalTimeout(Duration.ofMillis(50))
                        .groupWait(Duration.ofMillis(100))::build);
        assertEquals("groupWait must be shorter than submitTimeout: PT0.1S and PT0.08S", group.getMessage());
    }
}
