package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes that upgrade the same tables at once, and one of them is killed. */
class UpgradeRacesTest {
    private static final Duration BOUND = Duration.ofSeconds(120);

    /** A thread of the server that works for this database. */
    private record Thread(String state, String statement) {}

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void oneIsKilledInTheMiddleAndTheOtherGoesOn(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                TestDatabase whole = TestDatabase.open(kind);
                Connection host = database.connect();
                Connection admin = database.connectAsAdmin()) {
            OldTables.makeShop(whole, OldTables.PREFIX);
            OrderSchema.of(whole.dataSource(1)).createOrUpgrade();
            OldTables.makeShop(database, OldTables.PREFIX);
            host.setAutoCommit(false);
            // the first one waits in the middle, as long as somebody reads what it is to alter
            QueryRows.list(host, "SELECT id FROM orderflow_batch", row -> row.getLong(1));
            JavaProcess first = start(database);
            await(
                    admin,
                    database,
                    "the first one alters the batches",
                    thread -> thread.state().contains("metadata lock")
                            && thread.statement().contains("orderflow_batch"));
            try (JavaProcess second = start(database)) {
                await(
                        admin,
                        database,
                        "the second one waits for the first",
                        thread -> thread.state().equals("User lock"));
                first.kill9();
                first.close();
                assertEquals(List.of(0), version(admin, database), "in the middle no release works with the tables");
                host.rollback();
                second.awaitLine(UpgradeProgram.DONE, BOUND);
                assertEquals(0, second.awaitExit(BOUND));
            }
            TablePicture.assertAlike(
                    TablePicture.shapes(whole, OldTables.PREFIX), TablePicture.shapes(database, OldTables.PREFIX));
            TablePicture.assertAlike(
                    TablePicture.rows(whole, OldTables.PREFIX), TablePicture.rows(database, OldTables.PREFIX));
            try (OrderProcessor orders =
                    OrderProcessor.builder(database.dataSource(4)).build()) {
                assertTrue(orders.audit().ok());
            }
        }
    }

    private static JavaProcess start(TestDatabase database) {
        return JavaProcess.start(List.of("-Xmx128m"), UpgradeProgram.class, database);
    }

    private static List<Integer> version(Connection admin, TestDatabase database) throws SQLException {
        return QueryRows.list(
                admin,
                "SELECT version FROM " + database.name() + ".orderflow_schema_version WHERE id = 1",
                row -> row.getInt(1));
    }

    private static void await(Connection admin, TestDatabase database, String what, Predicate<Thread> wanted) {
        Eventually.await(
                what,
                BOUND,
                () -> threads(admin, database).stream().anyMatch(wanted),
                () -> threads(admin, database).toString());
    }

    private static List<Thread> threads(Connection admin, TestDatabase database) {
        try {
            return QueryRows.list(
                    admin,
                    "SHOW FULL PROCESSLIST",
                    row -> database.name().equals(row.getString("db"))
                            ? new Thread(String.valueOf(row.getString("State")), String.valueOf(row.getString("Info")))
                            : new Thread("", ""));
        } catch (SQLException e) {
            throw new AssertionError("the threads of the server cannot be seen", e);
        }
    }
}
