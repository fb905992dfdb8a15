package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.CancelResult.Cancelled;
import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.OrderChanges;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.RefundResult.Refunded;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.Insist;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders are cancelled and refunded inside transactions of the host's. {@code -Dcancel.rounds=10000} tries longer. */
class HostChangesTest extends DatabaseContract {
    private static final int ROUNDS = Integer.getInteger("cancel.rounds", 50);
    private static final Duration BOUND = Duration.ofSeconds(60);

    private OrderChanges changes;

    @BeforeEach
    void open() {
        changes = shop().changes();
        for (long i = 1; i <= 2; i++) {
            shop().inventory().define(i, 10, 1_000, "product-" + i);
            shop().wallets().open(i, 100_000, "wallet-" + i);
        }
    }

    private long balance(long buyer) {
        return shop().wallets().find(buyer).orElseThrow().balance();
    }

    private OrderEntry completed(int quantity) {
        OrderEntry order = order(1, 1, quantity);
        shop().decide(List.of(order));
        return order;
    }

    private OrderEntry pending() {
        OrderEntry order = order(1, 1, 1);
        shop().journal(List.of(order));
        return order;
    }

    @Test
    void aChangeHoldsWithTheTransactionAndNotWithoutIt() throws SQLException {
        OrderEntry bought = completed(5);
        OrderEntry open = pending();
        RefundRequest refund = RefundRequest.of(bought.id(), "back", new RefundLine(0, 2));
        CancelRequest cancel = new CancelRequest(open.id(), "off");
        try (Connection host = shop().foreign()) {
            for (boolean committed : new boolean[] {false, true}) {
                assertInstanceOf(Cancelled.class, changes.cancel(host, cancel));
                assertEquals(
                        20,
                        assertInstanceOf(Refunded.class, changes.refund(host, refund))
                                .amount());
                assertInstanceOf(RefundResult.Duplicate.class, changes.refund(host, refund));
                if (!committed) {
                    host.rollback();
                    assertEquals(0, shop().count("orderflow_order_change"));
                    assertEquals(99_950, balance(1));
                }
            }
            host.commit();
        }
        assertEquals(99_970, balance(1));
        assertInstanceOf(RefundResult.Duplicate.class, changes.refund(refund));
        assertInstanceOf(CancelResult.Duplicate.class, changes.cancel(open.id(), "off"));
        assertEquals(1, shop().decide(List.of(open)).skipped());
    }

    @Test
    void manyAreOneCall() throws SQLException {
        List<OrderEntry> all = Collections.nCopies(Limits.BATCH_ORDERS, 0).stream()
                .map(i -> order(1, 1, 1))
                .toList();
        shop().decide(all.subList(0, 250));
        try (Connection host = shop().foreign()) {
            List<RefundResult> refunds = changes.refundAll(
                    host,
                    all.stream()
                            .map(order -> RefundRequest.rest(order.id(), "a"))
                            .toList());
            assertEquals(
                    250, refunds.stream().filter(Refunded.class::isInstance).count());
            List<CancelResult> cancels = changes.cancelAll(
                    host,
                    all.subList(250, 500).stream()
                            .map(order -> CancelRequest.of(request(order), "a"))
                            .toList());
            assertTrue(cancels.stream().allMatch(Cancelled.class::isInstance), cancels::toString);
            assertEquals(List.of(), changes.refundAll(host, List.of()));
            host.commit();
            List<RefundRequest> tooMany =
                    Collections.nCopies(501, RefundRequest.rest(all.get(0).id(), "b"));
            assertThrows(IllegalArgumentException.class, () -> changes.refundAll(host, tooMany));
        }
        assertEquals(100_000, balance(1));
        assertEquals(500, shop().count("orderflow_order_change"));
    }

    private static OrderRequest request(OrderEntry order) {
        return OrderRequest.of(order.buyer()).id(order.id()).line(1, 1).build();
    }

    @Test
    void whatCannotBeAPartOfTheTransactionIsRefused() throws SQLException {
        RefundRequest refund = RefundRequest.rest(completed(1).id(), "a");
        try (Connection host = shop().foreign()) {
            host.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThrows(IllegalArgumentException.class, () -> changes.refund(host, refund));
            host.rollback();
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            host.setAutoCommit(true);
            assertThrows(IllegalArgumentException.class, () -> changes.refund(host, refund));
            if (kind() != TestDatabase.Kind.H2) {
                host.setAutoCommit(false);
                host.setReadOnly(true);
                assertThrows(IllegalArgumentException.class, () -> changes.refund(host, refund));
                host.setReadOnly(false);
            }
        }
        assertEquals(0, shop().count("orderflow_order_change"));
    }

    @Test
    void nothingAboutTheConnectionIsChanged() throws SQLException {
        OrderEntry order = completed(1);
        try (Connection host = shop().foreign()) {
            String before = settings(host);
            changes.cancel(host, new CancelRequest(order.id(), "a"));
            changes.refund(host, RefundRequest.rest(order.id(), "a"));
            assertEquals(before, settings(host));
            host.rollback();
        }
    }

