package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.orderflow.Acceptance;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.Payment;
import io.orderflow.PlaceResult;
import io.orderflow.SubmitResult;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders that somebody else pays, through the public API, however they are accepted. */
class ExternalPaymentTest {
    private static final long NOBODY = 5_000;
    private static final long PRODUCT = 2;

    @ParameterizedTest
    @EnumSource
    void aBuyerWithoutAWalletIsServedHoweverTheOrderIsAccepted(TestDatabase.Kind kind) throws InterruptedException {
        for (Acceptance acceptance : Acceptance.values()) {
            TestDatabase database = TestDatabase.open(kind);
            try (TestedShop shop = TestedShop.open(
                    database,
                    database.jdbcUrl(),
                    builder -> builder.acceptance(acceptance).allowWeakQueue(acceptance == Acceptance.QUEUE_ONLY))) {
                OrderRequest named = external("cart-77").build();
                OrderRequest nameless = OrderRequest.of(NOBODY)
                        .line(PRODUCT, 3)
                        .payment(Payment.EXTERNAL)
                        .build();
                shop.accept(named);
                shop.accept(nameless);
                shop.startWorkers();
                assertCompleted(shop, named, 2 * Goods.PRICE);
                assertCompleted(shop, nameless, 3 * Goods.PRICE);
                assertEquals(Optional.empty(), shop.orders().wallets().find(NOBODY));
                shop.settle();
            }
        }
    }

    private static void assertCompleted(TestedShop shop, OrderRequest request, long total) throws InterruptedException {
        Order order = shop.orders().await(request.id(), TestedShop.BOUND).orElseThrow();
        assertEquals(OrderStatus.COMPLETED, order.status(), order::toString);
        assertEquals(Payment.EXTERNAL, order.payment());
        assertEquals(total, order.total());
    }

    @ParameterizedTest
    @EnumSource
    void thePaymentIsShownBeforeTheVerdictAndAnotherOneIsAConflict(TestDatabase.Kind kind) {
        for (Acceptance acceptance : List.of(Acceptance.ROW_JOURNAL, Acceptance.GROUP_JOURNAL)) {
            try (TestedShop shop = TestedShop.open(TestDatabase.open(kind), acceptance)) {
                OrderRequest request = external("cart-77").build();
                shop.accept(request);
                shop.accept(OrderRequest.of(NOBODY)
                        .line(PRODUCT, 3)
                        .payment(Payment.EXTERNAL)
                        .build());
                shop.accept(OrderRequest.of(NOBODY).line(PRODUCT, 3).build());
                assertEquals(
                        2,
                        shop.orders().ordersOf(NOBODY, PageRequest.first(9)).entries().stream()
                                .filter(order -> order.payment() == Payment.EXTERNAL)
                                .count());
                OrderRequest other = external("cart-77").payment(Payment.WALLET).build();
                assertEquals(
                        new SubmitResult.Conflict(request.id()), shop.orders().submit(other));
                assertInstanceOf(
                        SubmitResult.Duplicate.class,
                        shop.submit(external("cart-77").build()));
                shop.startWorkers();
                shop.settle();
                assertEquals(
                        new SubmitResult.Conflict(request.id()), shop.orders().submit(other));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsPlacedInATransactionOfTheHosts(TestDatabase.Kind kind) throws Exception {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                Connection host = shop.database().connect()) {
            host.setAutoCommit(false);
            OrderRequest request = external("cart-77").build();
            assertEquals(new PlaceResult.Placed(request.id()), shop.orders().place(host, request));
            host.commit();
            shop.book().accepted(request);
            shop.startWorkers();
            assertCompleted(shop, request, 2 * Goods.PRICE);
            OrderRequest other = external("cart-77").payment(Payment.WALLET).build();
            assertEquals(new PlaceResult.Conflict(request.id()), shop.orders().place(host, other));
            host.rollback();
            shop.settle();
        }
    }

    private static OrderRequest.Builder external(String key) {
        return OrderRequest.of(NOBODY)
                .line(PRODUCT, 2)
                .payment(Payment.EXTERNAL)
                .idempotencyKey(key);
    }
}
