package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Health;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Deciding is paused while several processes submit and decide, and while one of them is killed and others start. They
 * meet in the server: one driver leads to MariaDB.
 */
class PausedProcessesTest {
    private static final int ORDERS = 400;
    private static final int SOME = 50;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void noProcessDecidesUntilSomebodyResumes(TestDatabase.Kind kind) {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                ShopProcess killed = start(shop.database(), Acceptance.ROW_JOURNAL, 1);
                ShopProcess one = start(shop.database(), Acceptance.GROUP_JOURNAL, 2)) {
            shop.awaitDecided(SOME);
            shop.orders().deciding().pause("duty", "a test");
            long verdicts = verdicts(shop);
            awaitAccepted(killed, killed.accepted() + SOME);
            killed.process().kill9();
            killed.enterInto(shop.book());
            try (ShopProcess two = start(shop.database(), Acceptance.ROW_JOURNAL, 3)) {
                one.awaitSubmitted();
                two.awaitSubmitted();
                shop.startWorkers();
                awaitPausedRecovery(shop);
                assertEquals(verdicts, verdicts(shop), "batches with verdicts");
                assertTrue(shop.checker().pending() > 0, "orders wait");
                assertEquals(
                        "duty",
                        shop.orders().deciding().resume("duty").orElseThrow().by());
                one.enterInto(shop.book());
                two.enterInto(shop.book());
                shop.settle();
                one.end();
                two.end();
            }
        }
    }

    /** A file of H2 has one process at a time: the next one finds the pause of the one that was killed. */
    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB", "MYSQL"})
    void aPauseOutlivesTheProcesses(TestDatabase.Kind kind) {
        TestDatabase database =
                kind == TestDatabase.Kind.H2 ? TestDatabase.h2File(folder.resolve("orders")) : TestDatabase.open(kind);
        TestedShop before = TestedShop.open(database);
        before.orders().deciding().pause("duty", "a test");
        before.leaveDatabase();
        Book book = new Book();
        for (int life = 1; life <= 2; life++) {
            try (ShopProcess process = start(database, Journals.inTurn(life), life)) {
                awaitAccepted(process, SOME);
                process.process().kill9();
                process.enterInto(book);
            }
        }
        try (TestedShop shop = TestedShop.reopen(database, database.jdbcUrl(), builder -> builder)) {
            shop.startWorkers();
            awaitPausedRecovery(shop);
            assertEquals(0, verdicts(shop), "batches with verdicts");
            shop.orders().deciding().resume("duty");
            shop.settle(book);
        }
    }

    private static ShopProcess start(TestDatabase database, Acceptance acceptance, long seed) {
        return ShopProcess.start(database, acceptance, seed, ORDERS, ShopProcess.Trap.NONE);
    }

    private static void awaitAccepted(ShopProcess process, long orders) {
        Eventually.await(
                orders + " accepted",
                ShopProcess.BOUND,
                () -> process.accepted() >= Math.min(orders, ORDERS),
                () -> process.process().toString());
    }

    /** Its own queue is empty, so it is recovery that finds the others' orders. */
    private static void awaitPausedRecovery(TestedShop shop) {
        Eventually.await(
                "recovery and health tell of the pause",
                TestedShop.BOUND,
                () -> isTold(shop.orders().health(), "orderflow-recovery")
                        && isTold(shop.orders().health(), "deciding"),
                () -> shop.orders().health().toString());
        assertEquals(Health.Status.DEGRADED, shop.orders().health().status());
    }

    private static boolean isTold(Health health, String check) {
        return health.checks().stream()
                .anyMatch(one -> one.name().equals(check) && one.detail().contains("by duty: a test"));
    }

    private static long verdicts(TestedShop shop) {
        try (Connection connection = shop.pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM orderflow_batch WHERE kind = 1")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
