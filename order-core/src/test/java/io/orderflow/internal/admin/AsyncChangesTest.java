package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.OrderProcessor;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
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
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            orders.add(order(i % 50, 1, 1));
        }
        return orders;
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

    /** Closing does what was taken, and what comes later is refused. */
    @Test
    void aCloseInTheMiddle() throws Exception {
        List<OrderEntry> bought = some();
        pieces(bought).forEach(shop()::decide);
        List<CompletableFuture<RefundResult>> refunds = new ArrayList<>();
        OrderProcessor orders = OrderProcessor.builder(shop().dataSource())
                .closeTimeout(Duration.ofMinutes(1))
                .build();
        for (OrderEntry order : bought) {
            refunds.add(orders.changes().refundAsync(RefundRequest.rest(order.id(), "a")));
        }
        orders.close();
        for (CompletableFuture<RefundResult> refund : refunds) {
            assertInstanceOf(RefundResult.Refunded.class, refund.getNow(null));
        }
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
