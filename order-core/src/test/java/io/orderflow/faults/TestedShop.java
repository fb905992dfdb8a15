package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.AdjustmentResult;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.model.Insist;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A host under test: a database, a pool, a started processor, and the book of what it submitted. Closing it closes all
 * of them and makes sure that no thread and no connection is left behind.
 */
final class TestedShop implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(60);
    static final Duration LEASE = Duration.ofSeconds(2);

    private static final int POOL = 8;

    private final TestDatabase database;
    private final HikariDataSource pool;
    private final OrderProcessor orders;
    private final Book book = new Book();
    private final ShopChecker checker;

    private TestedShop(TestDatabase database, HikariDataSource pool, UnaryOperator<OrderProcessor.Builder> settings) {
        this.database = database;
        this.pool = pool;
        this.orders = settings.apply(OrderProcessor.builder(pool)).build().start();
        this.checker = new ShopChecker(database, pool, orders);
    }

    /** A shop with its tables and its goods. */
    static TestedShop open(TestDatabase database) {
        return open(database, database.jdbcUrl(), builder -> builder);
    }

    /** The same, with a journal of that kind. */
    static TestedShop open(TestDatabase database, Acceptance acceptance) {
        return open(database, database.jdbcUrl(), builder -> builder.acceptance(acceptance));
    }

    /** A shop with its tables and its goods that reaches its database by another URL. */
    static TestedShop open(TestDatabase database, String url, UnaryOperator<OrderProcessor.Builder> settings) {
        HikariDataSource pool = pool(database, url);
        OrderSchema.of(pool).createOrUpgrade();
        TestedShop shop = new TestedShop(database, pool, settings);
        Goods.seed(shop.orders);
        return shop;
    }

    /** A shop on the tables as they are, or are not. */
    static TestedShop reopen(TestDatabase database, String url, UnaryOperator<OrderProcessor.Builder> settings) {
        return new TestedShop(database, pool(database, url), settings);
    }

    private static HikariDataSource pool(TestDatabase database, String url) {
        return database.dataSource(POOL, url);
    }

    OrderProcessor orders() {
        return orders;
    }

    HikariDataSource pool() {
        return pool;
    }

    TestDatabase database() {
        return database;
    }

    Book book() {
        return book;
    }

    ShopChecker checker() {
        return checker;
    }

    /** Two workers with the shortest lease. */
    WorkerRunner startWorkers() {
        return orders.workers(WorkerConfig.builder().threads(2).lease(LEASE).build())
                .start();
    }

    /** Submits and enters the answer into the book. */
    SubmitResult submit(OrderRequest request) {
        SubmitResult result = orders.submit(request);
        book.answered(request, result);
        return result;
    }

    /** Submits until the order is accepted, as a patient buyer does, and enters the answer into the book. */
    void accept(OrderRequest request) {
        book.answered(request, Insist.onAcceptance(orders, List.of(request)).get(0));
    }

    /** Leaves so many pieces of the hot product. */
    void makeScarce(long pieces) {
        long available = orders.inventory().find(Goods.HOT).orElseThrow().available();
        AdjustmentResult result = orders.inventory().correct(Goods.HOT, pieces - available, "scarce");
        assertInstanceOf(AdjustmentResult.Applied.class, result);
    }

    /** Waits until that many orders are decided. */
    void awaitDecided(long count) {
        Eventually.await(count + " orders decided", BOUND, () -> checker.decided() >= count, checker::state);
    }

    /** Waits until nothing is pending. */
    void awaitDrained() {
        Eventually.await("no order is pending", BOUND, () -> checker.pending() == 0, checker::state);
    }

    /** Submits again what nobody knows the fate of, waits for all verdicts and checks everything. */
    void settle() {
        settle(book);
    }

    /** The same with a book that others wrote. */
    void settle(Book book) {
        // again and again, as a caller would: right after a fault the intake may still refuse
        Eventually.await(
                "what nobody knows the fate of is answered when it is submitted again (I9)",
                BOUND,
                () -> submitAgain(book),
                book::toString);
        awaitDrained();
        checker.check(book);
    }

    private boolean submitAgain(Book book) {
        List<OrderRequest> unsettled = book.unsettled();
        List<SubmitResult> again = orders.submitAll(unsettled);
        for (int i = 0; i < again.size(); i++) {
            book.answered(unsettled.get(i), again.get(i));
        }
        return book.unknown().isEmpty();
    }

    /** Closes the shop but not its database, which others go on with; the pool is closed. */
    void leaveDatabase() {
        orders.close();
        Leaks.awaitNoThreads();
        assertEquals(0, pool.getHikariPoolMXBean().getActiveConnections(), "connections that did not come back");
        pool.close();
    }

    @Override
    public void close() {
        try (database) {
            leaveDatabase();
        }
    }
}
