package io.orderflow.examples.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.OrderSchema;
import io.orderflow.examples.Main;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.RabbitControl;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("doctor")
class DoctorProgramTest {
    private static final Duration BOUND = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private ProgramRun embedded(String... more) {
        if (!Files.exists(folder.resolve("shop.mv.db"))) {
            ProgramRun.successful("quickstart", "--db", "embedded:" + folder);
        }
        return doctor(Stream.concat(Stream.of("--db", "embedded:" + folder), Stream.of(more))
                .toList());
    }

    private static ProgramRun doctor(List<String> options) {
        List<String> line = new ArrayList<>(List.of("doctor"));
        line.addAll(options);
        return ProgramRun.of(line.toArray(String[]::new));
    }

    private static List<String> ids(JsonNode result) {
        List<String> ids = new ArrayList<>();
        result.path("findings").forEach(finding -> ids.add(finding.path("id").textValue()));
        return ids;
    }

    /** A busy machine may be too slow for the pool once. */
    private static void awaitSilence(String what, List<String> options) {
        AtomicReference<ProgramRun> last = new AtomicReference<>();
        Eventually.await(
                what,
                BOUND,
                () -> {
                    last.set(doctor(options));
                    return last.get().exitCode() == 0 && last.get().out().endsWith("\n  nothing found\n");
                },
                () -> last.get().toString());
    }

    @Test
    @DisplayName("is silent on the embedded default")
    void silent() {
        ProgramRun run = embedded();
        assertEquals(0, run.exitCode(), run::toString);
        assertEquals(3, run.out().lines().count(), run::toString);
        assertTrue(run.out().endsWith("\n  nothing found\n"), run::toString);
        ProgramRun json = embedded("--json");
        assertEquals(0, json.exitCode(), json::toString);
        assertEquals(List.of(), ids(json.json()));
        assertTrue(json.json().path("worst").isNull(), json::toString);
    }

    @Test
    @DisplayName("exits with 3 for warnings, and says what to change")
    void warning() {
        ProgramRun run = embedded("--lease", "3");
        assertEquals(3, run.exitCode(), run::toString);
        assertTrue(run.out().contains("  WARNING  lease-short\n    found: lease is 3000 ms"), run::toString);
        assertTrue(run.out().contains("\n    change: lease of WorkerConfig: 10 s or more\n"), run::toString);
        assertTrue(run.out().endsWith("\n  0 errors, 1 warning, 0 notes\n"), run::toString);
        ProgramRun json = embedded("--lease", "3", "--json");
        assertEquals(3, json.exitCode(), json::toString);
        assertEquals("WARNING", json.json().path("worst").textValue());
        JsonNode finding = json.json().path("findings").path(0);
        assertEquals("lease-short", finding.path("id").textValue());
        assertEquals("PROCESSOR", finding.path("area").textValue());
        for (String field : List.of("severity", "found", "stake", "setting")) {
            assertFalse(finding.path(field).textValue().isBlank(), field);
        }
    }

    @Test
    @DisplayName("exits with 1 for an error, and shows no password")
    void error() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "s3cret_of_tests\n");
        ProgramRun run = doctor(List.of(
                "--db",
                "jdbc:mysql://127.0.0.1:" + Ports.free() + "/shop",
                "--db-user",
                "shop",
                "--db-password-file",
                password.toString(),
                "--json"));
        assertEquals(1, run.exitCode(), run::toString);
        assertEquals(List.of("database-away"), ids(run.json()), run::toString);
        assertFalse(run.toString().contains("s3cret"), run::toString);
    }

    @Test
    @DisplayName("makes no shop where there is none")
    void noShop() {
        Path none = folder.resolve("none");
        ProgramRun run = doctor(List.of("--db", "embedded:" + none));
        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(run.err().startsWith("error: there is no shop in " + none), run::toString);
        assertFalse(Files.exists(none));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--workers 0 | --workers must be between 1 and 64: 0",
                "--lease 1 | --lease must be between 2 and 900: 1",
                "--look-timeout 61 | --look-timeout must be between 1 and 60: 61",
                "--management http://h:1 | --management needs an amqp: or amqps: queue: memory",
                "--queue amqp://h --management ftp://h | --queue: management must be http://HOST[:PORT]"
            })
    @DisplayName("refuses options that are wrong")
    void wrong(String options, String message) {
        ProgramRun run = doctor(List.of(options.split(" ")));
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().startsWith("error: " + message), run::toString);
    }

    @Test
    @DisplayName("finds a heap that is too small, in a process of its own")
    void smallHeap() {
        embedded();
        try (JavaProcess process = JavaProcess.start(
                List.of("-Xmx100m"), Main.class, "doctor", "--db", "embedded:" + folder, "--look-timeout", "60")) {
            process.awaitLine("heap-small", line -> line.equals("  WARNING  heap-small"), BOUND);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MARIADB", "MYSQL"})
    @DisplayName("is silent on a right server with each queue, and finds one wrong setting of each")
    void servers(ServerKind kind) throws Exception {
        try (PrivateServer server = PrivateServer.start(kind);
                PrivateServer redis = PrivateServer.start(ServerKind.REDIS);
                PrivateServer rabbit = PrivateServer.start(ServerKind.RABBITMQ);
                TestDatabase database = TestDatabase.on(server.address())) {
            OrderSchema.of(database.dataSource(2)).createOrUpgrade();
            List<String> shop = List.of(
                    "--db", database.jdbcUrl(), "--db-user", server.address().adminUser());
            for (Map.Entry<String, List<String>> queue : queues(redis, rabbit).entrySet()) {
                List<String> all = new ArrayList<>(shop);
                all.addAll(queue.getValue());
                all.addAll(List.of("--look-timeout", "60"));
                awaitSilence(kind + " with " + queue.getKey(), all);
            }
            findsTheLog(database, shop);
        }
    }

    @Test
    @DisplayName("finds orders in JSON without a key, as worker would take them, and not with one")
    void jsonWithoutKey() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "k".repeat(32) + "\n");
        String nowhere = "redis://127.0.0.1:" + Ports.free();
        ProgramRun open = embedded("--queue", nowhere, "--accept-json", "--json");
        assertTrue(ids(open.json()).contains("json-without-key"), open::toString);
        ProgramRun keyed = embedded("--queue", nowhere, "--accept-json", "--frame-key-file", key.toString(), "--json");
        assertFalse(ids(keyed.json()).contains("json-without-key"), keyed::toString);
    }

    private static Map<String, List<String>> queues(PrivateServer redis, PrivateServer rabbit) {
        int port = new RabbitControl(rabbit).enableManagement();
        Map<String, List<String>> queues = new LinkedHashMap<>();
        queues.put("memory", List.of());
        queues.put("Redis", List.of("--queue", redis.address().uri()));
        queues.put("RabbitMQ", List.of("--queue", rabbit.address().uri(), "--management", "http://127.0.0.1:" + port));
        return queues;
    }

    private static void findsTheLog(TestDatabase database, List<String> shop) throws Exception {
        try (Connection admin = database.connectAsAdmin();
                Statement set = admin.createStatement()) {
            set.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
        }
        ProgramRun run = doctor(shop);
        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(run.out().contains("  ERROR  innodb-flush-log\n"), run::toString);
        assertTrue(run.out().contains("change: SET GLOBAL innodb_flush_log_at_trx_commit = 1\n"), run::toString);
    }
}