    private String settings(Connection connection) throws SQLException {
        String query = kind() == TestDatabase.Kind.H2
                ? "SELECT LOCK_TIMEOUT()"
                : "SELECT CONCAT_WS(' ', @@SESSION.innodb_lock_wait_timeout, @@SESSION.wait_timeout)";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1) + " " + connection.getNetworkTimeout() + " " + connection.getAutoCommit() + " "
                    + connection.getTransactionIsolation();
        }
    }

    /** Each statement fails once, with the transaction still open or ended by the server; the host commits the rest. */
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_EXECUTE", "AFTER_EXECUTE"})
    void afterAFailureTheHostMayGoOn(Step step) throws SQLException {
        for (Supplier<SQLException> failure :
                List.<Supplier<SQLException>>of(FaultPlan::lockWaitTimeout, FaultPlan::deadlock)) {
            int failing = 0;
            boolean failed = true;
            while (failed) {
                failed = failsAt(step, ++failing, failure);
                assertTrue(failing < 60, "a call of more than 60 statements");
            }
            assertTrue(failing > 8, "statements that failed: " + failing);
        }
    }

    private boolean failsAt(Step step, int failing, Supplier<SQLException> failure) throws SQLException {
        List<RefundRequest> refunds = List.of(
                RefundRequest.of(completed(5).id(), "some", new RefundLine(0, 2)),
                RefundRequest.rest(completed(3).id(), "all"));
        List<CancelRequest> cancels =
                List.of(new CancelRequest(pending().id(), "a"), CancelRequest.of(request(order(1, 1, 1)), "a"));
        AtomicInteger steps = new AtomicInteger();
        int failures = 0;
        try (Connection host = shop().dataSource().getConnection()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            shop().dataSource().setPlan((now, sql) -> {
                if (now == step && steps.incrementAndGet() == failing) {
                    throw failure.get();
                }
            });
            failures += fails(() -> changes.refundAll(host, refunds));
            failures += fails(() -> changes.cancelAll(host, cancels));
            shop().dataSource().setPlan(FaultPlan.NONE);
            host.commit();
        }
        assertTrue(shop().audit().ok(), () -> "step " + failing + ": " + shop().audit());
        changes.refundAll(refunds);
        changes.cancelAll(cancels);
        assertEquals(0, shop().count("orderflow_orders") % 4);
        assertEquals(shop().count("orderflow_orders"), shop().count("orderflow_order_change"));
        return failures > 0;
    }

    /** A call. */
    @FunctionalInterface
    private interface Call {
        void run() throws SQLException;
    }

    private static int fails(Call call) {
        try {
            call.run();
            return 0;
        } catch (SQLException e) {
            assertTrue(e.getMessage().contains("injected"), e::toString);
            return 1;
        }
    }

    /** What the host holds keeps only those waiting that need it, and they are decided when it ends. */
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void ordersOfOthersGoOnMeanwhile(Step end) throws Exception {
        boolean commits = end == Step.AFTER_COMMIT;
        OrderEntry bought = completed(5);
        OrderRequest off = OrderRequest.of(2).line(2, 1).build();
        OrderRequest held = OrderRequest.of(2).line(1, 996).build();
        List<OrderRequest> others = Collections.nCopies(20, 0).stream()
                .map(i -> OrderRequest.of(2).line(2, 1).build())
                .toList();
        try (OrderProcessor orders =
                        OrderProcessor.builder(shop().dataSource()).build().start();
                Connection host = shop().foreign()) {
            assertInstanceOf(Cancelled.class, orders.changes().cancel(host, CancelRequest.of(off, "a")));
            assertInstanceOf(Refunded.class, orders.changes().refund(host, RefundRequest.rest(bought.id(), "a")));
            orders.workers(WorkerConfig.defaults()).start();
            Insist.onAcceptance(orders, List.of(held));
            Insist.onAcceptance(orders, others);
            for (OrderRequest other : others) {
                assertEquals(OrderStatus.COMPLETED, status(orders, other));
            }
            assertEquals(
                    OrderStatus.PENDING, orders.find(held.id()).orElseThrow().status());
            if (commits) {
                host.commit();
            } else {
                host.rollback();
            }
            orders.afterCommit();
            // with the five pieces that came back there are enough
            assertEquals(commits ? OrderStatus.COMPLETED : OrderStatus.REJECTED, status(orders, held));
            Insist.onAcceptance(orders, List.of(off));
            assertEquals(commits ? OrderStatus.CANCELLED : OrderStatus.COMPLETED, status(orders, off));
        }
    }

    private static OrderStatus status(OrderProcessor orders, OrderRequest request) throws InterruptedException {
        return orders.await(request.id(), BOUND).map(Order::status).orElseThrow();
    }

    /** A host cancels by the request what a worker decides at that moment without looking for its row. */
    @Test
    void cancelAgainstDecide() throws Exception {
        Engine engine = new Engine(shop().tables(), step -> {});
        ExecutorService thread = Executors.newSingleThreadExecutor();
        int cancelled = 0;
        try (Session session = shop().session();
                Connection host = shop().foreign()) {
            for (int round = 0; round < ROUNDS; round++) {
                OrderEntry order = order(1, 1, 1);
                CyclicBarrier gate = new CyclicBarrier(2);
                Future<?> other = thread.submit(() -> {
                    gate.await();
                    CancelTest.decide(engine, session, List.of(order));
                    return null;
                });
                gate.await();
                cancelled += cancelInTheEnd(host, order) ? 1 : 0;
                other.get();
            }
        } finally {
            thread.shutdownNow();
        }
        assertEquals(100_000 - 10L * (ROUNDS - cancelled), balance(1));
        assertTrue(cancelled > 0, "cancelled " + cancelled + " of " + ROUNDS);
    }

    /** As a host does: its transaction again when it lost. */
    private boolean cancelInTheEnd(Connection host, OrderEntry order) throws SQLException {
        while (true) {
            try {
                CancelResult result = changes.cancel(host, CancelRequest.of(request(order), "a"));
                host.commit();
                return result instanceof Cancelled;
            } catch (SQLException e) {
                host.rollback();
                assertTrue(e.getErrorCode() != 0, e::toString);
            }
        }
    }
}
