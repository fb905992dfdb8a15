package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Health;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.Product;
import io.orderflow.RejectReason;
import io.orderflow.SubmitResult;
import io.orderflow.Wallet;
import io.orderflow.Wallets;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of orders through the public API, without faults, on each database. */
class EndToEndTest {
    private static final long BUYER = 5_000;
    private static final long SCARCE = 7_000;

    @ParameterizedTest
    @EnumSource
    void everyVerdictIsReachedAndShown(TestDatabase.Kind kind) throws InterruptedException {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind))) {
            OrderProcessor orders = shop.orders();
            orders.inventory().define(SCARCE, 250, 3, "scarce");
            orders.wallets().open(BUYER, 1_000, "buyer");
            shop.startWorkers();

            Order bought =
                    verdict(shop, OrderRequest.of(BUYER).line(SCARCE, 1, 250).line(SCARCE, 1));
            assertEquals(OrderStatus.COMPLETED, bought.status());
            assertEquals(500, bought.total());
            assertEquals(List.of(OrderLine.of(SCARCE, 1, 250), OrderLine.of(SCARCE, 1, 250)), bought.lines());
            rejected(
                    shop,
                    RejectReason.INSUFFICIENT_STOCK,
                    OrderRequest.of(BUYER).line(SCARCE, 2));
            rejected(
                    shop,
                    RejectReason.INSUFFICIENT_FUNDS,
                    OrderRequest.of(BUYER).line(Goods.HOT, 6));
            rejected(shop, RejectReason.UNKNOWN_PRODUCT, OrderRequest.of(BUYER).line(Goods.NOWHERE, 1));
            rejected(
                    shop,
                    RejectReason.UNKNOWN_BUYER,
                    OrderRequest.of(Goods.NOWHERE).line(SCARCE, 1));
            rejected(shop, RejectReason.PRICE_CHANGED, OrderRequest.of(BUYER).line(SCARCE, 1, 249));

            assertEquals(
                    Optional.of(new Product(SCARCE, 250, 1, OptionalLong.empty())),
                    orders.inventory().find(SCARCE));
            assertEquals(Optional.of(new Wallet(BUYER, 500)), orders.wallets().find(BUYER));
            List<Wallets.Entry> history =
                    orders.wallets().history(BUYER, PageRequest.first(10)).entries();
            assertEquals(
                    List.of(-500L, 1_000L),
                    history.stream().map(Wallets.Entry::amount).toList());
            assertEquals(Optional.of(bought.id()), history.get(0).order());
            assertEquals(
                    Health.Status.UP,
                    orders.health().status(),
                    () -> orders.health().toString());
            assertTrue(orders.health().lastCommit().isPresent());
            shop.settle();
        }
    }

    @Test
    void aClosedProcessorCanNotHaveWorkers() {
        try (TestedShop shop = TestedShop.open(TestDatabase.h2())) {
            shop.orders().close();
            IllegalStateException refused = assertThrows(IllegalStateException.class, shop::startWorkers);
            assertEquals("the order processor is closed and cannot have workers", refused.getMessage());
        }
    }

    private static Order verdict(TestedShop shop, OrderRequest.Builder builder) throws InterruptedException {
        OrderRequest request = builder.build();
        assertInstanceOf(SubmitResult.Accepted.class, shop.submit(request));
        Order order = shop.orders().await(request.id(), TestedShop.BOUND).orElseThrow();
        assertTrue(order.status().isVerdict(), order::toString);
        assertTrue(order.decidedAt().isPresent() && order.decision().isPresent(), order::toString);
        return order;
    }

    private static void rejected(TestedShop shop, RejectReason reason, OrderRequest.Builder builder)
            throws InterruptedException {
        Order order = verdict(shop, builder);
        assertEquals(Optional.of(reason), order.rejectReason(), order::toString);
        assertEquals(0, order.total());
    }

    @ParameterizedTest
    @EnumSource
    void aReplayShowsTheOrderAsItIsNowAndOtherContentIsAConflict(TestDatabase.Kind kind) throws InterruptedException {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind))) {
            OrderRequest request = OrderRequest.of(1)
                    .line(2, 1)
                    .idempotencyKey("cart-77")
                    .hostData(new byte[] {1, 2, 3})
                    .build();
            assertInstanceOf(SubmitResult.Accepted.class, shop.submit(request));
            SubmitResult.Duplicate waiting = assertInstanceOf(SubmitResult.Duplicate.class, shop.submit(request));
            assertEquals(OrderStatus.PENDING, waiting.order().status());
            OrderRequest other =
                    OrderRequest.of(1).line(2, 2).idempotencyKey("cart-77").build();
            assertEquals(new SubmitResult.Conflict(request.id()), shop.orders().submit(other));

            shop.startWorkers();
            shop.orders().await(request.id(), TestedShop.BOUND);
            OrderRequest same = OrderRequest.of(1)
                    .line(2, 1)
                    .idempotencyKey("cart-77")
                    .hostData(new byte[] {1, 2, 3})
                    .build();
            Order decided = assertInstanceOf(SubmitResult.Duplicate.class, shop.submit(same))
                    .order();
            assertEquals(OrderStatus.COMPLETED, decided.status());
            assertArrayEquals(new byte[] {1, 2, 3}, decided.hostData());
            assertEquals(Optional.of(decided), shop.orders().find(request.id()));
            assertEquals(new SubmitResult.Conflict(request.id()), shop.orders().submit(other));
            assertEquals(1, shop.checker().decided());
            shop.settle();
        }
    }

    @ParameterizedTest
    @EnumSource
    void manySubmittedAtOnceHaveOneAnswerEach(TestDatabase.Kind kind) {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind))) {
            shop.startWorkers();
            List<OrderRequest> requests =
                    IntStream.range(0, 1_200).mapToObj(i -> Goods.order(1, i)).toList();
            List<CompletableFuture<SubmitResult>> futures =
                    requests.stream().map(shop.orders()::submitAsync).toList();
            List<OrderRequest> twice = new ArrayList<>(requests);
            twice.addAll(IntStream.range(1_200, 1_500)
                    .mapToObj(i -> Goods.order(1, i))
                    .toList());
            List<SubmitResult> results = shop.orders().submitAll(twice);

            for (int i = 0; i < twice.size(); i++) {
                assertEquals(twice.get(i).id(), results.get(i).orderId());
                assertEquals(
                        i < requests.size() ? SubmitResult.Duplicate.class : SubmitResult.Accepted.class,
                        results.get(i).getClass());
                shop.book().answered(twice.get(i), results.get(i));
            }
            futures.forEach(future -> assertInstanceOf(SubmitResult.Accepted.class, future.join()));
            shop.settle();
            assertEquals(1_500, shop.checker().decided());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOrdersOfABuyerComeInPagesNewestFirst(TestDatabase.Kind kind) {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind))) {
            shop.startWorkers();
            List<UUID> ids = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                OrderRequest request = OrderRequest.of(1).line(2, 1).build();
                shop.submit(request);
                shop.submit(OrderRequest.of(2).line(2, 1).build());
                ids.add(0, request.id());
            }
            List<UUID> paged = new ArrayList<>();
            PageRequest next = PageRequest.first(10);
            for (int pages = 1; ; pages++) {
                Page<Order> page = shop.orders().ordersOf(1, next);
                page.entries().forEach(order -> paged.add(order.id()));
                if (page.next().isEmpty()) {
                    assertEquals(3, pages);
                    break;
                }
                next = PageRequest.after(page.next().get(), 10);
            }
            assertEquals(ids, paged);
            shop.settle();
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterCloseEverythingIsRefusedAndNothingIsLost(TestDatabase.Kind kind) {
        TestDatabase database = TestDatabase.open(kind);
        TestedShop shop = TestedShop.open(database);
        for (int i = 0; i < 200; i++) {
            shop.submit(Goods.order(1, i));
        }
        shop.leaveDatabase();
        assertThrows(IllegalStateException.class, () -> shop.orders().submit(Goods.order(1, 1_000)));
        try (TestedShop next = TestedShop.reopen(database, database.jdbcUrl(), builder -> builder)) {
            next.startWorkers();
            next.awaitDrained();
            next.checker().check(shop.book());
        }
    }

    @ParameterizedTest
    @EnumSource
    void awaitReturnsWhatIsKnownWhenItsTimeIsOver(TestDatabase.Kind kind) throws InterruptedException {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind))) {
            OrderRequest request = OrderRequest.of(1).line(2, 1).build();
            assertEquals(Optional.empty(), shop.orders().await(request.id(), Duration.ofMillis(20)));
            shop.submit(request);
            Order waiting =
                    shop.orders().await(request.id(), Duration.ofMillis(20)).orElseThrow();
            assertEquals(OrderStatus.PENDING, waiting.status());
            assertEquals(Optional.of(waiting), shop.orders().await(request.id(), Duration.ZERO));
            shop.startWorkers();
            assertEquals(
                    OrderStatus.COMPLETED,
                    shop.orders()
                            .await(request.id(), TestedShop.BOUND)
                            .orElseThrow()
                            .status());
        }
    }
}
