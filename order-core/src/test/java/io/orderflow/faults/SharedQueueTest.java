package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.DeadLetterReason;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two shops whose hosts gave them the same queue by mistake: no buyer is charged in a shop where he ordered nothing.
 */
class SharedQueueTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final InMemoryQueue queue = InMemoryQueue.builder().build();
    private final List<String> deadLetters = new CopyOnWriteArrayList<>();
    private TestDatabase database;
    private HikariDataSource pool;

    @BeforeEach
    void open() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        pool = database.dataSource(16, database.jdbcUrl());
        OrderSchema.of(pool, "a_").createOrUpgrade();
        OrderSchema.of(pool, "b_").createOrUpgrade();
    }

    @AfterEach
    void close() {
        Leaks.awaitNoThreads();
        assertEquals(0, pool.getHikariPoolMXBean().getActiveConnections(), "connections that did not come back");
        pool.close();
        database.close();
        queue.close();
    }

    private OrderProcessor shop(DataSource source, String prefix, Acceptance acceptance) {
        OrderListener listener = new OrderListener() {
            @Override
            public void deadLettered(DeadLetterReason reason, String detail) {
                deadLetters.add(reason + ": " + detail);
            }
        };
        return OrderProcessor.builder(source)
                .tablePrefix(prefix)
                .queue(queue)
                .acceptance(acceptance)
                .allowWeakQueue(true)
                .listener(listener)
                .build()
                .start();
    }

    @Test
    void anOrderOfOneShopIsNotDecidedInTheOther() throws InterruptedException {
        try (OrderProcessor a = shop(pool, "a_", Acceptance.ROW_JOURNAL);
                OrderProcessor b = shop(pool, "b_", Acceptance.ROW_JOURNAL)) {
            Goods.seed(a);
            Goods.seed(b);
            List<OrderRequest> orders = submit(a, 20);
            b.workers(WorkerConfig.defaults()).start();
            awaitEmptyQueue();
            orders.forEach(order -> assertEquals(Optional.empty(), b.find(order.id())));
            // the listener has a thread of its own, and may hear of it after the ack
            Eventually.await(
                    "what came to the other shop is told", BOUND, () -> !deadLetters.isEmpty(), queue::toString);
            deadLetters.forEach(letter -> assertTrue(letter.startsWith("FOREIGN_SHOP: a frame of "), letter));
            a.workers(WorkerConfig.defaults()).start();
            for (OrderRequest order : orders) {
                assertEquals(
                        OrderStatus.COMPLETED,
                        a.await(order.id(), BOUND).orElseThrow().status());
            }
            assertEquals(
                    Goods.BALANCE - 20 * Goods.PRICE,
                    a.wallets().find(1).orElseThrow().balance());
            assertEquals(Goods.BALANCE, b.wallets().find(1).orElseThrow().balance());
            assertTrue(a.audit().ok() && b.audit().ok());
        }
    }

    /** The queue has the orders alone, and they come in the first milliseconds of the process. */
    @Test
    void theFirstFramesOfAProcessSayWhoseTheyAre() {
        FaultyDataSource slow = new FaultyDataSource(pool, (step, sql) -> {
            if (step == FaultPlan.Step.GET_CONNECTION) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        });
        for (int start = 0; start < 20; start++) {
            try (OrderProcessor a = shop(slow, "a_", Acceptance.QUEUE_ONLY)) {
                submit(a, 1);
            }
        }
        try (OrderProcessor b = shop(pool, "b_", Acceptance.QUEUE_ONLY)) {
            Goods.seed(b);
            b.workers(WorkerConfig.defaults()).start();
            awaitEmptyQueue();
            Eventually.await("each is told", BOUND, () -> deadLetters.size() >= 20, deadLetters::toString);
            assertEquals(20, deadLetters.size(), deadLetters::toString);
            assertEquals(0, b.audit().orders());
        }
    }

    /** What a process sent that began while its database was away is anybody's, and is decided once. */
    @Test
    void aFrameFromBeforeTheFirstContactIsTaken() throws InterruptedException {
        FaultyDataSource away = new FaultyDataSource(pool, (step, sql) -> {
            throw new SQLException("injected: away", "08001");
        });
        try (OrderProcessor a = shop(away, "a_", Acceptance.ROW_JOURNAL)) {
            a.workers(WorkerConfig.defaults()).start();
            List<OrderRequest> orders = submit(a, 3);
            away.setPlan(FaultPlan.NONE);
            Goods.seed(a);
            for (OrderRequest order : orders) {
                Eventually.await(
                        "order " + order.id() + " is decided",
                        BOUND,
                        () -> a.find(order.id()).isPresent(),
                        () -> a.health().toString());
            }
            assertEquals(List.of(), deadLetters);
            assertTrue(a.audit().ok());
        }
    }

    private static List<OrderRequest> submit(OrderProcessor shop, int count) {
        List<OrderRequest> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            OrderRequest order = OrderRequest.of(1).line(2, 1).build();
            assertInstanceOf(SubmitResult.Accepted.class, shop.submit(order));
            orders.add(order);
        }
        return orders;
    }

    private void awaitEmptyQueue() {
        Eventually.await("the queue is empty", BOUND, () -> queue.depth().orElse(-1) == 0, queue::toString);
    }
}
