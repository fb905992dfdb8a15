package io.orderflow.examples.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.processes.ChildProgram;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A load test whose orders are taken or decided by other processes")
@Tag("drill")
class LoadTestSitesTest {
    private static final String JVM = "-Xmx128m -XX:TieredStopAtLevel=1";
    private static final String[] SMALL = {"--orders", "500", "--buyers", "50", "--products", "20", "--warmup", "50"};
    private static final String[] OF_ITS_OWN = Ran.join(SMALL, "--java-options", JVM);

    @TempDir
    Path folder;

    private String embedded;

    @TempDir
    private static Path running;

    /** One for all tests that do not need one of their own. */
    private static ChildProgram application;

    private static String address;

    @BeforeAll
    static void startApplication() {
        List<String> serve = List.of("serve", "--port", "0", "--db", "embedded:" + running.resolve("shop"));
        application = ChildProgram.start(List.of(JVM.split(" ")), serve);
        address = application.awaitLine("listening on ", Duration.ofSeconds(90));
    }

    @AfterAll
    static void stopApplication() {
        application.close();
    }

    private static String[] atTheRunningApplication(String... options) {
        String[] there = {"--db", "embedded:" + running.resolve("shop"), "--http", address};
        return Ran.join(Ran.join(SMALL, there), options);
    }

    @BeforeEach
    void nameAShop() {
        embedded = "embedded:" + folder.resolve("shop");
    }

    @Test
    @DisplayName("over HTTP to an application of its own, with replays of keyed orders, sees verdicts and each process")
    void selfMadeApplication() throws IOException {
        JsonNode result =
                run(Ran.join(OF_ITS_OWN, "--db", embedded, "--http", "self", "--keys", "1", "--replays", "0.5"));
        assertCompleted(result);
        assertEquals(result.get("replays"), result.get("duplicates"), result::toString);
        assertTrue(result.get("replays").asInt() > 100, result::toString);
        assertEquals("self", result.get("setting").get("http").asText(), result::toString);
        assertEquals(64, result.get("setting").get("window").asInt(), result::toString);
        JsonNode components = result.get("resources").get("components");
        String own = "process " + ProcessHandle.current().pid() + " ";
        assertTrue(components.get("load").asText().startsWith(own), components::toString);
        assertFalse(components.get("api").asText().startsWith(own), components::toString);
        assertTrue(result.get("cpu_seconds").get("api").asDouble() > 0, result::toString);
        assertTrue(result.get("cpu_seconds").get("workers").isNull(), result::toString);
    }

    @Test
    @DisplayName("over HTTP in batches, with keys and without, with replays")
    void batches() throws IOException {
        String[] http = atTheRunningApplication("--connections", "4", "--http-batch", "50");
        JsonNode keyed = run(Ran.join(http, "--keys", "1", "--replays", "0.5"));
        assertCompleted(keyed);
        assertEquals(keyed.get("replays"), keyed.get("duplicates"), keyed::toString);
        assertTrue(keyed.get("replays").asInt() > 100, keyed::toString);
        assertEquals(50, keyed.get("setting").get("http_batch").asInt(), keyed::toString);
        assertEquals(200, keyed.get("setting").get("window").asInt(), keyed::toString);
        JsonNode plain = run(Ran.join(http, "--keys", "0.5", "--lines", "1..3"));
        assertCompleted(plain);
        assertEquals(0, plain.get("orders_not_asked_for").asInt(), plain::toString);
    }

    @Test
    @DisplayName("over HTTP without keys, at a rate, counts an order once")
    void withoutKeys() throws IOException {
        JsonNode result = run(Ran.join(
                OF_ITS_OWN,
                "--db",
                embedded,
                "--http",
                "self",
                "--rate",
                "500",
                "--rate-tolerance",
                "1",
                "--lines",
                "1..3",
                "--feed",
                "--holds",
                "0.5"));
        assertCompleted(result);
        assertNothingIsMissing(result);
        assertEquals(0, result.get("orders_not_asked_for").asInt(), result::toString);
    }

    @Test
    @DisplayName("over HTTP to an application that runs already")
    void runningApplication() throws IOException {
        JsonNode result = run(atTheRunningApplication());
        assertCompleted(result);
        assertEquals(address, result.get("setting").get("http").asText(), result::toString);
        assertTrue(result.get("setting").get("workers").isNull(), result::toString);
        String api = result.get("resources").get("components").get("api").asText();
        assertTrue(api.startsWith("process " + application.pid() + " "), api);
    }

    /** How orders come in and which queue brings them to the workers do not know of each other. */
    @ParameterizedTest
    @CsvSource({"REDIS, none", "RABBITMQ, self"})
    @DisplayName("with two worker processes, taken here or over HTTP")
    void workerProcesses(ServerKind kind, String http) throws IOException {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB)) {
            Path password = Files.writeString(folder.resolve("password"), database.password());
            String[] servers = {
                "--db",
                database.jdbcUrl(),
                "--db-user",
                database.user(),
                "--db-password-file",
                password.toString(),
                "--queue",
                SharedServers.require(kind).uri(),
                "--worker-processes",
                "2"
            };
            JsonNode result = run(Ran.join(Ran.join(OF_ITS_OWN, servers), "--http", http, "--feed", "--holds", "0.5"));
            assertCompleted(result);
            assertNothingIsMissing(result);
            assertEquals(0, result.get("decisions_read_not_heard").asInt(), result::toString);
            assertTrue(result.get("cpu_seconds").get("workers").asDouble() > 0, result::toString);
            String workers =
                    result.get("resources").get("components").get("workers").asText();
            assertEquals(2, workers.split("process ").length - 1, workers);
            JsonNode settings = result.get("settings");
            assertTrue(settings.get("queue_server").asText().startsWith(kind.title()), settings::toString);
            assertFalse(settings.get("queue_durability").isNull(), settings::toString);
        }
    }

    @Test
    @DisplayName("fails with the program's own words when a program does not start")
    void programThatDoesNotStart() {
        Ran ran = Ran.program(
                "loadtest", "--db", embedded, "--http", "self", "--java-options", "-XX:NoSuchOption", "--orders", "5");
        assertEquals(1, ran.exitCode(), ran::toString);
        assertTrue(ran.err().contains("the program serve ended"), ran::toString);
        assertTrue(ran.err().contains("NoSuchOption"), ran::toString);
    }

    private static void assertCompleted(JsonNode result) {
        assertTrue(result.get("ok").asBoolean(), result::toString);
        assertEquals(500, result.get("completed").asLong(), result::toString);
        assertTrue(result.get("decide_ms").get("p50").asDouble() > 0, result::toString);
        assertEquals(0, result.get("decisions_read_not_heard").asInt(), result::toString);
    }

    /** Half of the orders are held, and confirmed by this process. */
    private static void assertNothingIsMissing(JsonNode result) {
        long held = result.get("holds").get("confirmed").asLong();
        assertEquals(250, held, 60, result::toString);
        assertEquals(500 + held, result.get("feed").get("events").asLong(), result::toString);
        assertEquals(0, result.get("feed").get("missing").asLong(), result::toString);
    }

    private JsonNode run(String... options) throws IOException {
        Path json = folder.resolve("result.json");
        Ran ran = Ran.program("loadtest", Ran.join(options, "--idle", "1", "--json", json.toString()));
        assertEquals(0, ran.exitCode(), ran::toString);
        return Ran.JSON.readTree(json.toFile());
    }
}
