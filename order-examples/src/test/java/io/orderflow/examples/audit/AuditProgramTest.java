package io.orderflow.examples.audit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.common.AuditSummary;
import io.orderflow.examples.common.TestShops;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("audit")
class AuditProgramTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeShop() {
        ProgramRun.successful("quickstart", "--db", "embedded:" + folder);
    }

    private ProgramRun audit(String... json) {
        return json.length == 0
                ? ProgramRun.of("audit", "--db", "embedded:" + folder)
                : ProgramRun.of("audit", "--db", "embedded:" + folder, json[0]);
    }

    private void tamper(String sql) throws SQLException {
        try (Connection connection = TestShops.connectEmbedded(folder);
                Statement statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate(sql), sql);
        }
    }

    @Test
    @DisplayName("finds an honest shop in order")
    void honest() {
        ProgramRun run = audit();
        assertAll(
                run::toString,
                () -> assertEquals(0, run.exitCode()),
                () -> assertTrue(run.out().contains("11 orders: 6 completed, 5 rejected, 0 pending, 0 parked")),
                () -> assertTrue(run.out().contains("3 products and 2 wallets recomputed in ")),
                () -> assertTrue(run.out().contains("everything agrees")));
        assertTrue(audit("--json").json().path("ok").booleanValue());
    }

    @Test
    @DisplayName("counts orders of every status")
    void everyStatus() {
        AuditReport report = new AuditReport(31, 1, 2, 3, 4, 5, 6, 7, 3, 8, 9, 10, 0, List.of(), Duration.ofMillis(11));
        StringWriter text = new StringWriter();
        AuditSummary.of(report).print(new PrintWriter(text, true));
        assertEquals("""
                  31 orders: 3 completed, 4 rejected, 1 pending, 3 parked, 2 reserved, 5 cancelled, 6 expired, 7 refunded
                  8 orders more are in the archive
                  9 products and 10 wallets recomputed in 11 ms
                  everything agrees
                """, text.toString().replace(System.lineSeparator(), "\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE orderflow_wallet SET balance = balance + 1 WHERE buyer = 9001, buyer 9001",
        "UPDATE orderflow_stock SET available = available - 1 WHERE product = 9001, product 9001",
        "UPDATE orderflow_adjustment SET amount = amount + 1 WHERE subject = 9002 AND reference LIKE '%open%', "
                + "buyer 9002",
        "UPDATE orderflow_order_line SET unit_price = unit_price + 1 WHERE line_no = 0 LIMIT 1, was charged"
    })
    @DisplayName("names what was tampered with, and exits with 1")
    void tampered(String sql, String named) throws SQLException {
        tamper(sql);
        ProgramRun run = audit();
        assertAll(
                run::toString,
                () -> assertEquals(1, run.exitCode()),
                () -> assertTrue(
                        run.out().lines().anyMatch(line -> line.startsWith("  DIFFERS  ") && line.contains(named))),
                () -> assertTrue(run.out().stripTrailing().endsWith("differences")),
                () -> assertFalse(run.out().contains("everything agrees")));
        ProgramRun json = audit("--json");
        assertEquals(1, json.exitCode(), json::toString);
        assertFalse(json.json().path("ok").booleanValue(), json::toString);
        assertTrue(json.json().path("differences").longValue() >= 1, json::toString);
    }

    @Test
    @DisplayName("does not make a shop where there is none")
    void noShop() {
        Path none = folder.resolve("none");
        ProgramRun run = ProgramRun.of("audit", "--db", "embedded:" + none);
        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(run.err().startsWith("error: there is no shop in " + none), run::toString);
        assertFalse(Files.exists(none));
    }

    @Test
    @DisplayName("says which tables are missing under another prefix")
    void otherPrefix() {
        ProgramRun run = ProgramRun.of("audit", "--db", "embedded:" + folder, "--table-prefix", "other_");
        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(run.err().contains("other_schema_version"), run::toString);
    }
}
