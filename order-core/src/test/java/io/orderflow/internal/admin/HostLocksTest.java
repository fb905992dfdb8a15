package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.RulesContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a call in the host's transaction locks, and in which order. */
class HostLocksTest extends RulesContract {
    private static final Pattern LOCKING = Pattern.compile("(?s)^SELECT .* FROM orderflow_(\\w+) .*FOR UPDATE$");
    private static final List<String> IN_ORDER = List.of("orders", "wallet", "stock");

    private OrderChanges changes;

    @BeforeEach
    void open() {
        changes = shop().changes();
        shop().inventory().define(1, 10, 10_000, "product-1");
        shop().wallets().open(1, 100_000, "wallet");
    }

    private static OrderEntry order() {
        return OrderEntry.of(
                OrderRequest.of(1).line(1, 1).holdFor(Duration.ofHours(1)).build());
    }

    private OrderEntry held() {
        OrderEntry order = order();
        shop().decide(List.of(order));
        return order;
    }

    private static ReleaseRequest release(OrderEntry order) {
        return new ReleaseRequest(order.id(), "a");
    }

    /** A call of the host's. */
    @FunctionalInterface
    private interface Call<R> {
        List<R> run(Connection host) throws SQLException;
    }

    /** The tables whose rows are locked by reads, in turn; does something when the first read is over. */
    private static final class LockedTables implements FaultPlan {
        private final List<String> tables = new ArrayList<>();
        private final Runnable meanwhile;
        private boolean isMeanwhile;

        LockedTables(Runnable meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public void reached(Step step, String sql) {
            Matcher locking = LOCKING.matcher(sql);
            if (step != Step.AFTER_EXECUTE || isMeanwhile || !locking.matches()) {
                return;
            }
            tables.add(locking.group(1));
            if (tables.size() == 1) {
                isMeanwhile = true;
                meanwhile.run();
                isMeanwhile = false;
            }
        }
    }

    /** Commits a call, and says what it locked. */
    private <R> List<String> locked(Call<R> call, Runnable meanwhile, List<R> results) throws SQLException {
        LockedTables plan = new LockedTables(meanwhile);
        try (Connection host = shop().dataSource().getConnection()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            shop().dataSource().setPlan(plan);
            results.addAll(call.run(host));
            shop().dataSource().setPlan(FaultPlan.NONE);
            host.commit();
        }
        return plan.tables;
    }

    /** It was in a group alone at the look, and has its row when the stock is locked. */
    @Test
    void anOrderThatIsDecidedMeanwhileIsNotLockedAfterTheStock() throws SQLException {
        OrderEntry first = held();
        OrderEntry late = order();
        shop().journalGroup(List.of(late));
        List<ReleaseResult> released = new ArrayList<>();
        List<String> locked = locked(
                host -> changes.releaseAll(host, List.of(release(first), release(late))),
                () -> shop().decide(List.of(late)),
                released);
        assertEquals(IN_ORDER, locked);
        assertInstanceOf(ReleaseResult.Released.class, released.get(0));
        ReleaseResult.NotReserved told = assertInstanceOf(ReleaseResult.NotReserved.class, released.get(1));
        assertEquals(OrderStatus.PENDING, told.order().status());
        assertInstanceOf(ReleaseResult.Released.class, changes.release(late.id(), "a"));
    }

    @Test
    void allKindsLockOrdersThenWalletsThenStock() throws SQLException {
        OrderEntry bought = order(1, 1, 1);
        OrderEntry carried = order();
        shop().decide(List.of(bought));
        shop().journalGroup(List.of(carried));
        List<RefundResult> refunded = new ArrayList<>();
        assertEquals(
                IN_ORDER,
                locked(
                        host -> changes.refundAll(host, List.of(RefundRequest.rest(bought.id(), "a"))),
                        () -> {},
                        refunded));
        assertInstanceOf(RefundResult.Refunded.class, refunded.get(0));
        List<CancelRequest> both = List.of(new CancelRequest(carried.id(), "a"), new CancelRequest(held().id(), "a"));
        List<CancelResult> cancelled = new ArrayList<>();
        assertEquals(IN_ORDER, locked(host -> changes.cancelAll(host, both), () -> {}, cancelled));
        cancelled.forEach(result -> assertInstanceOf(CancelResult.Cancelled.class, result));
        List<ConfirmRequest> confirmation = List.of(new ConfirmRequest(held().id(), "a"));
        List<ConfirmResult> confirmed = new ArrayList<>();
        assertEquals(List.of("orders"), locked(host -> changes.confirmAll(host, confirmation), () -> {}, confirmed));
        assertInstanceOf(ConfirmResult.Confirmed.class, confirmed.get(0));
    }
}
