package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Making the tables, and refusing what could not keep the promises. */
class SchemaTest {

    @ParameterizedTest
    @EnumSource
    void makingTheTablesAgainChangesNothing(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(2);
            OrderSchema schema = OrderSchema.of(pool);
            schema.createOrUpgrade();
            execute(database, "INSERT INTO orderflow_wallet VALUES (1, 5)");
            schema.createOrUpgrade();
            schema.check();
            assertEquals(List.of("1 5"), read(database, "SELECT buyer, balance FROM orderflow_wallet"));
            assertEquals(
                    List.of("1 2", "2 0", "3 0", "4 0"),
                    read(database, "SELECT id, version FROM orderflow_schema_version ORDER BY id"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoPrefixesLiveSideBySide(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(2);
            String longest = "a_prefix_of_thirty_one_letters_";
            for (String prefix : List.of("orderflow_", "x", longest)) {
                OrderSchema.of(pool, prefix).createOrUpgrade();
            }
            execute(database, "INSERT INTO " + longest + "wallet VALUES (1, 5)");
            assertEquals(List.of(), read(database, "SELECT * FROM orderflow_wallet"));
            assertEquals(List.of(), read(database, "SELECT * FROM xwallet"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalHostsMayMakeTheTablesAtTheSameTime(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(4);
            CountDownLatch gate = new CountDownLatch(1);
            List<CompletableFuture<Void>> hosts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                hosts.add(CompletableFuture.runAsync(() -> {
                    assertDoesNotThrow(() -> gate.await());
                    OrderSchema.of(pool).createOrUpgrade();
                }));
            }
            gate.countDown();
            for (CompletableFuture<Void> host : hosts) {
                host.get(60, TimeUnit.SECONDS);
            }
            OrderSchema.of(pool).check();
        }
    }

    /** As a migration tool does: the resource's text, statement by statement. */
    @ParameterizedTest
    @EnumSource
    void theResourceRunsAsItIs(Kind kind) throws Exception {
        String script;
        try (var resource = OrderSchema.class.getResourceAsStream("/io/orderflow/schema/orderflow.sql")) {
            script = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (TestDatabase database = TestDatabase.open(kind)) {
            assertEquals(script, OrderSchema.of(database.dataSource(1)).ddl());
            for (String statement : script.split(";\\s*\n")) {
                execute(database, statement);
            }
            OrderSchema.of(database.dataSource(1)).check();
        }
    }

    @ParameterizedTest
    @EnumSource
    void missingTablesSayHowToMakeThem(Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            assertRefused(database.dataSource(1), "call OrderSchema.createOrUpgrade() or run orderflow.sql");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherVersionIsNamed(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(1);
            OrderSchema.of(pool).createOrUpgrade();
            execute(database, "UPDATE orderflow_schema_version SET version = 7 WHERE id = 1");
            assertRefused(pool, "have schema version 7, this release needs 2");
            execute(database, "UPDATE orderflow_schema_version SET version = 2 WHERE id = 1");
            for (int lock = 2; lock <= 4; lock++) {
                execute(database, "DELETE FROM orderflow_schema_version WHERE id = " + lock);
                assertRefused(pool, "call OrderSchema.createOrUpgrade() or run orderflow.sql");
                OrderSchema.of(pool).createOrUpgrade();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aSessionThatIsNotStrictIsRefused(Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(
                    1,
                    database.jdbcUrl()
                            + "&jdbcCompliantTruncation=false&sessionVariables=sql_mode='NO_ENGINE_SUBSTITUTION'");
            assertRefused(pool, "add STRICT_TRANS_TABLES to the server's or the connection's sql_mode");
            assertThrows(SchemaException.class, () -> OrderSchema.of(pool).createOrUpgrade());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aDriverThatCountsChangedRowsIsRefused(Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
            assertRefused(
                    database.dataSource(1, database.jdbcUrl() + "&useAffectedRows=true"),
                    "remove useAffectedRows=true from the JDBC URL");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void anEngineWithoutTransactionsIsRefused(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(1);
            OrderSchema.of(pool).createOrUpgrade();
            execute(database, "ALTER TABLE orderflow_attempt ENGINE=MyISAM");
            assertRefused(pool, "run ALTER TABLE orderflow_attempt ENGINE=InnoDB");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";MODE=PostgreSQL"})
    void h2InAnotherModeIsRefused(String mode) throws SQLException {
        String url = "jdbc:h2:mem:mode" + mode.length() + mode;
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            SchemaException refused = assertThrows(SchemaException.class, () -> verify(connection));
            assertTrue(refused.getMessage().contains("add ;MODE=MySQL;"), refused::getMessage);
        }
    }

    @Test
    void h2ThatWritesLateIsRefused(@TempDir Path folder) throws SQLException {
        String url = "jdbc:h2:file:" + folder.resolve("late")
                + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            SchemaException refused = assertThrows(SchemaException.class, () -> verify(connection));
            assertTrue(refused.getMessage().contains("add ;WRITE_DELAY=0 to its URL"), refused::getMessage);
        }
        try (TestDatabase database = TestDatabase.h2File(folder.resolve("prompt"))) {
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
        }
    }

    @Test
    void h2ThatTearsCommitsIsRefused() {
        SchemaException refused = assertThrows(
                SchemaException.class,
                () -> ServerCheck.refuseH2ThatTearsCommits("2.5.252 (2026-08-01)", RefusalSink.THROWN));
        assertTrue(refused.getMessage().contains("H2 2.5.252"), refused::getMessage);
        assertTrue(refused.getMessage().contains("use H2 2.4"), refused::getMessage);
        ServerCheck.refuseH2ThatTearsCommits("2.4.240 (2025-09-22)", RefusalSink.THROWN);
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseThatIsAwayIsNotCalledWrong(Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            FaultyDataSource faulty =
                    new FaultyDataSource(database.dataSource(1), FaultPlan.nth(Step.GET_CONNECTION, 1));
            assertThrows(
                    StoreUnavailableException.class,
                    () -> OrderSchema.of(faulty).createOrUpgrade());
            OrderSchema.of(faulty).createOrUpgrade();
            for (int statement = 1; statement <= 6; statement++) {
                faulty.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, statement));
                try {
                    OrderSchema.of(faulty).check();
                } catch (StoreUnavailableException e) {
                    assertTrue(
                            e.getMessage().startsWith("the tables orderflow_* could not be checked: "), e::getMessage);
                }
            }
            assertEquals(0, faulty.openConnections());
        }
    }

    /** What starts before its tables are there must go on by itself when they come. */
    @ParameterizedTest
    @EnumSource
    void sessionsAreRefusedUntilTheServerPasses(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            FaultyDataSource pool = new FaultyDataSource(database.dataSource(2), FaultPlan.NONE);
            VerifiedSessions sessions = new VerifiedSessions(pool, new Tables("orderflow_"), false);
            assertThrows(SchemaException.class, () -> sessions.open(ShopDatabase.SETTINGS));
            assertEquals(0, pool.openConnections());
            OrderSchema.of(pool).createOrUpgrade();
            sessions.open(ShopDatabase.SETTINGS).close();
            execute(database, "UPDATE orderflow_schema_version SET version = 7 WHERE id = 1");
            try (Session unverified = sessions.open(ShopDatabase.SETTINGS)) {
                assertEquals(
                        1, unverified.update("UPDATE orderflow_schema_version SET version = version WHERE id = 1"));
            }
            pool.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1, FaultPlan::readOnly));
            assertThrows(SQLException.class, () -> sessions.open(ShopDatabase.SETTINGS));
            assertThrows(
                    SchemaException.class,
                    () -> sessions.open(ShopDatabase.SETTINGS),
                    "verified again after a failure");
            assertEquals(0, pool.openConnections());
        }
    }

    /** Right after an outage a pool may have connections that died in it; the server may be another one now. */
    @ParameterizedTest
    @EnumSource
    void anotherConnectionIsTakenForOneThatDiedInThePoolAndVerified(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            FaultyDataSource pool = new FaultyDataSource(database.dataSource(2), FaultPlan.NONE);
            VerifiedSessions sessions = new VerifiedSessions(pool, new Tables("orderflow_"), true, () -> 0);
            sessions.open(ShopDatabase.SETTINGS).close();
            pool.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1));
            sessions.open(ShopDatabase.SETTINGS).close();
            execute(database, "UPDATE orderflow_schema_version SET version = 7 WHERE id = 1");
            pool.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1));
            assertThrows(SchemaException.class, () -> sessions.open(ShopDatabase.SETTINGS));
            AtomicInteger taken = new AtomicInteger();
            pool.setPlan((step, sql) -> {
                taken.addAndGet(step == Step.GET_CONNECTION ? 1 : 0);
                if (step == Step.BEFORE_EXECUTE) {
                    throw FaultPlan.lost(step);
                }
            });
            assertThrows(SQLException.class, () -> sessions.open(ShopDatabase.SETTINGS));
            assertEquals(4, taken.get());
            assertEquals(0, pool.openConnections());
        }
    }

    @ParameterizedTest
    @EnumSource
    void noOtherConnectionIsTakenWhereTheFirstDidNotFailAtOnce(Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
            AtomicInteger taken = new AtomicInteger();
            FaultyDataSource pool = new FaultyDataSource(database.dataSource(2), (step, sql) -> {
                taken.addAndGet(step == Step.GET_CONNECTION ? 1 : 0);
                if (step == Step.BEFORE_EXECUTE) {
                    nanos.addAndGet(Duration.ofMillis(500).toNanos());
                    throw FaultPlan.lost(step);
                }
            });
            VerifiedSessions sessions = new VerifiedSessions(pool, new Tables("orderflow_"), false, nanos::get);
            assertThrows(SQLException.class, () -> sessions.open(ShopDatabase.SETTINGS));
            assertEquals(1, taken.get());
        }
    }

    /** Another server may answer after a failure, and before the first contact nobody knows which one it is. */
    @ParameterizedTest
    @EnumSource
    void aLookSaysNothingOfAServerThatIsNotVerified(Kind kind) throws SQLException {
        String look = "SELECT 1 FROM orderflow_pending";
        try (TestDatabase database = TestDatabase.open(kind)) {
            FaultyDataSource pool = new FaultyDataSource(database.dataSource(2), FaultPlan.NONE);
            VerifiedSessions sessions = new VerifiedSessions(pool, new Tables("orderflow_"), true);
            OrderSchema.of(pool).createOrUpgrade();
            assertTrue(sessions.mayFind(look));
            sessions.open(ShopDatabase.SETTINGS).close();
            assertFalse(sessions.mayFind(look));
            pool.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1));
            assertTrue(sessions.mayFind(look));
            assertTrue(sessions.mayFind(look));
            sessions.open(ShopDatabase.SETTINGS).close();
            assertFalse(sessions.mayFind(look));
        }
    }

    private static void assertRefused(DataSource pool, String advice) {
        SchemaException refused =
                assertThrows(SchemaException.class, () -> OrderSchema.of(pool).check());
        assertTrue(refused.getMessage().contains(advice), refused::getMessage);
    }

    private static void verify(Connection connection) throws SQLException {
        ServerCheck.verify(connection, Dialect.of(connection), new Tables("orderflow_"));
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> read(TestDatabase database, String query) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(row.getString(1) + " " + row.getString(2));
            }
            return rows;
        }
    }
}
