package io.orderflow.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.loadtest.Ran;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BaselineCommandTest {
    private static final String[] SMALL = {
        "--commits",
        "50",
        "--transactions",
        "60",
        "--threads",
        "3",
        "--batch-orders",
        "1500",
        "--buyers",
        "40",
        "--products",
        "20"
    };

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    void measuresEachProgramAndLeavesNoTable(TestDatabase.Kind kind) throws IOException, SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            Path password = Files.writeString(folder.resolve("password"), database.password());
            String[] where = {
                "--db",
                database.jdbcUrl(),
                "--db-user",
                database.user(),
                "--db-password-file",
                password.toString(),
                "--json",
                "-"
            };
            Ran ran = Ran.program("loadtest baseline", Ran.join(SMALL, where));
            assertEquals(0, ran.exitCode(), ran::toString);
            JsonNode result = Ran.JSON.readTree(ran.out());
            assertTrue(result.get("commit_ms").get("p50").asDouble() > 0, ran::toString);
            for (String rate : List.of(
                    "commits_per_s",
                    "one_order_1_thread_per_s",
                    "one_order_n_threads_per_s",
                    "batches_per_s",
                    "batches_with_reads_per_s")) {
                assertTrue(result.get(rate).asDouble() > 0, rate + ": " + ran);
            }
            assertEquals(List.of(), ownTables(database));
        }
    }

    @Test
    void aWrongOptionIsNamedWithItsValue() {
        Ran ran = Ran.program("loadtest baseline", "--threads", "0");
        assertEquals(2, ran.exitCode(), ran::toString);
        assertTrue(ran.err().contains("--threads must be >= 1: 0"), ran::toString);
    }

    @Test
    void theRowChangesAddUp() throws SQLException {
        try (TestDatabase database = TestDatabase.h2();
                BareTables tables = BareTables.create(database.dataSource(4), BareTables.PREFIX, 40, 20)) {
            new BarePrograms(tables, 40, 20, 1).batches(1_000, true);
            try (Connection connection = database.connect()) {
                assertEquals(1_000, number(connection, "COUNT(*) FROM loadtest_bare_orders WHERE status = 1"));
                assertEquals(1_000, number(connection, "COUNT(*) FROM loadtest_bare_order_line"));
                assertEquals(1_000, number(connection, "SUM(1000000000000 - available) FROM loadtest_bare_stock"));
                assertEquals(
                        number(connection, "SUM(total) FROM loadtest_bare_orders"),
                        number(connection, "SUM(1000000000000 - balance) FROM loadtest_bare_wallet"));
            }
        }
    }

    private static long number(Connection connection, String what) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery("SELECT " + what)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static List<String> ownTables(TestDatabase database) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = database.connect();
                ResultSet row = connection
                        .getMetaData()
                        .getTables(connection.getCatalog(), null, null, new String[] {"TABLE"})) {
            while (row.next()) {
                String name = row.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (name.startsWith(BareTables.PREFIX)) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
