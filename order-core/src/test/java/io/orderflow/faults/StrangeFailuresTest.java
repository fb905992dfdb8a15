package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Health;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.PageRequest;
import io.orderflow.StockAdjustment;
import io.orderflow.StoreUnavailableException;
import io.orderflow.SubmitResult;
import io.orderflow.WalletAdjustment;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pool behind a circuit breaker, a token source or a router throws what it likes; that is an outage, and its reason
 * is told.
 */
class StrangeFailuresTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int ORDERS = 64;

    @ParameterizedTest
    @EnumSource
    void noOrderIsParkedWhateverThePoolAndItsConnectionsThrow(Step step) throws Exception {
        try (TestDatabase database = TestDatabase.h2()) {
            FaultyDataSource source = new FaultyDataSource(database.dataSource(8), FaultPlan.NONE);
            OrderSchema.of(source).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(source).build().start()) {
                List<OrderRequest> requests = accepted(orders);
                AtomicInteger thrown = new AtomicInteger();
                source.setPlan((now, sql) -> {
                    if (now == step && Thread.currentThread().getName().contains("worker")) {
                        thrown.incrementAndGet();
                        throw new IllegalStateException("the vault is sealed");
                    }
                });
                orders.workers(WorkerConfig.builder().threads(2).build()).start();
                // what was committed all the same is not done again
                int times = step == Step.AFTER_COMMIT ? 1 : 8;
                Eventually.await(
                        "the workers met it",
                        BOUND,
                        () -> thrown.get() >= times,
                        () -> orders.health().toString());
                if (step != Step.AFTER_COMMIT) {
                    Health health = orders.health();
                    assertTrue(health.status() != Health.Status.UP, health::toString);
                    assertTrue(health.toString().contains("the vault is sealed"), health::toString);
                }
                source.setPlan(FaultPlan.NONE);
                for (OrderRequest request : requests) {
                    assertEquals(
                            "COMPLETED",
                            orders.await(request.id(), BOUND)
                                    .orElseThrow()
                                    .status()
                                    .name());
                }
                assertEquals(0, count(database, "orderflow_dead_letter"));
                assertTrue(orders.audit().ok());
            }
            assertEquals(0, source.openConnections(), "connections that were not given back");
        }
    }

    private static List<OrderRequest> accepted(OrderProcessor orders) {
        orders.inventory().applyAll(List.of(StockAdjustment.define(1, 10, 1_000, "define")));
        orders.wallets().applyAll(List.of(WalletAdjustment.open(1, 100_000, "open")));
        List<OrderRequest> requests = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            requests.add(OrderRequest.of(1).line(1, 1).build());
        }
        orders.submitAll(requests).forEach(result -> assertInstanceOf(SubmitResult.Accepted.class, result));
        return requests;
    }

    @ParameterizedTest
    @EnumSource(names = {"GET_CONNECTION", "BEFORE_EXECUTE"})
    void whoAsksAndAdjustsHearsOfAnOutageWithItsCause(Step step) {
        try (TestDatabase database = TestDatabase.h2()) {
            FaultyDataSource source = new FaultyDataSource(database.dataSource(8), FaultPlan.NONE);
            OrderSchema.of(source).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(source).build().start()) {
                OrderRequest request = accepted(orders).get(0);
                IllegalStateException sealed = new IllegalStateException("the vault is sealed");
                source.setPlan((now, sql) -> {
                    if (now == step) {
                        throw sealed;
                    }
                });
                for (Executable call : List.<Executable>of(
                        () -> orders.find(request.id()),
                        () -> orders.await(request.id(), Duration.ofMillis(20)),
                        () -> orders.ordersOf(1, PageRequest.first(5)),
                        () -> orders.wallets().find(1),
                        () -> orders.wallets().history(1, PageRequest.first(5)),
                        () -> orders.wallets().deposit(1, 1, "deposit"),
                        () -> orders.inventory().find(1),
                        () -> orders.inventory().restock(1, 1, "restock"),
                        orders::audit,
                        () -> OrderSchema.of(source).check(),
                        () -> OrderSchema.of(source).createOrUpgrade())) {
                    StoreUnavailableException away = assertThrows(StoreUnavailableException.class, call);
                    assertTrue(away.getMessage().contains("the vault is sealed"), away::getMessage);
                    Throwable cause = away;
                    while (cause.getCause() != null) {
                        cause = cause.getCause();
                    }
                    assertEquals(sealed, cause);
                }
                if (step == Step.BEFORE_EXECUTE) {
                    SubmitResult result =
                            orders.submit(OrderRequest.of(1).line(1, 1).build());
                    assertTrue(result.toString().contains("the vault is sealed"), result::toString);
                }
                source.setPlan(FaultPlan.NONE);
            }
            assertEquals(0, source.openConnections(), "connections that were not given back");
        }
    }

    @Test
    void aCommitThatThrowsAnythingIsInDoubt() {
        try (TestDatabase database = TestDatabase.h2()) {
            FaultyDataSource source = new FaultyDataSource(database.dataSource(8), FaultPlan.NONE);
            OrderSchema.of(source).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(source).build().start()) {
                accepted(orders);
                AtomicBoolean written = new AtomicBoolean();
                source.setPlan((now, sql) -> {
                    boolean writes = sql.startsWith("INSERT INTO orderflow_pending")
                            || sql.startsWith("INSERT INTO orderflow_adjustment");
                    // and not that of a probe
                    if (now == Step.AFTER_EXECUTE && writes) {
                        written.set(true);
                    } else if (now == Step.AFTER_COMMIT && written.getAndSet(false)) {
                        throw new IllegalStateException("the breaker opened");
                    }
                });
                StoreUnavailableException doubt = assertThrows(
                        StoreUnavailableException.class, () -> orders.wallets().deposit(1, 1, "deposit"));
                assertTrue(doubt.getMessage().contains("the next 1 perhaps"), doubt::getMessage);
                OrderRequest request = OrderRequest.of(1).line(1, 1).build();
                assertInstanceOf(SubmitResult.Unknown.class, orders.submit(request));
                source.setPlan(FaultPlan.NONE);
                assertTrue(orders.find(request.id()).isPresent());
            }
            assertEquals(0, source.openConnections(), "connections that were not given back");
        }
    }

    /** HikariCP says only that it has no connection. */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void whyThePoolHasNoConnectionIsToldEverywhere(TestDatabase.Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            HikariDataSource unknown =
                    database.dataSource(2, database.jdbcUrl().replace(database.name(), "no_such_shop"));
            HikariDataSource denied = database.dataSource(2);
            denied.setPassword("not-the-password");
            // a user without rights on a database that is not there is told that he has none
            assertTold(unknown, "no_such_shop");
            assertTold(denied, "Access denied for user '" + database.user() + "'");
        }
    }

    private static void assertTold(HikariDataSource pool, String reason) {
        pool.setConnectionTimeout(1_500);
        try (OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            StoreUnavailableException asked = assertThrows(
                    StoreUnavailableException.class, () -> orders.wallets().find(1));
            StoreUnavailableException checked = assertThrows(
                    StoreUnavailableException.class, () -> OrderSchema.of(pool).check());
            SubmitResult.Unavailable refused = assertInstanceOf(
                    SubmitResult.Unavailable.class,
                    orders.submit(OrderRequest.of(1).line(1, 1).build()));
            List<String> told = new ArrayList<>(List.of(asked.getMessage(), checked.getMessage(), refused.cause()));
            Eventually.await(
                    "journal and worker are away",
                    BOUND,
                    () -> orders.health().checks().stream()
                                    .filter(check -> check.detail().contains(reason))
                                    .count()
                            >= 2,
                    () -> orders.health().toString());
            orders.health().checks().stream()
                    .map(Health.Check::detail)
                    .filter(detail -> detail.contains(reason))
                    .forEach(told::add);
            for (String text : told) {
                assertTrue(text.contains(reason), text);
                assertTrue(text.lines().count() == 1 && !text.contains("not-the-password"), text);
            }
        }
    }

    private static long count(TestDatabase database, String table) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }
}
