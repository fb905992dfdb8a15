package io.orderflow.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.common.FirstContact;
import io.orderflow.examples.loadtest.Ran;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    /** So few that nothing is warmed up and the compiler is not waited for. */
    private static final String[] TINY = {
        "--orders", "9", "--one-orders", "9", "--one-order-workers", "2", "--products", "5", "--buyers", "5"
    };

    @TempDir
    Path folder;

    @Test
    void measuresEachProgramInEachRoundAndLeavesNoTable() throws IOException, SQLException {
        Path json = folder.resolve("bench.json");
        try (TestDatabase database = TestDatabase.h2()) {
            Ran ran = Ran.program("bench", Ran.join(TINY, where(database, "--rounds", "1", "--json", json.toString())));

            assertEquals(0, ran.exitCode(), ran::toString);
            JsonNode result = Ran.JSON.readTree(Files.readString(json));
            assertTrue(result.get("ok").asBoolean(), ran::toString);
            BenchPlan plan = new BenchPlan(9, 1, 9, 2, 5, 5, 1, OptionalDouble.empty());
            for (BenchProgram program : BenchProgram.values()) {
                JsonNode of = result.get("programs").get(program.field());
                assertTrue(of.get("median_per_s").asDouble() > 0, ran::toString);
                assertEquals(1, of.get("rounds_per_s").size(), ran::toString);
                assertTrue(of.get("share").asDouble() > 0, ran::toString);
                assertTrue(ran.out().contains(program.title(plan)), ran::toString);
            }
            assertEquals(
                    1, result.get("programs").get("bare_batches").get("share").asDouble());
            for (String share : List.of(
                    "library_share",
                    "library_group_journal_share",
                    "library_share_with_locking_reads",
                    "library_one_order_share")) {
                assertTrue(result.get(share).asDouble() > 0, share + ": " + ran);
            }
            assertEquals(16, result.get("measurements").size(), ran::toString);
            for (JsonNode measured : result.get("measurements")) {
                assertTrue(measured.get("cpu_seconds").get("api").isNumber(), measured::toString);
                assertEquals(
                        "inside the process of api, and counted there",
                        measured.get("cpu_seconds")
                                .get("missing")
                                .get("database")
                                .asText(),
                        measured::toString);
            }
            assertEquals(9, result.get("setting").get("orders").asInt(), ran::toString);
            assertTrue(result.get("settings").has("innodb_flush_log_at_trx_commit"), ran::toString);
            assertTrue(result.get("machine").get("cores").asInt() > 0, ran::toString);
            assertTrue(ran.out().contains("correctness: passed"), ran::toString);
            assertTrue(ran.out().contains("share: not asked: no --min-share"), ran::toString);
            assertEquals(
                    Set.of(),
                    rows(database, "table_name FROM information_schema.tables WHERE table_name LIKE '%bench_%'"));
        }
    }

    @Test
    void aShareThatIsNotReachedFails() throws IOException, SQLException {
        String[] here = {"--db", "embedded:" + folder, "--rounds", "2", "--min-share", "1000", "--json", "-"};
        Ran ran = Ran.program("bench", Ran.join(TINY, here));

        assertEquals(1, ran.exitCode(), ran::toString);
        JsonNode verdicts = Ran.JSON.readTree(ran.out()).get("verdicts");
        assertTrue(verdicts.get("correctness").get("passed").asBoolean(), ran::toString);
        assertFalse(verdicts.get("share").get("passed").asBoolean(), ran::toString);
        assertTrue(ran.err().contains("share: FAILED: the library reaches"), ran::toString);
        assertTrue(ran.err().contains("at least 1000.0 are asked for"), ran::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--orders | 0 | --orders must be between 1 and 50000000: 0",
                "--one-orders | 0 | --one-orders must be between 1 and 50000000: 0",
                "--workers | 0 | --workers must be between 1 and 64: 0",
                "--one-order-workers | 65 | --one-order-workers must be between 1 and 64: 65",
                "--products | 0 | --products must be between 1 and 10000000: 0",
                "--buyers | 0 | --buyers must be between 1 and 10000000: 0",
                "--rounds | 0 | --rounds must be between 1 and 1000: 0",
                "--min-share | -0.5 | --min-share must be >= 0: -0.5",
                "--min-share | NaN | --min-share must be >= 0: NaN",
                "--accept | queue-only | --accept must be row-journal",
                "--table-prefix | a23456789012345678901234567890 | --table-prefix must have at most 25 characters",
            })
    void aWrongOptionIsNamedWithItsValue(String option, String value, String message) {
        Ran ran = Ran.program("bench", "--db", "embedded:" + folder, option, value);

        assertEquals(2, ran.exitCode(), ran::toString);
        assertTrue(ran.err().contains(message), ran::toString);
    }

    @Test
    void theBareProgramsWriteWhatTheLibraryWrites() throws SQLException {
        try (TestDatabase database = TestDatabase.h2();
                BareTables tables = BareTables.create(database.dataSource(4), "bare_", 5, 5)) {
            String[] orders = {"--orders", "100", "--products", "5", "--buyers", "5", "--warmup", "0", "--no-resources"
            };
            Ran ran = Ran.program("loadtest", Ran.join(orders, where(database, "--table-prefix", "library_")));
            assertEquals(0, ran.exitCode(), ran::toString);
            new BarePrograms(tables, 5, 5, 1).batches(100, true);
            new BarePrograms(tables, 5, 5, 2).oneOrderTransactions(100, 2);

            for (String columns : List.of(
                    // the digit is the version of the id, which says how it is made
                    "RAWTOHEX(request), status, reason, OCTET_LENGTH(fingerprint), "
                            + "SUBSTRING(RAWTOHEX(id), 13, 1) FROM %sorders",
                    "buyer FROM %sorders",
                    "line_no, product, quantity, unit_price FROM %sorder_line",
                    "buyer FROM %swallet",
                    "product, unit_price FROM %sstock")) {
                Set<String> written = rows(database, columns.formatted("bare_"));
                assertEquals(rows(database, columns.formatted("library_")), written);
                assertEquals(5, written.size(), columns);
            }
            assertEquals(
                    rows(database, "quantity * unit_price FROM library_order_line"),
                    rows(database, "total FROM bare_orders"));
            assertEquals(Set.of("101"), rows(database, "COUNT(*) FROM bare_batch"));
            assertEquals(Set.of("200"), rows(database, "COUNT(*) FROM bare_order_line"));
            assertEquals(Set.of("200"), rows(database, "COUNT(DISTINCT fingerprint) FROM bare_orders"));
        }
    }

    @Test
    void anotherShopsTablesAreNotDropped() throws SQLException {
        try (TestDatabase database = TestDatabase.h2()) {
            String names = "table_name FROM information_schema.tables WHERE table_name LIKE 'bench_%'";
            new FirstContact().createTables(database.dataSource(1), "bench_shop_");
            Set<String> before = rows(database, names);
            BareTables.create(database.dataSource(1), "bench_", 5, 5).close();

            assertFalse(before.isEmpty(), "the shop has its tables");
            assertEquals(before, rows(database, names));
        }
    }

    private String[] where(TestDatabase database, String... more) {
        try {
            Path password = Files.writeString(folder.resolve("password"), database.password());
            return Ran.join(
                    new String[] {
                        "--db",
                        database.jdbcUrl(),
                        "--db-user",
                        database.user(),
                        "--db-password-file",
                        password.toString()
                    },
                    more);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a query finds, each row as text, without repetitions. */
    private static Set<String> rows(TestDatabase database, String query) throws SQLException {
        Set<String> rows = new TreeSet<>();
        try (Connection connection = database.connect();
                ResultSet row = connection.createStatement().executeQuery("SELECT DISTINCT " + query)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                StringBuilder text = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    text.append(i == 1 ? "" : " ").append(row.getString(i));
                }
                rows.add(text.toString());
            }
        }
        return rows;
    }
}
