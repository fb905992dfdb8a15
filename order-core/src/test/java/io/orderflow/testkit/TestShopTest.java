package io.orderflow.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderListener;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.RejectReason;
import io.orderflow.StoreUnavailableException;
import io.orderflow.SubmitOutcome;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TestShopTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static TestShop shop() {
        return TestShop.open().product(1, 250, 10).wallet(7, 2_000);
    }

    private static OrderRequest order(String cart, int pieces) {
        return OrderRequest.of(7).line(1, pieces).idempotencyKey(cart).build();
    }

    @Test
    void anOrderWaitsForTheStepThatDecidesIt() {
        try (TestShop shop = shop()) {
            OrderRequest request = order("cart-1", 2);
            assertEquals(SubmitOutcome.ACCEPTED, shop.submit(request).outcome());
            assertEquals(OrderStatus.PENDING, shop.order(request.id()).status());

            assertEquals(1, shop.decide());

            assertEquals(500, shop.order(request.id()).total());
            assertEquals(8, shop.processor().inventory().find(1).orElseThrow().available());
            assertEquals(1_500, shop.processor().wallets().find(7).orElseThrow().balance());
            assertEquals(0, shop.decide());
            shop.assertSound();
        }
    }

    @Test
    void everyVerdictIsReached() {
        try (TestShop shop = shop()) {
            assertEquals(
                    OrderStatus.COMPLETED,
                    shop.submitAndDecide(order("cart-1", 2)).status());
            assertEquals(
                    OrderStatus.COMPLETED,
                    shop.submitAndDecide(order("cart-1", 2)).status());
            assertEquals(
                    Optional.of(RejectReason.INSUFFICIENT_STOCK),
                    shop.submitAndDecide(order("cart-2", 9)).rejectReason());
            assertEquals(
                    Optional.of(RejectReason.INSUFFICIENT_FUNDS),
                    shop.submitAndDecide(order("cart-3", 8)).rejectReason());
            shop.assertSound();
        }
    }

    @Test
    void ordersOfOneThreadAreDecidedInTheirOrder() {
        try (TestShop shop = shop()) {
            List<UUID> submitted = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                OrderRequest request = order("cart-" + i, 1);
                shop.submit(request);
                submitted.add(0, request.id());
            }
            assertEquals(5, shop.decide());
            List<Order> newestFirst =
                    shop.processor().ordersOf(7, PageRequest.first(10)).entries();
            assertEquals(submitted, newestFirst.stream().map(Order::id).toList());
            List<Long> decisions = newestFirst.stream()
                    .map(order -> order.decision().getAsLong())
                    .toList();
            assertEquals(decisions.stream().sorted((a, b) -> Long.compare(b, a)).toList(), decisions);
        }
    }

    @Test
    void timesAreThoseOfTheClock() {
        try (TestShop shop = shop()) {
            OrderRequest request = order("cart-1", 1);
            shop.clock().advance(Duration.ofDays(1));
            shop.submit(request);
            shop.clock().advance(Duration.ofHours(2));
            shop.decide();

            Order order = shop.order(request.id());
            assertEquals(
                    TestClock.START.plus(Duration.ofDays(1)), order.createdAt().truncatedTo(ChronoUnit.MILLIS));
            assertEquals(
                    TestClock.START.plus(Duration.ofHours(26)),
                    order.decidedAt().orElseThrow().truncatedTo(ChronoUnit.MILLIS));
            assertEquals(
                    Optional.of(shop.clock().instant()),
                    shop.processor().health().lastCommit());
        }
    }

    @Test
    void whatTheQueueLostIsRecoveredAfterASecondOfTheClock() {
        UnreliableQueue queue = UnreliableQueue.byHand();
        try (TestShop shop = TestShop.open(options -> options.queue(queue))) {
            shop.product(1, 250, 10).wallet(7, 2_000);
            queue.loseNext();
            shop.submit(order("cart-1", 1));
            assertEquals(0, shop.decideFromQueue());
            assertEquals(0, shop.recover());
            shop.clock().advance(SECOND);
            assertEquals(0, shop.recover());
            shop.clock().advance(Duration.ofMillis(1));
            assertEquals(1, shop.recover());
            shop.assertSound();
        }
    }

    @Test
    void holdsExpireByTheClock() {
        try (TestShop shop = shop()) {
            OrderRequest request = OrderRequest.of(7)
                    .line(1, 1)
                    .holdFor(Duration.ofMinutes(15))
                    .build();
            Order order = shop.submitAndDecide(request);
            assertEquals(OrderStatus.RESERVED, order.status());
            assertEquals(
                    TestClock.START.plus(Duration.ofMinutes(15)),
                    order.heldUntil().orElseThrow().truncatedTo(ChronoUnit.MILLIS));
            shop.clock().advance(Duration.ofMinutes(15).minusMillis(1));
            shop.expire();
            assertEquals(OrderStatus.RESERVED, shop.order(request.id()).status());
            shop.clock().advance(SECOND);
            shop.expire();
            assertEquals(OrderStatus.EXPIRED, shop.order(request.id()).status());
            shop.assertSound();
        }
    }

    @Test
    void listenersHaveHeardWhenAStepEnds() {
        List<UUID> heard = new CopyOnWriteArrayList<>();
        OrderListener slow = new OrderListener() {
            @Override
            public void decided(List<Decision> decisions) {
                Thread.yield();
                decisions.forEach(decision -> heard.add(decision.orderId()));
            }
        };
        try (TestShop shop = TestShop.open(options -> options.listener(slow))) {
            shop.product(1, 250, 10).wallet(7, 2_000);
            List<UUID> submitted = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                OrderRequest request = order("cart-" + i, 1);
                submitted.add(request.id());
                shop.submitAndDecide(request);
                assertEquals(submitted, heard);
            }
        }
    }

    @Test
    void aPlacedOrderIsDecidedWhenItsTransactionCommitted() throws SQLException {
        try (TestShop shop = shop();
                Connection connection = shop.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            shop.processor().place(connection, order("cart-1", 1));
            connection.rollback();
            assertEquals(0, shop.decide());

            OrderRequest request = order("cart-2", 1);
            shop.processor().place(connection, request);
            assertEquals(0, shop.decide());
            connection.commit();
            assertEquals(1, shop.recover());
            assertEquals(TestClock.START, shop.order(request.id()).createdAt().truncatedTo(ChronoUnit.MILLIS));
        }
    }

    @Test
    void aWorkerPausesAfterAnOutageUntilTheClockIsMoved() {
        AtomicBoolean away = new AtomicBoolean();
        FaultPlan plan = (step, sql) -> {
            if (away.get() && step == FaultPlan.Step.BEFORE_EXECUTE && sql.contains("FOR UPDATE")) {
                throw new SQLException("injected: the connection is lost", "08S01");
            }
        };
        try (TestDatabase database = TestDatabase.h2();
                TestShop shop = TestShop.on(new FaultyDataSource(database.dataSource(6), plan), options -> {})) {
            shop.product(1, 250, 10).wallet(7, 2_000);
            shop.submit(order("cart-1", 1));
            away.set(true);
            assertEquals(0, shop.decideFromQueue());
            assertFalse(shop.processor().health().checks().isEmpty());
            away.set(false);
            assertEquals(0, shop.decideFromQueue());
            shop.clock().advance(Duration.ofSeconds(10));
            assertEquals(1, shop.decideFromQueue());
        }
    }

    @Test
    void noThreadDecides() {
        try (TestShop shop = shop()) {
            shop.submitAndDecide(order("cart-1", 1));
            List<String> deciding = Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.matches("orderflow.*-(worker.*|recovery)"))
                    .toList();
            assertEquals(List.of(), deciding);
        }
    }

    @Test
    void twoShopsShareNothing() {
        try (TestShop one = shop();
                TestShop other = shop()) {
            one.submit(order("cart-1", 1));
            assertEquals(0, other.decide());
            assertEquals(1, one.decide());
        }
    }

    @Test
    void aDatabaseOfTheHostsStaysItsOwn() throws SQLException {
        try (TestDatabase database = TestDatabase.h2()) {
            for (int run = 1; run <= 2; run++) {
                try (TestShop shop = TestShop.on(database.dataSource(6), options -> options.tablePrefix("mine_"))) {
                    assertEquals(run == 2, shop.processor().inventory().find(1).isPresent());
                    if (run == 1) {
                        shop.product(1, 250, 10);
                    }
                }
            }
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                assertTrue(statement.executeQuery("SELECT 1 FROM mine_stock").next());
            }
        }
    }

    @Test
    void aShopThatCannotHaveItsTablesDoesNotOpen() {
        try (TestDatabase database = TestDatabase.h2()) {
            assertThrows(
                    StoreUnavailableException.class,
                    () -> TestShop.on(database.dataSource(6), options -> options.createTables(false)));
        }
        assertThrows(
                IllegalStateException.class,
                () -> TestShop.open(options -> {
                    throw new IllegalStateException("of the host's");
                }));
    }

    @Test
    void wrongUseIsTold() {
        TestShop shop = shop();
        assertSays("product 1 is not new", IllegalArgumentException.class, () -> shop.product(1, 250, 10));
        assertSays("product 1 is not new", IllegalArgumentException.class, () -> shop.product(1, 100, 10));
        assertSays("the wallet of buyer 7 is not new", IllegalArgumentException.class, () -> shop.wallet(7, 1));
        assertSays("there is no order", IllegalStateException.class, () -> shop.order(UUID.randomUUID()));
        shop.submit(order("cart-1", 1));
        assertSays(
                "the order was not accepted: Conflict",
                IllegalStateException.class,
                () -> shop.submitAndDecide(order("cart-1", 2)));
        shop.close();
        shop.close();
        assertSays("the shop is closed", IllegalStateException.class, shop::decide);
        assertSays("the shop is closed", IllegalStateException.class, () -> shop.submit(order("cart-1", 1)));
        assertSays("the shop is closed", IllegalStateException.class, () -> shop.product(2, 1, 1));
        assertSays("the shop is closed", IllegalStateException.class, shop::assertSound);
    }

    @Test
    void aListenerMustNotStep() {
        AtomicReference<TestShop> stepped = new AtomicReference<>();
        AtomicReference<RuntimeException> refusal = new AtomicReference<>();
        OrderListener listener = new OrderListener() {
            @Override
            public void decided(List<Decision> decisions) {
                try {
                    stepped.get().decide();
                } catch (RuntimeException e) {
                    refusal.set(e);
                }
            }
        };
        try (TestShop shop = TestShop.open(options -> options.listener(listener))) {
            stepped.set(shop);
            shop.product(1, 250, 10).wallet(7, 2_000);
            shop.submitAndDecide(order("cart-1", 1));
            assertTrue(refusal.get().getMessage().contains("a listener must not step the shop"), refusal::toString);
        }
    }

    @Test
    void oneThreadAtATimeSteps() throws Exception {
        CountDownLatch inListener = new CountDownLatch(1);
        CountDownLatch tried = new CountDownLatch(1);
        OrderListener waiting = new OrderListener() {
            @Override
            public void decided(List<Decision> decisions) {
                inListener.countDown();
                try {
                    tried.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (TestShop shop = TestShop.open(options -> options.listener(waiting))) {
            shop.product(1, 250, 10).wallet(7, 2_000);
            shop.submit(order("cart-1", 1));
            CompletableFuture<Integer> first = CompletableFuture.supplyAsync(shop::decide);
            inListener.await();
            assertSays("one thread at a time may step the shop", IllegalStateException.class, shop::decide);
            tried.countDown();
            assertEquals(1, first.get());
        }
    }

    @Test
    void tamperingIsFound() throws SQLException {
        try (TestShop shop = shop();
                Connection connection = shop.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            shop.assertSound();
            statement.executeUpdate("UPDATE orderflow_wallet SET balance = balance + 1");
            AssertionError error = assertThrows(AssertionError.class, shop::assertSound);
            assertTrue(error.getMessage().contains("wallet of buyer 7"), error::getMessage);
        }
    }

    @Test
    void theClockMovesForwardAlone() {
        TestClock clock = new TestClock();
        assertSays("step must be > 0", IllegalArgumentException.class, () -> clock.advance(Duration.ZERO));
        assertSays("step must be > 0", IllegalArgumentException.class, () -> clock.advance(Duration.ofNanos(-1)));
        assertSays(
                "step must not lead beyond",
                IllegalArgumentException.class,
                () -> clock.advance(Duration.ofSeconds(Long.MAX_VALUE)));
        clock.advance(Duration.ofDays(36_500));
        assertEquals(Duration.ofDays(36_500).toNanos(), clock.nanos());
        assertEquals(clock.next().plus(1, ChronoUnit.MICROS), clock.next());
        assertEquals(clock.instant(), clock.withZone(clock.getZone()).instant());
    }

    private static void assertSays(String beginning, Class<? extends Exception> type, Runnable call) {
        Exception thrown = assertThrows(type, call::run);
        assertTrue(thrown.getMessage().startsWith(beginning), thrown::toString);
    }
}
