package io.orderflow.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.OrderSchema;
import io.orderflow.examples.Main;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.Eventually;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@DisplayName("quickstart")
class QuickstartTest {
    @TempDir
    Path folder;

    private ProgramRun run(String... more) {
        String[] arguments = {"quickstart", "--db", "embedded:" + folder, "--json"};
        return ProgramRun.of(more.length == 0 ? List.of(arguments).subList(0, 3).toArray(new String[0]) : arguments);
    }

    @Test
    @DisplayName("holds on an empty folder, and again on what it left")
    void twice() {
        assertText(run());
        assertText(run());
    }

    private static void assertText(ProgramRun run) {
        assertAll(
                run::toString,
                () -> assertEquals(0, run.exitCode()),
                () -> assertTrue(
                        run.out().contains("5 orders submitted and accepted without a worker, 5 of them PENDING")),
                () -> assertTrue(run.out().contains("everything agrees")),
                () -> assertTrue(run.out().contains("Everything held")),
                () -> assertTrue(run.out().contains("order-examples.jar serve")),
                () -> assertEquals("", run.err()));
    }

    @Test
    @DisplayName("shows every verdict and every answer as JSON")
    void json() {
        ProgramRun run = run("--json");
        assertEquals(0, run.exitCode(), run::toString);
        JsonNode json = run.json();
        Set<String> answers = new HashSet<>();
        Set<String> ends = new HashSet<>();
        for (JsonNode order : json.path("orders")) {
            answers.add(order.path("answer").asText());
            ends.add(order.path("end").asText());
        }
        assertEquals(Set.of("ACCEPTED", "DUPLICATE", "CONFLICT"), answers);
        assertEquals(
                Set.of(
                        "COMPLETED",
                        "as before: COMPLETED",
                        "-",
                        "REJECTED INSUFFICIENT_STOCK",
                        "REJECTED INSUFFICIENT_FUNDS",
                        "REJECTED UNKNOWN_PRODUCT",
                        "REJECTED UNKNOWN_BUYER",
                        "REJECTED PRICE_CHANGED"),
                ends);
        assertAll(
                run::toString,
                () -> assertTrue(json.path("ok").booleanValue()),
                () -> assertEquals(5, json.at("/pause/pending").intValue()),
                () -> assertEquals(0, json.at("/pause/lost").intValue()),
                () -> assertTrue(json.at("/audit/ok").booleanValue()),
                () -> assertTrue(json.path("seconds").doubleValue() > 0));
    }

    @Test
    @DisplayName("says in one line that a database is away")
    void databaseAway() {
        ProgramRun run = ProgramRun.of("quickstart", "--db", "jdbc:h2:tcp://127.0.0.1:1/nothing");
        assertAll(
                run::toString,
                () -> assertEquals(1, run.exitCode()),
                () -> assertEquals("", run.out()),
                () -> assertTrue(run.err().startsWith("error: ")),
                () -> assertEquals(1, run.err().lines().count()));
    }

    /** A stranger holds the row that every look at the tables ends with: the first contact takes as long. */
    @Test
    @DisplayName("says while it waits that the database is slow to open, and goes on when it is open")
    void slowDatabase() throws Exception {
        String url = "jdbc:h2:mem:slow-quickstart;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
                + ";LOCK_TIMEOUT=300000";
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        try (Connection stranger = DriverManager.getConnection(url, "sa", "");
                Statement statement = stranger.createStatement()) {
            JdbcDataSource database = new JdbcDataSource();
            database.setURL(url);
            database.setUser("sa");
            OrderSchema.of(database).createOrUpgrade();
            statement.execute("DROP TABLE orderflow_attempt");
            stranger.setAutoCommit(false);
            statement
                    .executeQuery("SELECT * FROM orderflow_schema_version FOR UPDATE")
                    .close();
            // a thread of its own, as a program has: the JVM's common pool may have one alone, which the notice needs
            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                    () -> command.execute("quickstart", "--db", url), task -> new Thread(task, "quickstart").start());
            Eventually.await(
                    "it says so",
                    Duration.ofSeconds(120),
                    () -> err.toString().startsWith("still opening ") || exit.isDone(),
                    err::toString);
            assertFalse(exit.isDone(), err::toString);
            stranger.rollback();
            assertEquals(0, exit.get(180, TimeUnit.SECONDS), () -> out + err.toString());
            assertEquals(1, err.toString().lines().count(), err::toString);
        }
    }
}
