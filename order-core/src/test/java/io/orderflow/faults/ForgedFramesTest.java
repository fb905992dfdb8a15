package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who can write to the queue and has no frame key cannot place orders, and harms no order of the host's. */
class ForgedFramesTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final byte[] KEY = key(1);
    private static final byte[] OTHER = key(2);

    private final InMemoryQueue queue = InMemoryQueue.builder().build();
    private final List<String> deadLetters = new CopyOnWriteArrayList<>();
    private TestDatabase database;
    private HikariDataSource pool;

    private static byte[] key(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    @BeforeEach
    void open() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        pool = database.dataSource(16, database.jdbcUrl());
        OrderSchema.of(pool).createOrUpgrade();
    }

    @AfterEach
    void close() {
        Leaks.awaitNoThreads();
        assertEquals(0, pool.getHikariPoolMXBean().getActiveConnections(), "connections that did not come back");
        pool.close();
        database.close();
        queue.close();
    }

    /** A process of its own, as far as the queue can tell; its orders are in their frames and nowhere else. */
    private OrderProcessor process(UnaryOperator<OrderProcessor.Builder> settings) {
        OrderListener listener = new OrderListener() {
            @Override
            public void deadLettered(DeadLetterReason reason, String detail) {
                deadLetters.add(reason + ": " + detail);
            }
        };
        return settings.apply(OrderProcessor.builder(pool)
                        .queue(queue)
                        .acceptance(Acceptance.QUEUE_ONLY)
                        .allowWeakQueue(true)
                        .listener(listener))
                .build()
                .start();
    }

    @Test
    void aForgedFrameIsADeadLetterAndItsNeighboursAreDecided() throws InterruptedException {
        try (OrderProcessor host = process(builder -> builder.frameKey(KEY));
                OrderProcessor noKey = process(builder -> builder);
                OrderProcessor otherKey = process(builder -> builder.frameKey(OTHER))) {
            Goods.seed(host);
            List<OrderRequest> honest = new ArrayList<>();
            List<OrderRequest> forged = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                honest.add(accepted(host));
                forged.add(accepted(i % 2 == 0 ? noKey : otherKey));
            }
            queue.publish(new byte[] {1, 2, 3}, Duration.ofSeconds(1));
            host.workers(WorkerConfig.defaults()).start();
            honest.forEach(request -> awaitVerdict(host, request));
            Eventually.await("the queue is empty", BOUND, () -> queue.depth().orElse(-1) == 0, queue::toString);
            for (OrderRequest request : forged) {
                assertEquals(Optional.empty(), host.find(request.id()));
            }
            // the listener has a thread of its own, and may hear of it after the ack
            Eventually.await("each is told", BOUND, () -> deadLetters.size() >= 21, deadLetters::toString);
            assertEquals(21, deadLetters.size(), deadLetters::toString);
            assertTrue(deadLetters.stream().allMatch(letter -> letter.startsWith("UNAUTHENTICATED: ")));
            assertEquals(
                    10,
                    deadLetters.stream()
                            .filter(l -> l.contains("is not that of a key"))
                            .count());
            assertTrue(host.audit().ok());
        }
    }

    @Test
    void aKeyIsChangedWithoutAPause() {
        try (OrderProcessor before = process(builder -> builder.frameKey(KEY));
                OrderProcessor between =
                        process(builder -> builder.frameKey(OTHER).secondFrameKey(KEY));
                OrderProcessor after = process(builder -> builder.frameKey(OTHER))) {
            Goods.seed(between);
            List<OrderRequest> all = List.of(accepted(before), accepted(between), accepted(after));
            between.workers(WorkerConfig.defaults()).start();
            all.forEach(request -> awaitVerdict(between, request));
            assertEquals(List.of(), deadLetters);
        }
    }

    @Test
    void aProcessWithoutAKeyReadsWhatOthersTagged() {
        try (OrderProcessor tagging = process(builder -> builder.frameKey(KEY));
                OrderProcessor deciding = process(builder -> builder)) {
            Goods.seed(deciding);
            OrderRequest request = accepted(tagging);
            deciding.workers(WorkerConfig.defaults()).start();
            awaitVerdict(deciding, request);
            assertEquals(List.of(), deadLetters);
        }
    }

    @Test
    void aKeyHasItsLengthAndIsNeverShown() {
        OrderProcessor.Builder builder = OrderProcessor.builder(pool);
        assertRefused("frameKey must have between 32 and 1024 bytes: 31", () -> builder.frameKey(new byte[31]));
        assertRefused(
                "secondFrameKey must have between 32 and 1024 bytes: 0", () -> builder.secondFrameKey(new byte[0]));
        assertRefused("frameKey must have between 32 and 1024 bytes: 1025", () -> builder.frameKey(new byte[1_025]));
        builder.secondFrameKey(new byte[1_024]);
        IllegalStateException alone = assertThrows(IllegalStateException.class, builder::build);
        assertEquals("secondFrameKey must not be set without frameKey", alone.getMessage());
        String shown =
                builder.frameKey("0123456789abcdef0123456789abcdef".getBytes()).toString();
        assertTrue(shown.endsWith("frameKey=set, secondFrameKey=set"), shown);
        assertFalse(shown.contains("0123"), shown);
    }

    private static void assertRefused(String message, Runnable setter) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, setter::run).getMessage());
    }

    private static OrderRequest accepted(OrderProcessor process) {
        OrderRequest request = OrderRequest.of(1).line(1, 1).build();
        assertInstanceOf(SubmitResult.Accepted.class, process.submit(request));
        return request;
    }

    private static void awaitVerdict(OrderProcessor process, OrderRequest request) {
        Eventually.await(
                "order " + request.id() + " is decided",
                BOUND,
                () -> process.find(request.id())
                        .filter(order -> order.status() == OrderStatus.COMPLETED)
                        .isPresent(),
                () -> process.find(request.id()) + ", " + process.health());
    }
}
