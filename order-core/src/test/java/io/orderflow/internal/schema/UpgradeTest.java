package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Tables;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the tables of version 1 to the present ones: the same by every way, whatever interrupts it, or not at all. */
class UpgradeTest {
    private static final String PREFIX = OldTables.PREFIX;
    private static final String OTHER_PREFIX = "my_shop_";
    private static final int MOST_STATEMENTS = 300;

    /** A migration tool refuses a script that is not what it ran; so those that are out never change. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "h2"})
    void theScriptsThatAreOutNeverChange(String folder) throws NoSuchAlgorithmException {
        String script = OldTables.text("/io/orderflow/schema/" + folder + "/V1__orderflow.sql");
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
        assertEquals(
                "fc9701a93f67e3ee18ec90c700b9a639f53def0d1bc6557182845af6b3e91890",
                HexFormat.of().formatHex(hash));
    }

    @ParameterizedTest
    @EnumSource
    void everyWayGivesTheTablesOfAFreshDatabase(Kind kind) throws SQLException {
        try (TestDatabase fresh = TestDatabase.open(kind);
                TestDatabase called = TestDatabase.open(kind);
                TestDatabase run = TestDatabase.open(kind)) {
            OrderSchema.of(fresh.dataSource(1)).createOrUpgrade();
            OldTables.makeShop(called, OTHER_PREFIX);
            OrderSchema.of(called.dataSource(1), OTHER_PREFIX).createOrUpgrade();
            OldTables.makeShop(run, PREFIX);
            OldTables.run(run, OldTables.script(run, 2, PREFIX));
            OrderSchema.of(run.dataSource(1)).check();

            List<String> expected = TablePicture.shapes(fresh, PREFIX);
            TablePicture.assertAlike(expected, TablePicture.shapes(called, OTHER_PREFIX));
            TablePicture.assertAlike(expected, TablePicture.shapes(run, PREFIX));
            TablePicture.assertAlike(TablePicture.rows(run, PREFIX), TablePicture.rows(called, OTHER_PREFIX));
        }
    }

    /** As a migration tool does where there was nothing. */
    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void allScriptsGiveTheTablesOfAFreshDatabase(Kind kind) throws SQLException {
        try (TestDatabase fresh = TestDatabase.open(kind);
                TestDatabase run = TestDatabase.open(kind)) {
            OrderSchema.of(fresh.dataSource(1)).createOrUpgrade();
            for (int version = 1; version <= SchemaScript.VERSION; version++) {
                OldTables.run(run, OldTables.script(run, version, PREFIX));
            }
            TablePicture.assertAlike(TablePicture.shapes(fresh, PREFIX), TablePicture.shapes(run, PREFIX));
            TablePicture.assertAlike(TablePicture.rows(fresh, PREFIX), TablePicture.rows(run, PREFIX));
        }
    }

    /** Each call gets one statement further than the last one, and loses its connection before or after it. */
    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void whatWasInterruptedGoesOn(Kind kind) throws SQLException {
        try (TestDatabase whole = TestDatabase.open(kind);
                TestDatabase torn = TestDatabase.open(kind)) {
            OldTables.makeShop(whole, PREFIX);
            OrderSchema.of(whole.dataSource(1)).createOrUpgrade();
            OldTables.makeShop(torn, PREFIX);
            FaultyDataSource pool = new FaultyDataSource(torn.dataSource(2), FaultPlan.NONE);
            int calls = 0;
            while (!endsUnlessLostAt(pool, ++calls)) {
                assertTrue(calls < MOST_STATEMENTS, "it does not come to an end");
            }
            assertTrue(calls > 20, "it ended after " + calls);
            TablePicture.assertAlike(TablePicture.shapes(whole, PREFIX), TablePicture.shapes(torn, PREFIX));
            TablePicture.assertAlike(TablePicture.rows(whole, PREFIX), TablePicture.rows(torn, PREFIX));
        }
    }

    private static boolean endsUnlessLostAt(FaultyDataSource pool, int statement) {
        pool.setPlan(FaultPlan.nth(statement % 2 == 0 ? Step.BEFORE_EXECUTE : Step.AFTER_EXECUTE, statement));
        try {
            OrderSchema.of(pool).createOrUpgrade();
            return true;
        } catch (StoreUnavailableException lost) {
            return false;
        }
    }

