package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Health;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.ForwardingDataSource;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections that exist swallow everything, and new ones work, as after a fail-over behind one address. A worker that
 * was in the middle of a transaction must be back long before its lease is over.
 */
class BlackHoleTest {
    private static final Duration LEASE = Duration.ofSeconds(60);

    /** A statement's 8 s for the worker, as long again until the server frees the rows, and a busy machine. */
    private static final Duration BACK = Duration.ofSeconds(40);

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void aSwallowedTransactionCostsSecondsAndNotALease(ServerKind kind) throws InterruptedException {
        PrivateServer server = Victims.get(kind);
        try (TestDatabase database = TestDatabase.on(server.address());
                FaultProxy proxy = FaultProxy.to(server.address())) {
            // the check of the tables names them too
            AtomicBoolean armed = new AtomicBoolean();
            AtomicBoolean swallowed = new AtomicBoolean();
            FaultyDataSource before =
                    new FaultyDataSource(database.dataSource(8, database.jdbcUrlVia(proxy.port())), FaultPlan.NONE);
            DataSource after = database.dataSource(8);
            before.setPlan((step, sql) -> {
                if (armed.get()
                        && step == FaultPlan.Step.BEFORE_EXECUTE
                        && sql.startsWith("INSERT INTO orderflow_order_line")
                        && swallowed.compareAndSet(false, true)) {
                    proxy.blackHole();
                }
            });
            OrderSchema.of(after).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(
                            ForwardingDataSource.to(() -> swallowed.get() ? after : before))
                    .build()
                    .start()) {
                Goods.seed(orders);
                orders.workers(WorkerConfig.builder().lease(LEASE).build()).start();
                OrderRequest first = OrderRequest.of(1).line(1, 1).build();
                orders.submit(first);
                assertEquals(
                        OrderStatus.COMPLETED,
                        orders.await(first.id(), BACK).orElseThrow().status());
                armed.set(true);
                OrderRequest request = OrderRequest.of(1).line(1, 1).build();
                orders.submit(request);
                long start = System.nanoTime();
                Eventually.await(
                        "health tells of the thread that waits",
                        BACK,
                        () -> orders.health().checks().stream()
                                .anyMatch(check -> check.status() == Health.Status.DEGRADED
                                        && check.name().startsWith("orderflow-")
                                        && check.detail().contains("in the database")),
                        () -> orders.health().toString());
                Order order = orders.await(request.id(), BACK).orElseThrow();
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                assertEquals(OrderStatus.COMPLETED, order.status());
                System.out.println(kind + ": swallowed in a transaction, decided after " + BuyerAnswers.millis(took));
                assertTrue(took.compareTo(BACK) < 0, took::toString);
            }
            proxy.pass();
            Leaks.awaitNoThreads();
        }
    }
}
