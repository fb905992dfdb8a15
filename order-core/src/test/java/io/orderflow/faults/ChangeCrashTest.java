package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host that cancels, ends holds and refunds is killed again and again: what it was told as done is there, once, and a
 * note of its own is there exactly with its change. {@code -Dtest.cycles=N} sets how often, {@code -Dtest.seed=N} when.
 * What a dead host leaves behind is its server's: one driver leads to MariaDB.
 */
@Tag("drill")
class ChangeCrashTest {
    private static final int CYCLES = Integer.getInteger("test.cycles", 4);
    private static final long SEED = Long.getLong("test.seed", System.nanoTime());

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void whatWasToldIsThere(TestDatabase.Kind kind) throws SQLException {
        SplittableRandom random = new SplittableRandom(SEED);
        TestDatabase database =
                kind == TestDatabase.Kind.H2 ? TestDatabase.h2File(folder.resolve("orders")) : TestDatabase.open(kind);
        TestedShop.open(database).leaveDatabase();
        execute(database, "CREATE TABLE credit_note (reference VARCHAR(255) PRIMARY KEY)");
        Set<String> told = new TreeSet<>();
        for (int life = 1; life <= CYCLES; life++) {
            try (JavaProcess host = start(database, life)) {
                int moment = 1 + random.nextInt(40);
                Eventually.await(
                        moment + " changes told of", TestedShop.BOUND, () -> refunds(host) >= moment, host::toString);
                host.kill9();
                told.addAll(told(host, ChangingHost.CANCELLED));
                told.addAll(told(host, ChangingHost.REFUNDED));
                told.addAll(told(host, ChangingHost.ENDED));
            }
        }
        check(database, told);
    }

    private static JavaProcess start(TestDatabase database, int life) {
        return JavaProcess.start(List.of("-Xmx256m"), ChangingHost.class, database, String.valueOf(life));
    }

    private static long refunds(JavaProcess host) {
        return host.lines().stream()
                .filter(line -> line.startsWith(ChangingHost.REFUNDED))
                .count();
    }

    /** Order and number of each; it may have died in the middle of a line. */
    private static Set<String> told(JavaProcess host, String what) {
        return host.lines().stream()
                .filter(line -> line.startsWith(what) && line.endsWith("."))
                .map(line -> line.substring(what.length(), line.length() - 1).replace("-", ""))
                .collect(Collectors.toSet());
    }

    private static void check(TestDatabase database, Set<String> told) throws SQLException {
        try (TestedShop shop = TestedShop.reopen(database, database.jdbcUrl(), builder -> builder)) {
            shop.startWorkers();
            shop.awaitDrained();
            shop.checker().checkTables();
            String hex = database.kind() == TestDatabase.Kind.H2 ? "RAWTOHEX(order_id)" : "HEX(order_id)";
            Set<String> done =
                    read(database, "SELECT LOWER(" + hex + "), batch_id * 1000 + place FROM orderflow_order_change");
            Set<String> lost = new HashSet<>(told);
            lost.removeAll(done);
            assertEquals(Set.of(), lost, "told and not there, seed " + SEED);
            assertEquals(
                    read(database, "SELECT reference FROM credit_note"),
                    read(database, "SELECT reference FROM orderflow_order_change WHERE reference LIKE 'note%'"),
                    "notes and their changes, seed " + SEED);
            assertTrue(told.size() > CYCLES, "told of " + told.size());
            System.out.println(database.kind() + ": killed " + CYCLES + " times, seed " + SEED + ", told of "
                    + told.size() + " changes, done " + done.size());
        }
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Set<String> read(TestDatabase database, String query) throws SQLException {
        Set<String> values = new TreeSet<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                values.add(columns == 1 ? row.getString(1) : row.getString(1) + " " + row.getString(2));
            }
        }
        return values;
    }
}
