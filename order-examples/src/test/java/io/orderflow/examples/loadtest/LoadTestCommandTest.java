package io.orderflow.examples.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadTestCommandTest {
    private static final List<String> FIELDS = List.of(
            "orders",
            "accepted",
            "completed",
            "rejected",
            "lost",
            "duplicated",
            "accept_per_s",
            "end_to_end_per_s",
            "accept_ms",
            "decide_ms",
            "db_commits_per_order",
            "statements_per_order",
            "process_cpu_s",
            "audit_ok");

    @TempDir
    Path folder;

    @Test
    void aWrongOptionIsNamedWithItsValueAndExitsWithTwo() {
        refuses("--workers must be between 1 and 64: 0", "--workers", "0");
        refuses("--orders must be between 1 and 50000000: 0", "--orders", "0");
        refuses("--keys must be between 0 and 1: 2.0", "--keys", "2");
        refuses("--lines must be <= products (2) unless --hot: 3", "--products", "2", "--lines", "3");
        refuses("Unknown option: '--burst'", "--burst");
    }

    @Test
    void aFileThatCanNotBeWrittenExitsWithOne() {
        try (TestDatabase database = TestDatabase.h2()) {
            Ran ran =
                    Ran.program("loadtest", "--db", database.jdbcUrl(), "--orders", "50", "--json", folder.toString());
            assertEquals(1, ran.exitCode(), ran::toString);
            assertTrue(ran.err().contains("--json can not be written"), ran::toString);
        }
    }

    @Test
    void standardOutputCarriesJsonAloneWhenAskedFor() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            Ran ran = Ran.program("loadtest", "--db", database.jdbcUrl(), "--orders", "100", "--json", "-");
            assertEquals(0, ran.exitCode(), ran::toString);
            assertEquals(100, Ran.JSON.readTree(ran.out()).get("completed").asLong(), ran::toString);
            assertTrue(ran.err().contains("end to end per second"), ran::toString);
        }
    }

    @Test
    void anEmbeddedDatabaseRunsTheWholeWay() throws IOException {
        JsonNode result =
                run("embedded:" + folder.resolve("shop"), "--orders", "500", "--buyers", "50", "--products", "20");
        assertAll500Completed(result);
        assertTrue(result.get("db_commits_per_order").isNull(), result::toString);
        assertTrue(result.get("counters").asText().contains("H2"), result::toString);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    void everyFieldIsThereAndHolds(TestDatabase.Kind kind) throws IOException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            JsonNode result = run(database, "--orders", "500", "--buyers", "50", "--products", "20", "--lines", "2");
            assertAll500Completed(result);
            for (String field : FIELDS) {
                assertTrue(result.has(field), field + " is missing in " + result);
            }
            for (String latency : List.of("accept_ms", "decide_ms")) {
                JsonNode ms = result.get(latency);
                double p50 = ms.get("p50").asDouble();
                assertTrue(0 < p50 && p50 <= ms.get("p99").asDouble(), result::toString);
                assertTrue(ms.get("p99").asDouble() <= ms.get("max").asDouble(), result::toString);
            }
            assertTrue(result.get("accept_ms").get("p50").asDouble()
                    <= result.get("decide_ms").get("max").asDouble());
            assertTrue(result.get("end_to_end_per_s").asDouble() > 0, result::toString);
            if (kind != TestDatabase.Kind.H2) {
                // at least one commit took orders and one decided them, and none needs more than a handful
                double commits = result.get("db_commits_per_order").asDouble();
                assertTrue(commits >= 2.0 / 500 && commits < 10, result::toString);
                assertTrue(result.get("statements_per_order").asDouble() >= commits / 2, result::toString);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    void aUsedDatabaseOfAnotherSizeIsFilledUp(TestDatabase.Kind kind) throws IOException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            run(database, "--orders", "300", "--buyers", "10", "--products", "5");
            run(database, "--orders", "200", "--buyers", "30", "--products", "20", "--stock", "1000");
            JsonNode result = run(database, "--orders", "500", "--buyers", "20", "--products", "40", "--seed", "9");
            assertAll500Completed(result);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    void stockForHalfRejectsTheOtherHalf(TestDatabase.Kind kind) throws IOException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            JsonNode result = run(database, "--orders", "500", "--buyers", "50", "--hot", "--stock", "250");
            assertEquals(500, result.get("accepted").asLong(), result::toString);
            assertEquals(250, result.get("completed").asLong(), result::toString);
            assertEquals(250, result.get("rejected").asLong(), result::toString);
            assertTrue(result.get("audit_ok").asBoolean(), result::toString);
        }
    }

    @Test
    void keysBlockingSubmittersAndSmallBatchesGoTheSameWay() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            assertAll500Completed(run(database, "--orders", "500", "--keys", "--submitters", "4"));
            assertAll500Completed(
                    run(database, "--orders", "500", "--keys", "0.5", "--max-batch", "1", "--workers", "2"));
            assertAll500Completed(run(database, "--orders", "500", "--keys", "--window", "1", "--warmup", "0"));
        }
    }

    private static void refuses(String message, String... options) {
        Ran ran = Ran.program("loadtest", options);
        assertEquals(2, ran.exitCode(), ran::toString);
        assertTrue(ran.err().contains(message), ran::toString);
    }

    private static void assertAll500Completed(JsonNode result) {
        assertEquals(500, result.get("orders").asLong(), result::toString);
        assertEquals(500, result.get("accepted").asLong(), result::toString);
        assertEquals(500, result.get("completed").asLong(), result::toString);
        assertEquals(0, result.get("rejected").asLong(), result::toString);
        assertEquals(0, result.get("lost").asLong(), result::toString);
        assertEquals(0, result.get("duplicated").asLong(), result::toString);
        assertTrue(result.get("audit_ok").asBoolean(), result::toString);
    }

    private JsonNode run(TestDatabase database, String... options) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), database.password());
        String[] all = Ran.join(options, "--db-user", database.user(), "--db-password-file", password.toString());
        return run(database.jdbcUrl(), all);
    }

    private JsonNode run(String url, String... options) throws IOException {
        Path json = folder.resolve("result.json");
        Ran ran = Ran.program("loadtest", Ran.join(options, "--db", url, "--json", json.toString()));
        assertEquals(0, ran.exitCode(), ran::toString);
        return Ran.JSON.readTree(json.toFile());
    }
}
