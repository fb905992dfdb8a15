package io.orderflow.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterReason;
import io.orderflow.OpenedDeadLetter;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Orders that programs without the library put into the queue")
class JsonMessagesTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int ORDERS = 40;

    private final InMemoryQueue queue = InMemoryQueue.builder().build();
    private TestDatabase database;
    private HikariDataSource pool;

    @BeforeEach
    void open() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        pool = database.dataSource(16, database.jdbcUrl());
        OrderSchema.of(pool).createOrUpgrade();
    }

    @AfterEach
    void close() {
        Leaks.awaitNoThreads();
        pool.close();
        database.close();
        queue.close();
    }

    private OrderProcessor process(UnaryOperator<OrderProcessor.Builder> settings) {
        return settings.apply(OrderProcessor.builder(pool)
                        .queue(queue)
                        .allowWeakQueue(true)
                        .acceptJson(true))
                .build()
                .start();
    }

    private static String json(String name, int quantity) {
        return "{\"orderflow\":1," + name + ",\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":" + quantity + "}]}";
    }

    private static String key(int number) {
        return "\"idempotencyKey\":\"cart-" + number + "\"";
    }

    private static OrderRequest request(int number, int quantity) {
        return OrderRequest.of(1)
                .line(1, quantity)
                .idempotencyKey("cart-" + number)
                .build();
    }

    private void put(String message) throws InterruptedException {
        assertEquals(PublishResult.done(), queue.publish(message.getBytes(UTF_8), Duration.ofSeconds(1)));
    }

    private void awaitEmptyQueue() {
        Eventually.await("the queue is empty", BOUND, () -> queue.depth().orElse(-1) == 0, queue::toString);
    }

    private static List<DeadLetter> letters(OrderProcessor orders) {
        return orders.deadLetters()
                .page(DeadLetterFilter.ALL, PageRequest.first(100))
                .entries();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("count once under their key, however often they come and whoever submits them, too")
    void onceUnderTheirKey(Acceptance acceptance) throws InterruptedException {
        try (OrderProcessor orders = process(builder -> builder.acceptance(acceptance))) {
            Goods.seed(orders);
            for (int i = 0; i < ORDERS; i++) {
                if (i % 4 == 0) {
                    assertEquals(
                            SubmitOutcome.ACCEPTED, orders.submit(request(i, 1)).outcome());
                }
                put(json(key(i), 1));
                if (i % 4 < 2) {
                    put(json(key(i), 1));
                }
            }
            orders.workers(WorkerConfig.builder().maxBatch(10).build()).start();
            awaitEmptyQueue();
            // a queue that accepts alone looks nothing up
            SubmitOutcome again =
                    acceptance == Acceptance.QUEUE_ONLY ? SubmitOutcome.ACCEPTED : SubmitOutcome.DUPLICATE;
            for (int i = 0; i < ORDERS; i++) {
                put(json(key(i), i == 7 ? 2 : 1));
                assertEquals(again, orders.submit(request(i, 1)).outcome(), "order " + i);
            }
            awaitEmptyQueue();
            List<UUID> told = new ArrayList<>();
            orders.feeds().read(0, 500).events().forEach(event -> told.add(event.orderId()));
            List<UUID> ids = IntStream.range(0, ORDERS)
                    .mapToObj(i -> request(i, 1).id())
                    .sorted()
                    .toList();
            assertEquals(ids, told.stream().sorted().toList(), "each is told once");
            assertEquals(
                    Goods.BALANCE - ORDERS * Goods.PRICE,
                    orders.wallets().find(1).orElseThrow().balance());
            assertTrue(orders.audit().ok());
            List<DeadLetter> letters = letters(orders);
            assertEquals(1, letters.size(), letters::toString);
            assertEquals(DeadLetterReason.CONFLICT, letters.get(0).reason());
            assertEquals(request(7, 1).id(), letters.get(0).orderId().orElseThrow());
        }
    }

    @Test
    @DisplayName("count once under an id of their own, of whatever version")
    void onceUnderTheirId() throws InterruptedException {
        try (OrderProcessor orders = process(builder -> builder.acceptance(Acceptance.GROUP_JOURNAL))) {
            Goods.seed(orders);
            // what this process makes itself, what another program makes by its clock, and what is random
            List<UUID> ids = List.of(
                    OrderRequest.of(1).line(1, 1).build().id(),
                    UUID.fromString("0190163d-8694-7391-b3d5-1234567890ab"),
                    UUID.randomUUID());
            orders.workers(WorkerConfig.defaults()).start();
            for (int round = 0; round < 2; round++) {
                for (UUID id : ids) {
                    put(json("\"id\":\"" + id + "\"", 1));
                }
                awaitEmptyQueue();
            }
            for (UUID id : ids) {
                assertEquals(
                        OrderStatus.COMPLETED, orders.find(id).orElseThrow().status());
            }
            assertEquals(3, orders.feeds().read(0, 500).events().size());
            assertEquals(List.of(), letters(orders));
            assertTrue(orders.audit().ok());
        }
    }

    @Test
    @DisplayName("are set aside with the reason where they break a rule, and keep no neighbour from its verdict")
    void brokenOnes() throws InterruptedException {
        try (OrderProcessor orders = process(builder -> builder)) {
            Goods.seed(orders);
            put(json(key(0), 1));
            put(json(key(1), 0));
            put(json(key(2), 1).replace("\"buyer\"", "\"buyerId\""));
            put(json(key(3), 1).replace("{\"orderflow\"", "{ orderflow"));
            put(json(key(4), 1));
            orders.workers(WorkerConfig.defaults()).start();
            awaitEmptyQueue();
            assertEquals(
                    List.of(
                            "UNDECODABLE a JSON order must be one JSON object: at character 3: a text in double quotes"
                                    + " must stand here",
                            "UNDECODABLE field \"buyerId\" is unknown; the fields are buyer, holdFor, hostData, id,"
                                    + " idempotencyKey, lines, orderflow, payment, shop, urgent",
                            "UNDECODABLE lines[0].quantity must be between 1 and 1000000: 0"),
                    letters(orders).stream()
                            .map(letter -> letter.reason() + " " + letter.detail())
                            .sorted()
                            .toList());
            for (int good : new int[] {0, 4}) {
                assertEquals(
                        OrderStatus.COMPLETED,
                        orders.find(request(good, 1).id()).orElseThrow().status());
            }
            assertTrue(orders.audit().ok());
        }
    }

    @Test
    @DisplayName("are dead letters that can be read where the host does not take them")
    void whereTheyAreNotTaken() throws InterruptedException {
        try (OrderProcessor orders = process(builder -> builder.acceptJson(false))) {
            Goods.seed(orders);
            put(json(key(0), 1));
            orders.workers(WorkerConfig.defaults()).start();
            awaitEmptyQueue();
            DeadLetter letter = letters(orders).get(0);
            assertEquals(DeadLetterReason.UNDECODABLE, letter.reason());
            assertTrue(letter.detail().startsWith("a JSON order is taken with the option acceptJson"), letter::detail);
            OpenedDeadLetter opened = orders.deadLetters().find(letter.id()).orElseThrow();
            assertEquals(request(0, 1).id(), opened.contents().get(0).orderId());
            assertTrue(orders.find(request(0, 1).id()).isEmpty());
        }
    }
}
