package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each meter moves when its thing happens. */
class OrderMetricsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final InMemoryQueue queue = InMemoryQueue.builder().build();
    private TestDatabase database;
    private HikariDataSource pool;
    private FaultyDataSource faulty;
    private OrderProcessor orders;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
        pool = database.dataSource(10);
        faulty = new FaultyDataSource(pool, FaultPlan.NONE);
        OrderSchema.of(pool).createOrUpgrade();
    }

    @AfterEach
    void close() {
        faulty.setPlan(FaultPlan.NONE);
        orders.close();
        pool.close();
        database.close();
        queue.close();
    }

    /** One product with ten pieces at 100, one wallet with 1000. */
    private void start(UnaryOperator<OrderProcessor.Builder> settings) {
        orders = settings.apply(OrderProcessor.builder(faulty).queue(queue)).build();
        OrderMetrics metrics = new OrderMetrics(orders);
        metrics.bindTo(registry);
        metrics.bindTo(registry);
        orders.start();
        orders.inventory().applyAll(List.of(StockAdjustment.define(1, 100, 10, "stock")));
        orders.wallets().applyAll(List.of(WalletAdjustment.open(1, 1000, "wallet")));
    }

    private void work() {
        orders.workers(WorkerConfig.defaults()).start();
    }

    private static OrderRequest order(long buyer, long product, int quantity) {
        return OrderRequest.of(buyer).line(product, quantity).build();
    }

    private double count(String name, String... tags) {
        return registry.get("orderflow." + name).tags(tags).counter().count();
    }

    /** A blocking caller may go on a moment before its answer is counted. */
    private void awaitCount(double expected, String name, String... tags) {
        Eventually.await(
                name + " is " + expected,
                BOUND,
                () -> count(name, tags) == expected,
                () -> Double.toString(count(name, tags)));
    }

    private double gauge(String name) {
        return registry.get("orderflow." + name).gauge().value();
    }

    private void awaitGauge(String name, Predicate<Double> expected) {
        Eventually.await(name, BOUND, () -> expected.test(gauge(name)), () -> Double.toString(gauge(name)));
    }

    @Test
    void submissionsAndVerdicts() {
        start(builder -> builder);
        OrderRequest good = OrderRequest.of(1).idempotencyKey("k").line(1, 2).build();
        assertInstanceOf(SubmitResult.Accepted.class, orders.submit(good));
        assertInstanceOf(SubmitResult.Duplicate.class, orders.submit(good));
        assertInstanceOf(
                SubmitResult.Conflict.class,
                orders.submit(OrderRequest.of(1).idempotencyKey("k").line(1, 3).build()));
        orders.submit(order(1, 77, 1));
        orders.submit(order(1, 1, 9));
        work();
        awaitCount(1, "orders.completed");
        awaitCount(1, "orders.rejected", "reason", "unknown_product");
        awaitCount(1, "orders.rejected", "reason", "insufficient_stock");
        assertEquals(0, count("orders.rejected", "reason", "insufficient_funds"));
        awaitCount(3, "orders.accepted");
        awaitCount(1, "orders.duplicates");
        awaitCount(1, "orders.conflicts");
        assertEquals(2, count("retries", "cause", "duplicate_key"));
        Timer accept = registry.get("orderflow.accept").timer();
        Eventually.await("3 times to Accepted", BOUND, () -> accept.count() == 3, () -> Long.toString(accept.count()));
        assertTrue(accept.totalTime(accept.baseTimeUnit()) > 0);
        DistributionSummary groups = registry.get("orderflow.group.size").summary();
        assertEquals(5, groups.totalAmount());
        DistributionSummary batches = registry.get("orderflow.batch.size").summary();
        assertEquals(3, batches.totalAmount());
        Timer decide = registry.get("orderflow.decide").timer();
        assertEquals(batches.count(), decide.count());
        assertTrue(decide.totalTime(decide.baseTimeUnit()) > 0);
    }

    @Test
    void changes() {
        start(builder -> builder);
        OrderRequest bought = order(1, 1, 1);
        OrderRequest open = order(1, 1, 1);
        orders.changes().cancel(open, "a");
        orders.changes().cancel(open, "a");
        orders.submit(bought);
        work();
        awaitCount(1, "orders.completed");
        orders.changes().refund(RefundRequest.rest(bought.id(), "a"));
        orders.changes().refund(RefundRequest.rest(bought.id(), "b"));
        awaitCount(1, "cancellations", "outcome", "cancelled");
        awaitCount(1, "cancellations", "outcome", "duplicate");
        awaitCount(1, "refunds", "outcome", "refunded");
        awaitCount(1, "refunds", "outcome", "more_than_left");
        assertEquals(0, count("refunds", "outcome", "limit_exceeded"));
    }

    @Test
    void answersThatAreNoYes() {
        // long enough for a busy machine to fill the buffer before the first of its orders is given up
        start(builder -> builder.bufferCapacity(1)
                .journalTimeout(Duration.ofMillis(1_500))
                .submitTimeout(Duration.ofSeconds(2)));
        assertInstanceOf(SubmitResult.Accepted.class, orders.submit(order(1, 1, 1)));
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch inJournal = new CountDownLatch(1);
        faulty.setPlan((step, sql) -> {
            if (sql.startsWith("INSERT INTO")) {
                inJournal.countDown();
                uninterruptibly(over);
            }
        });
        try {
            CompletableFuture<SubmitResult> hangs = orders.submitAsync(order(1, 1, 1));
            uninterruptibly(inJournal);
            CompletableFuture<SubmitResult> waits = orders.submitAsync(order(1, 1, 1));
            assertInstanceOf(
                    SubmitResult.Overloaded.class,
                    orders.submitAsync(order(1, 1, 1)).join());
            assertEquals(1, count("orders.overloaded"));
            assertInstanceOf(SubmitResult.Unknown.class, hangs.join());
            waits.join();
            assertEquals(1, count("orders.unknown"));
            assertInstanceOf(SubmitResult.Unavailable.class, orders.submit(order(1, 1, 1)));
            assertInstanceOf(
                    SubmitResult.Unavailable.class,
                    orders.submitAsync(order(1, 1, 1)).join());
            Eventually.await("6 answers", BOUND, () -> answers() == 6, () -> Double.toString(answers()));
            assertTrue(count("orders.unavailable") >= 2);
        } finally {
            over.countDown();
        }
    }

    private double answers() {
        return count("orders.accepted")
                + count("orders.overloaded")
                + count("orders.unknown")
                + count("orders.unavailable");
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void recovery() throws SQLException {
        start(builder -> builder);
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            orders.place(connection, order(1, 1, 1));
            connection.commit();
        }
        work();
        awaitCount(1, "orders.recovered");
        assertEquals(1, count("orders.completed"));
        assertEquals(0, count("orders.urgent"));
    }

    /** Also where recovery decided it, which is no sign of a queue that lost something. */
    @Test
    void urgentOrders() throws SQLException {
        start(builder -> builder);
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            orders.place(connection, OrderRequest.of(1).line(1, 1).urgent().build());
            connection.commit();
        }
        work();
        awaitCount(1, "orders.urgent");
        assertEquals(1, count("orders.completed"));
        assertEquals(0, count("orders.recovered"));
    }

    @Test
    void deadlocks() {
        start(builder -> builder);
        AtomicBoolean once = new AtomicBoolean(true);
        faulty.setPlan((step, sql) -> {
            if (sql.startsWith("SELECT id, status") && once.getAndSet(false)) {
                throw FaultPlan.deadlock();
            }
        });
        orders.submit(order(1, 1, 1));
        work();
        awaitCount(1, "orders.completed");
        assertEquals(1, count("deadlocks"));
        assertEquals(1, count("retries", "cause", "contention"));
    }

    @Test
    void deadLettersAndParkedOrders() throws Exception {
        start(builder -> builder);
        OrderRequest poison = order(1, 1, 1);
        faulty.setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.startsWith("INSERT INTO orderflow_order_line")
                    && sql.contains(SqlText.id(poison.id()))) {
                throw new SQLException("as the test wants", "22001", 1406);
            }
        });
        queue.publish(new byte[] {1, 2, 3}, Duration.ofSeconds(1));
        orders.submit(poison);
        work();
        awaitCount(1, "dead.letters", "reason", "undecodable");
        awaitCount(1, "dead.letters", "reason", "poison");
        awaitCount(1, "orders.parked", "reason", "poison");
        assertEquals(0, count("orders.parked", "reason", "crashed_worker"));
        assertTrue(count("retries", "cause", "poison") >= 2);
    }

    @Test
    void redeliveries() throws Exception {
        start(builder -> builder);
        orders.submit(order(1, 1, 1));
        try (QueueConsumer other = queue.openConsumer(Duration.ofSeconds(10))) {
            List<Delivery> held = other.receive(1, Duration.ofSeconds(30));
            assertEquals(1, held.size());
            other.release(held);
        }
        work();
        awaitCount(1, "messages.redelivered");
    }

    @Test
    void howFarFeedsAreBehind() throws SQLException {
        start(builder -> builder);
        awaitGauge("feed.behind", batches -> batches == 0);
        try (Connection connection = faulty.getConnection()) {
            connection.setAutoCommit(false);
            assertEquals(List.of(), orders.feed("shipping", FeedStart.NOW).poll(connection, 1));
            connection.commit();
        }
        orders.inventory().restock(1, 1, "an adjustment is a batch too");
        awaitGauge("feed.behind", batches -> batches == 1);
        awaitGauge("feed.lag", age -> age > 0);
    }

    @Test
    void depthAndOldestPending() {
        start(builder -> builder);
        awaitGauge("queue.depth", depth -> depth == 0);
        awaitGauge("orders.oldest.pending", age -> age == 0);
        orders.submit(order(1, 1, 1));
        awaitGauge("queue.depth", depth -> depth == 1);
        awaitGauge("orders.oldest.pending", age -> age > 0);
        faulty.setPlan((step, sql) -> {
            throw new SQLException("away", "08001");
        });
        awaitGauge("orders.oldest.pending", age -> age.isNaN());
    }

    @Test
    void holdsAndTheirEnds() throws SQLException {
        start(builder -> builder);
        awaitGauge("holds.overdue", age -> age == 0);
        List<OrderRequest> held = IntStream.range(0, 3)
                .mapToObj(i -> OrderRequest.of(1)
                        .line(1, 1)
                        .holdFor(Duration.ofMinutes(9))
                        .build())
                .toList();
        held.forEach(orders::submit);
        WorkerRunner runner = orders.workers(WorkerConfig.defaults()).start();
        awaitCount(3, "orders.reserved");
        assertEquals(0, count("orders.completed"));
        orders.changes().confirm(held.get(0).id(), "a");
        ReleaseRequest release = new ReleaseRequest(held.get(1).id(), "a");
        orders.changes().releaseAsync(release).join();
        orders.changes().releaseAsync(release).join();
        orders.changes().confirmAsync(new ConfirmRequest(held.get(1).id(), "b")).join();
        assertEquals(1, count("confirmations", "outcome", "not_reserved"));
        assertEquals(1, count("confirmations", "outcome", "confirmed"));
        assertEquals(1, count("releases", "outcome", "released"));
        assertEquals(1, count("releases", "outcome", "duplicate"));
        runner.close();
        try (Connection connection = faulty.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE orderflow_hold SET deadline = '2020-01-01 00:00:00'");
        }
        awaitGauge("holds.overdue", age -> age > 0);
        work();
        awaitCount(1, "orders.expired");
    }

    @Test
    void aPauseOfDeciding() {
        start(builder -> builder);
        awaitGauge("deciding.paused", paused -> paused == 0);
        orders.deciding().pause("duty", "a test");
        awaitGauge("deciding.paused", paused -> paused == 1);
    }

    @Test
    void tagsTellProcessorsApart() {
        start(builder -> builder);
        new OrderMetrics(orders, List.of(Tag.of("shop", "second"))).bindTo(registry);
        orders.submit(order(1, 1, 1));
        awaitCount(1, "orders.accepted", "shop", "second");
    }
}
