package io.orderflow.examples.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
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
            "cpu_seconds",
            "orders_per_cpu_second",
            "resources",
            "infrastructure_total",
            "audit_ok");

    @TempDir
    Path folder;

    @Test
    void aWrongOptionIsNamedWithItsValueAndExitsWithTwo() {
        refuses("--workers must be between 1 and 64: 0", "--workers", "0");
        refuses("--orders must be between 1 and 50000000: 0", "--orders", "0");
        refuses("--keys must be between 0 and 1: 2.0", "--keys", "2");
        refuses("--holds must be between 0 and 1: 30.0", "--holds", "30");
        refuses("--urgent must be between 0 and 1: 30.0", "--urgent", "30");
        refuses("--lines must be <= products (2) unless --hot: 3", "--products", "2", "--lines", "3");
        refuses("--idle must be between 0 and 3600: -1", "--idle", "-1");
        refuses("--watch must have a name that is not taken: queue=1", "--watch", "queue=1");
        refuses("--watch must be NAME=PID or NAME=CONTAINER, the name in lower case: cadvisor", "--watch", "cadvisor");
        refuses("Unknown option: '--burst'", "--burst");
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        refuses("--window must not be given with --rate: 64", "--rate", "100", "--window", "64");
        refuses("--submitters must not be given with --rate: 2", "--rate", "100", "--submitters", "2");
        refuses("--submitters must not be given with --window: 2", "--window", "64", "--submitters", "2");
        refuses("--duration must not be given with --orders: 3", "--rate", "5", "--duration", "3", "--orders", "9");
        refuses("--duration must be <= 1000 at 50000 orders per second: 1001", "--duration", "1001");
        refuses("--duration must be between 1 and 86400: 0", "--duration", "0");
        refuses("--skew must be hot or not be given with --hot: zipf", "--hot", "--skew", "zipf");
        refuses("--lines must begin with the smaller number: 5..1", "--lines", "5..1");
        refuses("--group-wait must be between 0 and 100: 101", "--group-wait", "101");
        refuses("--max-accept-p99 must be >= 0: -1.0", "--max-accept-p99", "-1");
        refuses("--max-accept-ratio must be >= 0: -1.0", "--max-accept-ratio", "-1");
        refuses("--rate-tolerance must be between 0 and 1: 2.0", "--rate-tolerance", "2");
    }

    @Test
    void placesThatDoNotGoTogetherAreRefused() {
        refuses("--connections needs --http: 3", "--connections", "3");
        refuses("--http-batch needs --http: 3", "--http-batch", "3");
        refuses("--http-batch must be between 1 and 500: 501", "--http", "self", "--http-batch", "501");
        refuses("--connections must be between 1 and 10000: 0", "--http", "self", "--connections", "0");
        refuses(
                "--http must be self, none or an address like http://127.0.0.1:8080: ftp://shop",
                "--http",
                "ftp://shop");
        refuses("--worker-processes must be between 0 and 64: 65", "--worker-processes", "65");
        refuses("--worker-processes needs a --queue that processes share: memory", "--worker-processes", "1");
        refuses("--java-options needs --http self or --worker-processes: -Xmx9m", "--java-options=-Xmx9m");
        refuses("--replays needs --keys 1 with --http", "--http", "self", "--replays", "0.1", "--keys", "0.9");
        refuses("--workers must not be given with --http URL", "--http", "http://127.0.0.1:1", "--workers", "2");
        refuses("--group-wait must not be given with --http URL", "--http", "http://127.0.0.1:1", "--group-wait", "2");
        refuses("--batch-wait must be between 0 and 1000: -1", "--batch-wait", "-1");
    }

    @Test
    void aProfileThatCanNotBeUsedIsRefused() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "burst=3");
        refuses("--profile " + other + " has an option that cannot be in it: burst", "--profile", other.toString());
        Path again = Files.writeString(folder.resolve("again"), "profile=seed");
        refuses("cannot be in it: profile", "--profile", again.toString());
        refuses("--profile cannot be read", "--profile", folder.resolve("none").toString());
        Path wrong = Files.writeString(folder.resolve("wrong"), "rate=100\nwindow=64");
        refuses("--window must not be given with --rate: 64", "--profile", wrong.toString());
    }

    @Test
    void theSeedsProfileIsThereAndTheCommandLineOverridesIt() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            String[] some = {"--buyers", "50", "--products", "20", "--warmup", "0", "--rate-tolerance", "1"};
            // on a machine that runs other tests too
            String[] patient = Ran.join(some, "--max-accept-p99", "60000", "--max-verdict-p99", "60000");
            String[] here = Ran.join(patient, "--http", "none");
            JsonNode result = run(database, Ran.join(here, "--orders", "500", "--profile", "seed"));
            assertAll500Completed(result);
            assertEquals(1_000, result.get("setting").get("rate").asInt(), result::toString);
            assertEquals(5, result.get("setting").get("group_wait_ms").asInt(), result::toString);
            assertEquals("seed", result.get("setting").get("profile").asText(), result::toString);
            assertTrue(result.get("verdicts").get("rate_held").get("passed").asBoolean(), result::toString);
            assertTrue(result.get("verdicts").get("latency").get("passed").asBoolean(), result::toString);
            assertTrue(result.get("bare_commit_ms").get("p99").asDouble() > 0, result::toString);
            JsonNode window = run(database, Ran.join(here, "--profile", "seed", "--orders", "500", "--window", "9"));
            assertAll500Completed(window);
            assertTrue(window.get("setting").get("rate").isNull(), window::toString);
            assertFalse(window.has("bare_commit_ms"), window::toString);
            JsonNode timed = run(database, Ran.join(here, "--profile", "seed", "--rate", "500", "--duration", "1"));
            assertAll500Completed(timed);
        }
    }

    @Test
    void aTimeInsteadOfANumberEndsTheSubmittingAtMaximumSpeed() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            for (String submitters : List.of("0", "2")) {
                JsonNode result = run(database, "--duration", "1", "--warmup", "0", "--submitters", submitters);
                long orders = result.get("orders").asLong();
                assertTrue(0 < orders && orders <= 50_000, result::toString);
                assertEquals(orders, result.get("completed").asLong(), result::toString);
                assertEquals(1, result.get("setting").get("duration_s").asInt(), result::toString);
                assertTrue(orders == 50_000 || result.get("accept_s").asDouble() >= 0.9, result::toString);
            }
        }
    }

    @Test
    void aVerdictThatFailsFailsTheCommand() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            Ran ran = Ran.program(
                    "loadtest",
                    "--idle",
                    "0",
                    "--warmup",
                    "0",
                    "--db",
                    database.jdbcUrl(),
                    "--orders",
                    "100",
                    "--max-accept-p99",
                    "0",
                    "--json",
                    "-");
            assertEquals(1, ran.exitCode(), ran::toString);
            JsonNode verdicts = Ran.JSON.readTree(ran.out()).get("verdicts");
            assertTrue(verdicts.get("correctness").get("passed").asBoolean(), ran::toString);
            assertTrue(verdicts.get("rate_held").get("passed").isNull(), ran::toString);
            assertEquals(false, verdicts.get("latency").get("passed").asBoolean(true), ran::toString);
            assertTrue(ran.err().contains("latency: FAILED"), ran::toString);
            assertTrue(ran.err().contains("missing: H2 has no such setting"), ran::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    void replaysAreDuplicatesAndPoorBuyersAreRejected(TestDatabase.Kind kind) throws IOException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            String[] mixed = {"--orders", "500", "--buyers", "50", "--lines", "1..5", "--skew", "zipf"};
            JsonNode result =
                    run(database, Ran.join(mixed, "--replays", "0.5", "--poor-buyers", "0.2", "--group-wait", "2"));
            assertEquals(500, result.get("accepted").asLong(), result::toString);
            assertEquals(100, result.get("rejected").asLong(), 40, result::toString);
            assertEquals(
                    500,
                    result.get("completed").asLong() + result.get("rejected").asLong(),
                    result::toString);
            assertEquals(250, result.get("replays").asLong(), 60, result::toString);
            assertEquals(result.get("replays"), result.get("duplicates"), result::toString);
            assertEquals(0, result.get("duplicated").asLong(), result::toString);
            assertEquals(0, result.get("orders_not_asked_for").asLong(), result::toString);
            JsonNode again =
                    run(database, Ran.join(mixed, "--replays", "1", "--poor-buyers", "0.2", "--submitters", "4"));
            assertEquals(result.get("rejected"), again.get("rejected"), "the same seed gives the same orders");
            assertEquals(500, again.get("duplicates").asLong(), again::toString);
        }
    }

    @Test
    void whoCanPayForNothingHasWhatSomebodyElsePays() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            JsonNode result = run(database, "--orders", "500", "--poor-buyers", "1", "--external", "0.5");
            assertEquals(250, result.get("completed").asLong(), 60, result::toString);
            assertEquals(
                    500,
                    result.get("completed").asLong() + result.get("rejected").asLong(),
                    result::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    void aFeedMissesNothingAndHoldsAreConfirmed(TestDatabase.Kind kind) throws IOException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            String[] held = {"--orders", "500", "--buyers", "50", "--warmup", "50", "--holds", "0.3", "--urgent", "0.2"
            };
            JsonNode result = run(database, Ran.join(held, "--feed"));
            assertAll500Completed(result);
            JsonNode holds = result.get("holds");
            assertEquals(150, holds.get("reserved").asLong(), 50, result::toString);
            assertEquals(holds.get("reserved"), holds.get("confirmed"), result::toString);
            assertTrue(result.get("confirm_ms").get("p50").asDouble() > 0, result::toString);
            assertTrue(result.get("decide_urgent_ms").get("p99").asDouble() > 0, result::toString);
            assertTrue(result.get("decide_others_ms").get("p99").asDouble() > 0, result::toString);
            assertEquals(0.2, result.get("setting").get("urgent").asDouble(), result::toString);
            JsonNode feed = result.get("feed");
            long confirmed = holds.get("confirmed").asLong();
            assertEquals(500 + confirmed, feed.get("events").asLong(), result::toString);
            assertEquals(0, feed.get("missing").asLong(), result::toString);
            assertTrue(feed.get("lag_at_end_ms").asDouble() >= 0, result::toString);
            assertTrue(result.get("feed_ms").get("p50").asDouble() > 0, result::toString);
            assertTrue(result.get("setting").get("feed").asBoolean(), result::toString);
            String correct =
                    result.get("verdicts").get("correctness").get("reason").asText();
            assertTrue(correct.contains("0 not confirmed, 0 missing in the feed, audit"), correct);
            assertNoFeedIsLeft(database);
        }
    }

    private static void assertNoFeedIsLeft(TestDatabase database) {
        try (HikariDataSource pool = database.dataSource(4);
                OrderProcessor orders = OrderProcessor.builder(pool).build()) {
            assertEquals(List.of(), orders.feeds().list());
        }
    }

    @Test
    void withoutAFeedAndHoldsThereIsNothingOfThem() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            JsonNode result = run(database, "--orders", "50");
            for (String field :
                    List.of("feed", "feed_ms", "holds", "confirm_ms", "decide_urgent_ms", "decide_others_ms")) {
                assertFalse(result.has(field), field + " is in " + result);
            }
            assertFalse(result.get("setting").get("feed").asBoolean(true), result::toString);
        }
    }

    @Test
    void theTableShowsAFeedAndHolds() {
        try (TestDatabase database = TestDatabase.h2()) {
            String[] small = {"--no-resources", "--warmup", "0", "--orders", "100", "--db", database.jdbcUrl()};
            Ran ran = Ran.program("loadtest", Ran.join(small, "--feed", "--holds", "1", "--urgent", "0.5"));
            assertEquals(0, ran.exitCode(), ran::toString);
            for (String line : List.of(
                    "reserved +100",
                    "confirmed +100",
                    "confirm p99 .*",
                    "decide urgent p99 .*",
                    "decide others p50 .*",
                    "feed events +200",
                    "feed events missing +0",
                    "feed lag at the end .*ms",
                    "feed p50 .*ms",
                    "feed p99 .*ms")) {
                assertTrue(Pattern.compile(line).matcher(ran.out()).find(), line + " is not in " + ran);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    void durabilityIsReadFromTheServerOrMissingWithAReason(TestDatabase.Kind kind) throws IOException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            JsonNode result = run(database, "--orders", "50", "--warmup", "0");
            JsonNode settings = result.get("settings");
            for (String name :
                    List.of("innodb_flush_log_at_trx_commit", "sync_binlog", "log_bin", "queue_durability")) {
                assertTrue(settings.has(name), settings::toString);
                assertEquals(
                        settings.get(name).isNull(), settings.get("reasons").has(name), name + " in " + settings);
            }
            assertEquals(
                    kind == TestDatabase.Kind.H2, settings.get("sync_binlog").isNull(), settings::toString);
            assertTrue(result.get("machine").get("cores").asInt() > 0, result::toString);
            assertTrue(result.get("machine").get("memory_bytes").asLong() > 0, result::toString);
        }
    }

    @Test
    void aFileThatCanNotBeWrittenExitsWithOne() {
        try (TestDatabase database = TestDatabase.h2()) {
            Ran ran = Ran.program(
                    "loadtest",
                    "--no-resources",
                    "--warmup",
                    "0",
                    "--db",
                    database.jdbcUrl(),
                    "--orders",
                    "50",
                    "--json",
                    folder.toString());
            assertEquals(1, ran.exitCode(), ran::toString);
            assertTrue(ran.err().contains("--json cannot be written"), ran::toString);
        }
    }

    @Test
    void aReportThatCanNotBeWrittenIsNamedBeforeAnythingRuns() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path shop = folder.resolve("shop");
        Ran ran = Ran.program("loadtest", "--db", "embedded:" + shop, "--report", file.toString());
        assertEquals(1, ran.exitCode(), ran::toString);
        assertTrue(ran.err().contains("--report cannot write " + file), ran::toString);
        assertFalse(Files.exists(shop), "the database was opened");
    }

    @Test
    void aReportHasThePagesAndASampleForEachSecond() throws IOException {
        Path report = folder.resolve("reports/first");
        JsonNode result = run("embedded:" + folder.resolve("shop"), "--orders", "500", "--report", report.toString());
        assertAll500Completed(result);
        JsonNode written = Ran.JSON.readTree(report.resolve("report.json").toFile());
        result.properties().forEach(field -> assertEquals(field.getValue(), written.get(field.getKey())));
        double accepted = 0;
        for (JsonNode sample : written.get("timeline")) {
            double seconds =
                    sample.get("to_s").asDouble() - sample.get("from_s").asDouble();
            accepted += sample.get("accepted_per_s").asDouble() * seconds;
        }
        // times and rates are rounded, the warm-up does not count
        assertEquals(500, accepted, 10);
        assertTrue(Files.readString(report.resolve("report.html")).contains("correctness: ✔ passed"));
        assertTrue(Files.readString(report.resolve("report.md")).contains("| end to end per second |"));
    }

    @Test
    void standardOutputCarriesJsonAloneWhenAskedFor() throws IOException {
        try (TestDatabase database = TestDatabase.h2()) {
            Ran ran = Ran.program(
                    "loadtest",
                    "--idle",
                    "0",
                    "--warmup",
                    "0",
                    "--db",
                    database.jdbcUrl(),
                    "--orders",
                    "100",
                    "--json",
                    "-");
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
            String[] small = {"--orders", "500", "--buyers", "50", "--products", "20", "--lines", "2"};
            JsonNode result = run(database, Ran.join(small, "--warmup", "50"));
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

    @Test
    void whatEachComponentUsedIsInTheResult() throws IOException {
        try (MachineLag lag = MachineLag.watch();
                TestDatabase database = TestDatabase.h2()) {
            String self = Long.toString(ProcessHandle.current().pid());
            JsonNode result = run(database, "--idle", "1", "--orders", "2000", "--watch", "self=" + self);
            JsonNode cpu = result.get("cpu_seconds");
            double counted = cpu.get("api").asDouble()
                    + cpu.get("workers").asDouble()
                    + cpu.get("load").asDouble();
            assertTrue(cpu.get("workers").asDouble() > 0 && cpu.get("load").asDouble() > 0, result::toString);
            // the parts are the whole: the system counts processes in hundredths of a second, and between the looks at
            // the parts and at the whole a busy machine runs other threads of this process
            double near = lag.extend(Duration.ofMillis(100)).toMillis() / 1_000.0;
            assertEquals(result.get("process_cpu_s").asDouble(), counted, near, () -> lag + ": " + result);
            assertTrue(cpu.get("database").isNull(), result::toString);
            assertTrue(cpu.get("missing").get("database").asText().contains("inside the process of api"));
            assertTrue(result.get("orders_per_cpu_second").asDouble() > 0, result::toString);
            JsonNode watched = result.get("resources").get("idle").get("self");
            assertTrue(watched.get("memory_bytes").asDouble() > 1 << 20, result::toString);
            assertTrue(watched.get("net_in_bytes_per_s").isNull(), result::toString);
            assertTrue(
                    watched.get("missing").get("net_in_bytes_per_s").asText().contains("does not count"),
                    result::toString);
            assertTrue(
                    result.get("infrastructure_total")
                                    .get("load")
                                    .get("cpu_percent")
                                    .asDouble()
                            > 0,
                    result::toString);
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
        String[] all = Ran.join(options, "--db", url, "--json", json.toString());
        // a warm-up makes the test wait for the compiler too, and a shop of the usual size is mostly filled
        String[] small = unlessGiven(unlessGiven(all, "--buyers", "100"), "--products", "50");
        Ran ran = Ran.program("loadtest", unlessGiven(unlessGiven(small, "--idle", "0"), "--warmup", "0"));
        assertEquals(0, ran.exitCode(), ran::toString);
        return Ran.JSON.readTree(json.toFile());
    }

    private static String[] unlessGiven(String[] options, String name, String value) {
        return List.of(options).contains(name) ? options : Ran.join(options, name, value);
    }
}
