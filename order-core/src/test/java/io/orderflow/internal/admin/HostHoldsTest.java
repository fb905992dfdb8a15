package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.ConfirmResult.Confirmed;
import io.orderflow.Limits;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundRequest;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.ReleaseResult.Released;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.ExpiryTransaction.Fate;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds end inside transactions of the host's. */
class HostHoldsTest extends DatabaseContract {
    private OrderChanges changes;

    @BeforeEach
    void open() {
        changes = shop().changes();
        shop().inventory().define(1, 10, 10_000, "product-1");
        shop().inventory().define(2, 10, 1_000, "product-2");
        shop().wallets().open(1, 100_000, "wallet");
    }

    private static OrderEntry order(long product) {
        return OrderEntry.of(
                OrderRequest.of(1).line(product, 1).holdFor(Duration.ofHours(1)).build());
    }

    private OrderEntry held(long product) {
        OrderEntry order = order(product);
        shop().decide(List.of(order));
        return order;
    }

    private static ConfirmRequest confirmation(OrderEntry order) {
        return new ConfirmRequest(order.id(), "a");
    }

    private static ReleaseRequest release(OrderEntry order) {
        return new ReleaseRequest(order.id(), "a");
    }

    private long balance() {
        return shop().wallets().find(1).orElseThrow().balance();
    }

    @Test
    void anEndHoldsWithTheTransactionAndNotWithoutIt() throws SQLException {
        OrderEntry bought = held(1);
        OrderEntry unwanted = held(1);
        try (Connection host = shop().foreign()) {
            for (boolean committed : new boolean[] {false, true}) {
                Confirmed done = assertInstanceOf(Confirmed.class, changes.confirm(host, confirmation(bought)));
                assertEquals(
                        new ConfirmResult.Duplicate(bought.id(), done.decision()),
                        changes.confirm(host, confirmation(bought)));
                assertEquals(
                        10,
                        assertInstanceOf(Released.class, changes.release(host, release(unwanted)))
                                .amount());
                assertInstanceOf(ReleaseResult.Duplicate.class, changes.release(host, release(unwanted)));
                if (!committed) {
                    host.rollback();
                    assertEquals(0, shop().count("orderflow_order_change"));
                    assertEquals(2, shop().count("orderflow_hold"));
                    assertEquals(99_980, balance());
                }
            }
            host.commit();
        }
        assertEquals(0, shop().count("orderflow_hold"));
        assertEquals(99_990, balance());
        assertInstanceOf(ConfirmResult.Duplicate.class, changes.confirm(bought.id(), "a"));
        assertInstanceOf(ReleaseResult.Duplicate.class, changes.release(unwanted.id(), "a"));
    }

    @Test
    void manyAreOneCall() throws SQLException {
        List<OrderEntry> all =
                Stream.generate(() -> order(1)).limit(Limits.BATCH_ORDERS).toList();
        shop().decide(all);
        try (Connection host = shop().foreign()) {
            changes.releaseAll(host, all.stream().map(HostHoldsTest::release).toList())
                    .forEach(result -> assertInstanceOf(Released.class, result));
            host.rollback();
            changes.confirmAll(
                            host, all.stream().map(HostHoldsTest::confirmation).toList())
                    .forEach(result -> assertInstanceOf(Confirmed.class, result));
            host.commit();
            assertEquals(List.of(), changes.confirmAll(host, List.of()));
        }
        assertEquals(Limits.BATCH_ORDERS, shop().count("orderflow_order_change"));
    }

    /** There is no second try in a transaction of the host's, so it is seen before anything is written. */
    @Test
    void whatDoesNotFitStaysReservedAndTheRestIsDone() throws SQLException {
        OrderEntry full = held(2);
        OrderEntry fits = held(1);
        shop().inventory().restock(2, Limits.BALANCE - 999, "full");
        try (Connection host = shop().foreign()) {
            List<ReleaseResult> results = changes.releaseAll(host, List.of(release(full), release(fits)));
            assertEquals(new ReleaseResult.LimitExceeded(full.id()), results.get(0));
            assertInstanceOf(Released.class, results.get(1));
            host.commit();
        }
        assertEquals(1, shop().count("orderflow_hold"));
    }

