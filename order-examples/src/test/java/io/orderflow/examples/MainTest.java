package io.orderflow.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The command line of the example programs")
class MainTest {
    static Stream<String> programs() {
        Set<String> names = Main.commandLine().getSubcommands().keySet();
        assertTrue(names.containsAll(Set.of("quickstart", "serve", "worker", "audit", "loadtest")), names.toString());
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("programs")
    @DisplayName("explains every program and exits with 0")
    void helpOfEveryProgram(String program) {
        ProgramRun run = ProgramRun.of(program, "--help");
        assertAll(
                run::toString,
                () -> assertEquals(0, run.exitCode()),
                () -> assertTrue(run.out().startsWith("Usage: order-examples " + program)),
                () -> assertTrue(run.out().contains("--db")),
                () -> assertTrue(run.out().contains("--verbose")),
                () -> assertFalse(run.out().contains("${")));
    }

    @ParameterizedTest
    @MethodSource("programs")
    @DisplayName("shows the version of every program")
    void versionOfEveryProgram(String program) {
        ProgramRun run = ProgramRun.of(program, "--version");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().startsWith("order-examples "), run::toString);
    }

    @Test
    @DisplayName("lists the programs in its own help")
    void ownHelp() {
        ProgramRun run = ProgramRun.of("--help");
        assertEquals(0, run.exitCode(), run::toString);
        programs().forEach(program -> assertTrue(run.out().contains("\n  " + program + " "), run::toString));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "serve --nonsense",
                "serve --port x",
                "serve --port 65536",
                "serve --workers -1",
                "serve --queue kafka://127.0.0.1",
                "worker --workers 0",
                "worker --health-port 65536",
                "worker --queue amqp://",
                "loadtest --accept both",
                "serve --workers 65",
                "serve --max-batch 501",
                "serve --seed-buyers -1",
                "serve --host no.such.host.invalid",
                "serve --db-pool 3",
                "audit --db jdbc:postgresql://127.0.0.1/shop",
                "audit --queue redis",
                "quickstart --table-prefix Orders"
            })
    @DisplayName("answers a wrong command line with two lines and exit code 2")
    void wrongUsage(String line) {
        ProgramRun run = line.isEmpty() ? ProgramRun.of() : ProgramRun.of(line.split(" "));
        assertAll(
                run::toString,
                () -> assertEquals(2, run.exitCode()),
                () -> assertEquals("", run.out()),
                () -> assertTrue(run.err().startsWith("error: ")),
                () -> assertEquals(2, run.err().lines().count()));
    }
}
