package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.ServerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The programs that end by themselves hold on each queue")
class ProgramsOnQueuesTest {
    @TempDir
    Path folder;

    private ProgramRun run(Broker broker, String program, String... more) {
        List<String> arguments = new ArrayList<>(List.of(program, "--db", "embedded:" + folder.resolve("data")));
        arguments.addAll(List.of("--queue", broker.uri()));
        arguments.addAll(List.of(more));
        return ProgramRun.of(arguments.toArray(new String[0]));
    }

    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"REDIS", "RABBITMQ"})
    @DisplayName("quickstart twice, loadtest with every way to accept, with a frame key, and the audit")
    void hold(ServerKind kind) throws Exception {
        Broker broker = Broker.ready(kind);
        assertQuickstart(run(broker, "quickstart"), broker);
        assertQuickstart(run(broker, "quickstart"), broker);
        String key = Files.writeString(folder.resolve("key"), "k".repeat(32)).toString();
        assertLoadTest(run(broker, "loadtest", "--idle", "0", "--orders", "500", "--json", "-"));
        assertLoadTest(run(
                broker,
                "loadtest",
                "--idle",
                "0",
                "--orders",
                "500",
                "--json",
                "-",
                "--accept",
                "queue-only",
                "--frame-key-file",
                key));
        ProgramRun audit = run(broker, "audit", "--json");
        assertEquals(0, audit.exitCode(), audit::toString);
    }

    private static void assertQuickstart(ProgramRun run, Broker broker) {
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().contains("queue: " + broker.uri().replaceAll("//.*@", "//")), run::toString);
        assertTrue(run.out().contains("wait in the journal and on the queue"), run::toString);
        assertTrue(run.out().contains("Everything held"), run::toString);
        assertFalse(run.out().contains("guest"), run::toString);
    }

    private static void assertLoadTest(ProgramRun run) {
        assertEquals(0, run.exitCode(), run::toString);
        JsonNode report = run.json();
        assertEquals(500, report.path("completed").intValue(), run::toString);
        assertEquals(0, report.path("lost").intValue(), run::toString);
        assertEquals(0, report.path("duplicated").intValue(), run::toString);
        assertTrue(report.path("audit_ok").booleanValue(), run::toString);
    }
}