    @Test
    void whatIsNotReservedIsTold() throws SQLException {
        OrderEntry carried = order(1);
        OrderEntry unknown = order(1);
        OrderEntry expired = held(1);
        shop().journalGroup(List.of(carried));
        shop().expire(List.of(expired));
        try (Connection host = shop().foreign()) {
            List<ConfirmResult> results = changes.confirmAll(
                    host,
                    Stream.of(carried, unknown, expired)
                            .map(HostHoldsTest::confirmation)
                            .toList());
            assertEquals(
                    OrderStatus.PENDING,
                    assertInstanceOf(ConfirmResult.NotReserved.class, results.get(0))
                            .order()
                            .status());
            assertEquals(new ConfirmResult.NotFound(unknown.id()), results.get(1));
            assertInstanceOf(ConfirmResult.Expired.class, results.get(2));
            host.rollback();
        }
    }

    /** Each statement fails once; the host commits the rest. What is left is done by the same calls again. */
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_EXECUTE", "AFTER_EXECUTE"})
    void afterAFailureTheHostMayGoOn(Step step) throws SQLException {
        int failing = 0;
        boolean failed = true;
        while (failed) {
            failed = failsAt(step, ++failing);
            assertTrue(failing < 60, "calls of more than 60 statements");
        }
        assertTrue(failing > 12, "statements that failed: " + failing);
        assertEquals(List.of("1 " + failing, "9 " + failing), statuses());
    }

    private boolean failsAt(Step step, int failing) throws SQLException {
        List<OrderEntry> both = List.of(order(1), order(1));
        shop().decide(both);
        AtomicInteger steps = new AtomicInteger();
        boolean failed;
        try (Connection host = shop().dataSource().getConnection()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            shop().dataSource().setPlan((now, sql) -> {
                if (now == step && steps.incrementAndGet() == failing) {
                    throw FaultPlan.lockWaitTimeout();
                }
            });
            failed = fails(() -> changes.confirm(host, confirmation(both.get(0))))
                    | fails(() -> changes.release(host, release(both.get(1))));
            shop().dataSource().setPlan(FaultPlan.NONE);
            host.commit();
        }
        assertEquals(failed ? 1 : 0, shop().count("orderflow_hold"), "holds that are left, step " + failing);
        changes.confirm(both.get(0).id(), "a");
        changes.release(both.get(1).id(), "a");
        return failed;
    }

    /** A call. */
    @FunctionalInterface
    private interface Call {
        void run() throws SQLException;
    }

    private static boolean fails(Call call) {
        try {
            call.run();
            return false;
        } catch (SQLException e) {
            assertTrue(e.getMessage().contains("injected"), e::toString);
            return true;
        }
    }

    private List<String> statuses() {
        return shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status");
    }

    /** A feed of this process looks at once then, but not before the host has committed, which nobody sees. */
    @Test
    void eachKindTellsThatItHasCommitted() throws SQLException {
        AtomicInteger told = new AtomicInteger();
        OrderChanges telling = shop().changes(told::incrementAndGet);
        OrderEntry confirmed = held(1);
        OrderEntry released = held(1);
        OrderEntry cancelled = held(1);
        try (Connection host = shop().foreign()) {
            telling.confirm(host, confirmation(confirmed));
            host.rollback();
        }
        assertEquals(0, told.get());
        telling.confirm(confirmed.id(), "a");
        assertEquals(1, told.get());
        telling.release(released.id(), "a");
        assertEquals(2, told.get());
        telling.cancel(cancelled.id(), "a");
        assertEquals(3, told.get());
        telling.refund(RefundRequest.rest(confirmed.id(), "b"));
        assertEquals(4, told.get());
    }

    /** Expiry waits for no host: it takes what is left when the host has ended. */
    @Test
    void expiryGoesAroundWhatTheHostEnds() throws SQLException {
        OrderEntry order = held(1);
        try (Connection host = shop().foreign()) {
            for (boolean commits : new boolean[] {false, true}) {
                OrderEntry other = held(1);
                assertInstanceOf(Confirmed.class, changes.confirm(host, confirmation(commits ? other : order)));
                assertEquals(List.of(Fate.LEFT), shop().expireAround(List.of(commits ? other : order)));
                if (commits) {
                    host.commit();
                    assertEquals(List.of(Fate.LEFT), shop().expire(List.of(other)));
                } else {
                    host.rollback();
                    assertEquals(List.of(Fate.EXPIRED), shop().expire(List.of(order)));
                }
            }
        }
    }
}
