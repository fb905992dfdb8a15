package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of many orders at once, for which nobody waits. */
class AsyncChangesTest extends DatabaseContract {
    private static final int ORDERS = Integer.getInteger("changes.orders", 2_000);
    private static final int PIECE = 500;

    @BeforeEach
    void stock() {
        shop().inventory().define(1, 10, 10_000_000, "product");
        for (long buyer = 0; buyer < 50; buyer++) {
            shop().wallets().open(buyer, 10_000_000, "wallet-" + buyer);
        }
    }

    private List<OrderEntry> some() {
        return IntStream.range(0, ORDERS).mapToObj(i -> order(i % 50, 1, 1)).toList();
    }

    private List<OrderEntry> held() {
        return IntStream.range(0, ORDERS)
                .mapToObj(i -> OrderEntry.of(OrderRequest.of(i % 50)
                        .line(1, 1)
                        .holdFor(Duration.ofHours(1))
                        .build()))
                .toList();
    }

    private static Stream<List<OrderEntry>> pieces(List<OrderEntry> all) {
        return Stream.iterate(0, from -> from < all.size(), from -> from + PIECE)
                .map(from -> all.subList(from, Math.min(all.size(), from + PIECE)));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(120, TimeUnit.SECONDS);
    }

    @Test
    void manyAtOnce() throws Exception {
        List<OrderEntry> bought = some();
        pieces(bought).forEach(shop()::decide);
        List<OrderEntry> open = some();
        pieces(open).forEach(shop()::journal);
        long begin = System.nanoTime();
        List<CompletableFuture<RefundResult>> refunds = new ArrayList<>();
        List<CompletableFuture<CancelResult>> cancels = new ArrayList<>();
        try (OrderProcessor orders = OrderProcessor.builder(shop().dataSource()).build()) {
            for (int i = 0; i < ORDERS; i++) {
                refunds.add(orders.changes()
                        .refundAsync(RefundRequest.rest(bought.get(i).id(), "a")));
                cancels.add(orders.changes()
                        .cancelAsync(new CancelRequest(open.get(i).id(), "a")));
            }
            for (int i = 0; i < ORDERS; i++) {
                assertInstanceOf(RefundResult.Refunded.class, get(refunds.get(i)));
                assertInstanceOf(CancelResult.Cancelled.class, get(cancels.get(i)));
                assertEquals(bought.get(i).id(), get(refunds.get(i)).orderId());
            }
            System.out.println(kind() + ": " + ORDERS + " refunds and as many cancellations in "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
            assertInstanceOf(
                    RefundResult.Duplicate.class,
                    get(orders.changes()
                            .refundAsync(RefundRequest.rest(bought.get(3).id(), "a"))));
        }
        assertEquals(2 * ORDERS, shop().count("orderflow_order_change"));
        assertEquals(
                50 * 10_000_000L,
                Long.parseLong(
                        shop().read("SELECT SUM(balance) FROM orderflow_wallet").get(0)));
    }

    @Test
    void holdsEndTogetherToo() throws Exception {
        List<OrderEntry> held = held();
        pieces(held).forEach(shop()::decide);
        List<CompletableFuture<ConfirmResult>> confirmed = new ArrayList<>();
        List<CompletableFuture<ReleaseResult>> released = new ArrayList<>();
        try (OrderProcessor orders = OrderProcessor.builder(shop().dataSource()).build()) {
            for (int i = 0; i < ORDERS; i += 2) {
                confirmed.add(orders.changes()
                        .confirmAsync(new ConfirmRequest(held.get(i).id(), "a")));
                released.add(orders.changes()
                        .releaseAsync(new ReleaseRequest(held.get(i + 1).id(), "a")));
            }
            for (int i = 0; i < ORDERS / 2; i++) {
                assertEquals(
                        held.get(2 * i).id(),
                        assertInstanceOf(ConfirmResult.Confirmed.class, get(confirmed.get(i)))
                                .orderId());
                assertInstanceOf(ReleaseResult.Released.class, get(released.get(i)));
            }
            ConfirmRequest late = new ConfirmRequest(held.get(1).id(), "b");
            assertInstanceOf(
                    ConfirmResult.NotReserved.class, get(orders.changes().confirmAsync(late)));
        }
        assertEquals(
                List.of("1 " + ORDERS / 2, "9 " + ORDERS / 2),
                shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status"));
        int transactions = shop().read("SELECT DISTINCT batch_id FROM orderflow_order_change")
                .size();
        assertTrue(transactions < ORDERS / 10, "transactions for " + ORDERS + " changes: " + transactions);
    }

    /** Closing does what was taken, and what comes later is refused. */
    @Test
    void aCloseInTheMiddle() throws Exception {
        List<OrderEntry> bought = some();
        pieces(bought).forEach(shop()::decide);
        List<CompletableFuture<RefundResult>> refunds = new ArrayList<>();
        OrderEntry held = held().get(0);
        shop().decide(List.of(held));
        OrderProcessor orders = OrderProcessor.builder(shop().dataSource())
                .closeTimeout(Duration.ofMinutes(1))
                .build();
        for (OrderEntry order : bought) {
            refunds.add(orders.changes().refundAsync(RefundRequest.rest(order.id(), "a")));
        }
        CompletableFuture<ReleaseResult> release = orders.changes().releaseAsync(new ReleaseRequest(held.id(), "a"));
        orders.close();
        assertInstanceOf(ReleaseResult.Released.class, release.getNow(null));
        for (CompletableFuture<RefundResult> refund : refunds) {
            assertInstanceOf(RefundResult.Refunded.class, refund.getNow(null));
        }
        assertThrows(
                IllegalStateException.class, () -> orders.changes().confirmAsync(new ConfirmRequest(held.id(), "b")));
        assertThrows(
                IllegalStateException.class,
                () -> orders.changes()
                        .refundAsync(RefundRequest.rest(bought.get(0).id(), "b")));
    }

    @Test
    void anOutageIsToldAndTheSameAgainIsSafe() throws Exception {
        OrderEntry order = order(1, 1, 1);
        shop().decide(List.of(order));
        RefundRequest refund = RefundRequest.rest(order.id(), "a");
        try (OrderProcessor orders = OrderProcessor.builder(shop().dataSource())
                .adjustmentTimeout(Duration.ofSeconds(10))
                .build()) {
            orders.inventory().find(1);
            shop().dataSource().setPlan(FaultPlan.nth(FaultPlan.Step.AFTER_COMMIT, 1));
            CompletableFuture<RefundResult> lost = orders.changes().refundAsync(refund);
            ExecutionException failure = assertThrows(ExecutionException.class, () -> get(lost));
            assertInstanceOf(StoreUnavailableException.class, failure.getCause());
            shop().dataSource().setPlan(FaultPlan.NONE);
            get(orders.changes().refundAsync(refund));
        }
        assertEquals(1, shop().count("orderflow_order_change"));
    }
}
