package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShopIdTest {
    private static final int PROCESSES = 8;
    private static final UUID OTHER = UUID.fromString("00010203-0405-4607-8809-0a0b0c0d0e0f");

    @ParameterizedTest
    @EnumSource
    void allProcessesFindTheSameShopHoweverManyComeFirst(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(PROCESSES)) {
            OrderSchema.of(pool).createOrUpgrade();
            CyclicBarrier gate = new CyclicBarrier(PROCESSES);
            Callable<UUID> first = () -> {
                VerifiedSessions sessions = sessions(pool, "orderflow_");
                gate.await();
                return contact(sessions);
            };
            ExecutorService processes = Executors.newFixedThreadPool(PROCESSES);
            try {
                List<Future<UUID>> all = new ArrayList<>();
                for (int i = 0; i < PROCESSES; i++) {
                    all.add(processes.submit(first));
                }
                Set<UUID> shops = new HashSet<>();
                for (Future<UUID> one : all) {
                    shops.add(one.get());
                }
                assertEquals(1, shops.size(), shops::toString);
                assertEquals(shops, Set.of(contact(sessions(pool, "orderflow_"))));
            } finally {
                processes.shutdownNow();
            }
        }
    }

    /** The other one begins when the first is about to write, and waits until that is committed. */
    @ParameterizedTest
    @EnumSource
    void whatOneIsAboutToDrawNobodyElseDraws(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(2)) {
            OrderSchema.of(pool).createOrUpgrade();
            CompletableFuture<UUID> other = new CompletableFuture<>();
            FaultyDataSource faulty = new FaultyDataSource(pool, (step, sql) -> {
                if (step == Step.BEFORE_EXECUTE && sql.contains("SET shop")) {
                    new Thread(() -> other.completeAsync(() -> contactOf(pool), Runnable::run)).start();
                    awaitBriefly(other);
                }
            });
            assertEquals(contact(sessions(faulty, "orderflow_")), other.get(60, TimeUnit.SECONDS));
        }
    }

    private static UUID contactOf(DataSource pool) {
        try {
            return contact(sessions(pool, "orderflow_"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** As long as it takes who does not wait. */
    private static void awaitBriefly(CompletableFuture<UUID> other) {
        try {
            other.get(500, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it waits, as it is to
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoPrefixesAreTwoShops(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(2)) {
            OrderSchema.of(pool, "a_").createOrUpgrade();
            OrderSchema.of(pool, "b_").createOrUpgrade();
            assertNotEquals(contact(sessions(pool, "a_")), contact(sessions(pool, "b_")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProcessDoesNotGoOnWithTheTablesOfAnotherShop(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(2)) {
            OrderSchema.of(pool).createOrUpgrade();
            FaultyDataSource faulty = new FaultyDataSource(pool, FaultPlan.NONE);
            VerifiedSessions sessions = sessions(faulty, "orderflow_");
            assertEquals(Optional.empty(), sessions.shop());
            UUID shop = contact(sessions);
            execute(database, "UPDATE orderflow_schema_version SET shop = " + SqlText.id(OTHER) + " WHERE id = 1");
            faulty.setPlan(FaultPlan.nth(Step.GET_CONNECTION, 1));
            assertThrows(SQLException.class, () -> contact(sessions), "after a failure it looks again");
            SchemaException refused = assertThrows(SchemaException.class, () -> contact(sessions));
            assertTrue(
                    refused.getMessage()
                            .contains("now those of shop " + OTHER + ", and this process works for shop " + shop),
                    refused::getMessage);
            assertEquals(Optional.of(shop), sessions.shop());
            assertEquals(0, faulty.openConnections());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureDuringAVerificationMakesItWorthNothing(Kind kind) throws SQLException {
        aFailureMakesItWorthNothing(kind, Step.GET_CONNECTION);
        aFailureMakesItWorthNothing(kind, Step.AFTER_EXECUTE);
    }

    /** The other one's failure is at the connection, or after the same statement. */
    private static void aFailureMakesItWorthNothing(Kind kind, Step other) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(2)) {
            OrderSchema.of(pool).createOrUpgrade();
            FaultyDataSource faulty = new FaultyDataSource(pool, FaultPlan.NONE);
            VerifiedSessions sessions = sessions(faulty, "orderflow_");
            AtomicBoolean away = new AtomicBoolean();
            faulty.setPlan((step, sql) -> {
                boolean atTheShop = step == Step.AFTER_EXECUTE && sql.contains("SELECT shop");
                if (away.get() && step == other && (atTheShop || step == Step.GET_CONNECTION)) {
                    throw FaultPlan.lost(step);
                }
                if (atTheShop) {
                    away.set(true);
                    assertThrows(SQLException.class, () -> contact(sessions));
                    away.set(false);
                    faulty.setPlan(FaultPlan.NONE);
                }
            });
            contact(sessions);
            AtomicInteger looks = new AtomicInteger();
            faulty.setPlan(
                    (step, sql) -> looks.addAndGet(step == Step.BEFORE_EXECUTE && sql.contains("SELECT shop") ? 1 : 0));
            contact(sessions);
            assertEquals(1, looks.get(), "another server may have answered the failed one");
            contact(sessions);
            assertEquals(1, looks.get(), "verified");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstContactLeavesASessionInAutocommitAsItWas(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(1)) {
            OrderSchema.of(pool).createOrUpgrade();
            Session.Settings settings =
                    new Session.Settings(true, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(30));
            try (Session session = sessions(pool, "orderflow_").open(settings)) {
                assertTrue(session.connection().getAutoCommit());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdThatCouldNotBeWrittenIsNobodys(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(1);
                Connection connection = pool.getConnection()) {
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
            execute(database, "DELETE FROM orderflow_schema_version WHERE id = 1");
            assertThrows(SQLException.class, () -> ShopId.readOrDraw(connection, new Tables("orderflow_")));
        }
    }

    private static VerifiedSessions sessions(DataSource pool, String prefix) {
        return new VerifiedSessions(pool, new Tables(prefix), false);
    }

    private static UUID contact(VerifiedSessions sessions) throws SQLException {
        Session session = sessions.open(ShopDatabase.SETTINGS);
        session.close();
        return sessions.shop().orElseThrow();
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
