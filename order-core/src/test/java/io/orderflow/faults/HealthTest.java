package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Health;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What health says about the parts of one processor. */
class HealthTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
    private final HikariDataSource pool = database.dataSource(8);
    private final OrderQueue memory = InMemoryQueue.builder().build();

    @BeforeEach
    void makeTables() {
        OrderSchema.of(pool).createOrUpgrade();
    }

    @AfterEach
    void nothingIsLeft() {
        Leaks.awaitNoThreads();
        memory.close();
        database.close();
    }

    @Test
    void whatTheQueueCouldNotTakeIsCounted() {
        OrderQueue full = new ForwardingQueue(memory) {
            @Override
            public PublishResult publish(byte[] message, Duration timeout) {
                return PublishResult.refused("full");
            }
        };
        try (OrderProcessor orders =
                OrderProcessor.builder(pool).queue(full).build().start()) {
            assertInstanceOf(
                    SubmitResult.Accepted.class,
                    orders.submit(OrderRequest.of(1).line(1, 1).build()));
            Eventually.await(
                    "the order that the queue refused is counted",
                    BOUND,
                    () -> orders.health().unpublished() == 1 && orders.health().outbox() == 0,
                    () -> orders.health().toString());
        }
    }

    @Test
    void aRunnerTellsOfItsOwnThreadsAlone() {
        AtomicInteger consumers = new AtomicInteger();
        OrderQueue forTheFirst = new ForwardingQueue(memory) {
            @Override
            public QueueConsumer openConsumer(Duration lease) throws QueueException {
                if (consumers.getAndIncrement() > 0) {
                    throw new QueueException("no second consumer");
                }
                return super.openConsumer(lease);
            }
        };
        try (OrderProcessor orders =
                OrderProcessor.builder(pool).queue(forTheFirst).build().start()) {
            WorkerRunner well = orders.workers(WorkerConfig.defaults()).start();
            Eventually.await(
                    "the first one polls", BOUND, () -> well.health().lastPoll().isPresent(), well::toString);
            WorkerRunner paused = orders.workers(WorkerConfig.defaults()).start();
            Eventually.await(
                    "the second one is paused",
                    BOUND,
                    () -> paused.health().status() == Health.Status.DEGRADED,
                    () -> paused.health().toString());
            assertEquals(Optional.empty(), paused.health().lastPoll());
            assertEquals(
                    Health.Status.UP,
                    well.health().status(),
                    () -> well.health().toString());
            assertTrue(
                    orders.health().checks().containsAll(paused.health().checks()),
                    () -> orders.health().toString());
        }
    }
}