    /** A script that a tool runs once more, and a call after it, change nothing. */
    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void whatIsUpgradedStaysAsItIs(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OldTables.makeShop(database, PREFIX);
            DataSource pool = database.dataSource(1);
            OrderSchema.of(pool).createOrUpgrade();
            List<String> shapes = TablePicture.shapes(database, PREFIX);
            List<String> rows = TablePicture.rows(database, PREFIX);
            OldTables.run(database, OldTables.script(database, 2, PREFIX));
            OldTables.run(database, OldTables.script(database, 1, PREFIX));
            OrderSchema.of(pool).createOrUpgrade();
            TablePicture.assertAlike(shapes, TablePicture.shapes(database, PREFIX));
            TablePicture.assertAlike(rows, TablePicture.rows(database, PREFIX));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void severalThreadsMayUpgradeAtTheSameTime(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OldTables.makeShop(database, PREFIX);
            DataSource pool = database.dataSource(3);
            List<CompletableFuture<Void>> hosts = IntStream.range(0, 3)
                    .mapToObj(host -> CompletableFuture.runAsync(
                            () -> OrderSchema.of(pool).createOrUpgrade()))
                    .toList();
            for (CompletableFuture<Void> host : hosts) {
                host.get(60, TimeUnit.SECONDS);
            }
            OrderSchema.of(pool).check();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE orderflow_orders SET total = total + 1 WHERE status = 1",
                "UPDATE orderflow_batch SET size = size + 1",
                "UPDATE orderflow_orders SET place = place + 1 WHERE status = 2",
                "UPDATE orderflow_orders SET batch_id = 1 WHERE status = 0",
                "UPDATE orderflow_orders SET batch_id = 0, place = 0 WHERE status = 1"
            })
    void whatWouldBeLostIsNamedAndNothingIsChanged(String damage) throws SQLException {
        try (TestDatabase database = TestDatabase.h2()) {
            OldTables.makeShop(database, PREFIX);
            OldTables.run(database, List.of(damage));
            List<String> before = TablePicture.shapes(database, PREFIX);
            SchemaException refused = assertThrows(
                    SchemaException.class,
                    () -> OrderSchema.of(database.dataSource(1)).createOrUpgrade());
            assertTrue(refused.getMessage().contains("and nothing was changed: "), refused::getMessage);
            TablePicture.assertAlike(before, TablePicture.shapes(database, PREFIX));
            assertEquals(1, version(database));
        }
    }

    /** Also at the first contact of a processor that may make tables: an upgrade may take minutes. */
    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void olderTablesSayWhatToDo(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OldTables.makeShop(database, PREFIX);
            DataSource pool = database.dataSource(1);
            List<String> before = TablePicture.shapes(database, PREFIX);
            String advice = "have schema version 1, this release needs 2; stop the processes of the older release and"
                    + " call OrderSchema.createOrUpgrade()";
            assertSays(advice, () -> OrderSchema.of(pool).check());
            VerifiedSessions sessions = new VerifiedSessions(pool, new Tables(PREFIX), true);
            assertSays(advice, () -> sessions.open(ShopDatabase.SETTINGS));
            TablePicture.assertAlike(before, TablePicture.shapes(database, PREFIX));
            OldTables.run(database, List.of("UPDATE orderflow_schema_version SET version = 0 WHERE id = 1"));
            assertSays(
                    "their upgrade was interrupted; call OrderSchema.createOrUpgrade()",
                    () -> OrderSchema.of(pool).check());
        }
    }

    private static void assertSays(String advice, Executable call) {
        SchemaException refused = assertThrows(SchemaException.class, call);
        assertTrue(refused.getMessage().contains(advice), refused::getMessage);
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void aUserWhoMayNotAlterTablesChangesNothing(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser user = TableUser.of(database)) {
            OldTables.makeShop(database, PREFIX);
            user.grant("SELECT, INSERT, UPDATE, DELETE, CREATE");
            List<String> before = TablePicture.shapes(database, PREFIX);
            assertSays(
                    "have V2__orderflow.sql run",
                    () -> OrderSchema.of(user.pool()).createOrUpgrade());
            TablePicture.assertAlike(before, TablePicture.shapes(database, PREFIX));
            assertEquals(1, version(database));
        }
    }

    /** What the turn needs goes with it: the pool's next user finds the connection as it was. */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MARIADB_CONNECTOR", "MYSQL"})
    void theConnectionIsGivenBackAsItWas(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OldTables.makeShop(database, PREFIX);
            DataSource pool = database.dataSource(
                    1, database.jdbcUrl() + "&sessionVariables=group_concat_max_len=2048,lock_wait_timeout=77");
            String settings = "SELECT CONCAT(@@lock_wait_timeout, ' ', @@group_concat_max_len, ' ', @@autocommit)";
            List<String> before = read(pool, settings);
            AtomicBoolean altered = new AtomicBoolean();
            FaultyDataSource watched = new FaultyDataSource(pool, (step, sql) -> {
                if (sql.startsWith("EXECUTE")) {
                    altered.set(true);
                }
            });
            OrderSchema.of(watched).createOrUpgrade();
            assertTrue(altered.get());
            assertEquals(before, read(pool, settings));
        }
    }

    private static List<String> read(DataSource pool, String query) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return QueryRows.list(connection, query, row -> row.getString(1));
        }
    }

    private static int version(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect()) {
            return QueryRows.list(
                            connection,
                            "SELECT version FROM orderflow_schema_version WHERE id = 1",
                            row -> row.getInt(1))
                    .get(0);
        }
    }

    @Test
    void aFileOfH2IsUpgraded(@TempDir Path folder) throws SQLException {
        try (TestDatabase database = TestDatabase.h2File(folder.resolve("shop"))) {
            OldTables.makeShop(database, PREFIX);
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
            assertEquals(2, version(database));
        }
    }
}
