package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterResult;
import io.orderflow.Order;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.Insist;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Orders that workers parked come back while workers run: each is decided once, and told once.
 * {@code -Dredrive.rounds=1000} tries longer.
 */
class BroughtBackTest {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final int ROUNDS = Integer.getInteger("redrive.rounds", 6);
    private static final int ORDERS = 8;

    /** Those whose decisions fail, as the literals of their ids. */
    private final Set<String> poisoned = ConcurrentHashMap.newKeySet();

    private final Set<UUID> told = ConcurrentHashMap.newKeySet();
    private final Set<UUID> toldTwice = ConcurrentHashMap.newKeySet();

    private final OrderListener listener = new OrderListener() {
        @Override
        public void decided(List<Decision> decisions) {
            decisions.stream()
                    .map(Decision::orderId)
                    .filter(id -> !told.add(id))
                    .forEach(toldTwice::add);
        }
    };

    private void poison(FaultPlan.Step step, String sql) throws SQLException {
        if (step == FaultPlan.Step.BEFORE_EXECUTE
                && sql.startsWith("INSERT INTO orderflow_order_line")
                && poisoned.stream().anyMatch(sql::contains)) {
            throw new SQLException("injected: value too long", "22001", 22001);
        }
    }

    private OrderProcessor processor(TestDatabase database, Acceptance acceptance, InMemoryQueue queue) {
        OrderProcessor orders = OrderProcessor.builder(
                        new FaultyDataSource(database.dataSource(8), (step, sql) -> poison(step, sql)))
                .acceptance(acceptance)
                .createTables(true)
                .queue(queue)
                .listener(listener)
                .build()
                .start();
        orders.inventory().define(1, 10, 100_000, "product");
        orders.wallets().open(1, 1_000_000, "wallet");
        return orders;
    }

    private List<OrderRequest> parked(OrderProcessor orders, int count) {
        List<OrderRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            OrderRequest request = OrderRequest.of(1).line(1, 1).build();
            poisoned.add(SqlText.id(request.id()));
            requests.add(request);
        }
        Insist.onAcceptance(orders, requests);
        Eventually.await(
                "all are parked",
                BOUND,
                () -> letters(orders).size() == count,
                () -> letters(orders).toString());
        poisoned.clear();
        return requests;
    }

    private static List<DeadLetter> letters(OrderProcessor orders) {
        return orders.deadLetters()
                .page(DeadLetterFilter.ALL, PageRequest.first(PageRequest.LARGEST))
                .entries();
    }

    @ParameterizedTest
    @EnumSource(
            value = Acceptance.class,
            names = {"ROW_JOURNAL", "GROUP_JOURNAL"})
    void aParkedOrderIsDecidedWhenItComesBack(Acceptance acceptance) throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                OrderProcessor orders =
                        processor(database, acceptance, InMemoryQueue.builder().build())) {
            orders.workers(WorkerConfig.defaults()).start();
            OrderRequest request = parked(orders, 1).get(0);
            Order before = orders.find(request.id()).orElseThrow();
            assertEquals(OrderStatus.PARKED, before.status());
            DeadLetter letter = letters(orders).get(0);
            assertEquals(3, letter.attempts().orElseThrow());
            assertInstanceOf(DeadLetterResult.Done.class, orders.deadLetters().redrive(letter.id(), "a test"));
            Order after = orders.await(request.id(), BOUND).orElseThrow();
            assertEquals(OrderStatus.COMPLETED, after.status());
            assertEquals(before.createdAt(), after.createdAt());
            Insist.onAcceptance(orders, List.of(request));
            orders.await(request.id(), BOUND);
            assertEquals(999_990, orders.wallets().find(1).orElseThrow().balance(), "charged once");
            assertTrue(orders.audit().ok(), () -> orders.audit().toString());
        }
    }

    /** Two processes with the frame of each round in their queues, and a third that brings its orders back. */
    @ParameterizedTest
    @EnumSource
    void ofOrdersThatComeBackWhileTheirFramesAreDeliveredEachIsDecidedOnce(TestDatabase.Kind kind) throws Exception {
        InMemoryQueue one = InMemoryQueue.builder().build();
        InMemoryQueue two = InMemoryQueue.builder().build();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (TestDatabase database = TestDatabase.open(kind);
                OrderProcessor first = processor(database, Acceptance.ROW_JOURNAL, one);
                OrderProcessor second = processor(database, Acceptance.ROW_JOURNAL, two)) {
            first.workers(WorkerConfig.builder().threads(2).build()).start();
            second.workers(WorkerConfig.defaults()).start();
            for (int round = 0; round < ROUNDS; round++) {
                List<OrderRequest> requests = parked(first, ORDERS);
                byte[] frame = FrameCodec.encode(
                        Frame.NO_SHOP, requests.stream().map(OrderEntry::of).toList());
                CyclicBarrier start = new CyclicBarrier(3);
                List<Future<?>> all = List.of(
                        threads.submit(() -> publish(start, one, frame)),
                        threads.submit(() -> publish(start, two, frame)),
                        threads.submit(() -> redriveAll(start, second)));
                for (Future<?> each : all) {
                    each.get(BOUND.toSeconds(), TimeUnit.SECONDS);
                }
                for (OrderRequest request : requests) {
                    assertEquals(
                            OrderStatus.COMPLETED,
                            first.await(request.id(), BOUND).orElseThrow().status());
                }
                assertTrue(first.audit().ok(), () -> first.audit().toString());
            }
            assertEquals(
                    1_000_000 - 10L * ROUNDS * ORDERS,
                    first.wallets().find(1).orElseThrow().balance());
            Eventually.await(
                    "all are told", BOUND, () -> told.size() == ROUNDS * ORDERS, () -> told.size() + " are told");
            assertEquals(Set.of(), toldTwice);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void publish(CyclicBarrier start, InMemoryQueue queue, byte[] frame) throws Exception {
        start.await();
        for (int i = 0; i < 5; i++) {
            queue.publish(frame.clone(), BOUND);
        }
        return null;
    }

    private static Void redriveAll(CyclicBarrier start, OrderProcessor orders) throws Exception {
        start.await();
        assertEquals(
                ORDERS,
                orders.deadLetters()
                        .redriveAll(DeadLetterFilter.ALL, "a test", tally -> {})
                        .done());
        return null;
    }
}
