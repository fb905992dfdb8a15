package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.SubmitResult;
import io.orderflow.Watched;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.engine.Step;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Urgent orders behind a backlog, by the public API, on each database and in each acceptance. The only worker stands
 * still in the middle of the backlog, so that no time is measured: what is decided meanwhile did not wait for it.
 */
class UrgentOrdersAcceptedTest {
    private static final int BATCH = 10;
    private static final int BACKLOG = 6 * BATCH;

    private final CountDownLatch stands = new CountDownLatch(2);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    static Stream<Arguments> all() {
        return Arrays.stream(TestDatabase.Kind.values())
                .flatMap(kind -> Arrays.stream(Acceptance.values()).map(acceptance -> Arguments.of(kind, acceptance)));
    }

    /** Stops the worker before its second batch. */
    private void stop(Step step) {
        if (step != Step.RECEIVED) {
            return;
        }
        stands.countDown();
        if (stands.getCount() == 0) {
            try {
                assertTrue(goesOn.await(TestedShop.BOUND.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("all")
    void anUrgentOrderIsDecidedBeforeTheBacklogWas(TestDatabase.Kind kind, Acceptance acceptance) throws Exception {
        TestDatabase database = TestDatabase.open(kind);
        try (TestedShop shop = TestedShop.open(
                database,
                database.jdbcUrl(),
                builder -> Watched.watch(builder.acceptance(acceptance).allowWeakQueue(true), this::stop))) {
            List<OrderRequest> backlog = IntStream.range(0, BACKLOG)
                    .mapToObj(number -> Goods.mixed(1, number))
                    .toList();
            backlog.forEach(shop::accept);
            shop.orders()
                    .workers(WorkerConfig.builder()
                            .maxBatch(BATCH)
                            .lease(TestedShop.LEASE)
                            .build())
                    .start();
            assertTrue(stands.await(TestedShop.BOUND.toSeconds(), TimeUnit.SECONDS));
            OrderRequest urgent = OrderRequest.of(1).line(2, 1).urgent().build();
            assertInstanceOf(SubmitResult.Accepted.class, shop.submit(urgent));
            if (acceptance == Acceptance.QUEUE_ONLY) {
                itWaitsItsTurn(shop, backlog, urgent);
            } else {
                itIsDecided(shop, urgent);
                itIsDecided(shop, placed(shop));
                goesOn.countDown();
            }
            shop.settle();
        } finally {
            goesOn.countDown();
        }
    }

    private static void itIsDecided(TestedShop shop, OrderRequest urgent) throws InterruptedException {
        Order order = shop.orders().await(urgent.id(), TestedShop.BOUND).orElseThrow();
        assertEquals(OrderStatus.COMPLETED, order.status());
        assertTrue(order.urgent());
        assertTrue(shop.checker().decided() < BACKLOG, shop.checker()::state);
    }

    /** In the host's own transaction, and nobody is told of its commit. */
    private static OrderRequest placed(TestedShop shop) throws Exception {
        OrderRequest request = OrderRequest.of(2).line(3, 1).urgent().build();
        try (Connection host = shop.pool().getConnection()) {
            host.setAutoCommit(false);
            assertInstanceOf(PlaceResult.Placed.class, shop.orders().place(host, request));
            host.commit();
            host.setAutoCommit(true);
        }
        shop.book().answered(request, new SubmitResult.Accepted(request.id()));
        return request;
    }

    /** Nobody but the queue knows it. */
    private void itWaitsItsTurn(TestedShop shop, List<OrderRequest> backlog, OrderRequest urgent) throws Exception {
        goesOn.countDown();
        Order order = shop.orders().await(urgent.id(), TestedShop.BOUND).orElseThrow();
        assertTrue(order.urgent());
        for (OrderRequest before : backlog) {
            Order other = shop.orders().await(before.id(), TestedShop.BOUND).orElseThrow();
            assertTrue(other.decision().getAsLong() < order.decision().getAsLong(), other::toString);
        }
    }
}
