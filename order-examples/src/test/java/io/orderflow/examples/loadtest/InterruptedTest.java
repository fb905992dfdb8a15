package io.orderflow.examples.loadtest;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A measuring program that is interrupted")
class InterruptedTest {
    private static final Duration BOUND = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    /** A program in a process of its own, and the lines that it says. */
    private record Running(Process process, List<String> lines) implements AutoCloseable {
        /**
         * A build in the background of a shell ignores Ctrl-C, and so does what it starts, unless it is told otherwise.
         */
        private static final List<String> SIGNALS_AS_USUAL = signalsAsUsual();

        private static List<String> signalsAsUsual() {
            List<String> env = List.of("env", "--default-signal=INT");
            try {
                Process tried =
                        new ProcessBuilder(env).redirectErrorStream(true).start();
                tried.inputReader().lines().count();
                return tried.waitFor() == 0 ? env : List.of();
            } catch (IOException e) {
                return List.of();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        static Running start(String... arguments) throws IOException {
            List<String> command = new ArrayList<>(SIGNALS_AS_USUAL);
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.orderflow.examples.Main"));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> lines = Collections.synchronizedList(new ArrayList<>());
            Thread reader = new Thread(() -> {
                try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
                    in.lines().forEach(lines::add);
                } catch (IOException | UncheckedIOException e) {
                    lines.add(e.toString());
                }
            });
            reader.setDaemon(true);
            reader.start();
            return new Running(process, lines);
        }

        void awaitLine(String part) {
            Eventually.await(part, BOUND, () -> has(part) || !process.isAlive(), () -> String.join("\n", lines));
            assertTrue(has(part), () -> String.join("\n", lines));
        }

        boolean has(String part) {
            synchronized (lines) {
                return lines.stream().anyMatch(line -> line.contains(part));
            }
        }

        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }

        int exitCode() throws InterruptedException {
            assertTrue(
                    process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS), () -> "goes on: " + String.join("\n", lines));
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private String[] endless(String... more) {
        return Ran.join(
                new String[] {
                    "loadtest",
                    "--db",
                    "embedded:" + folder.resolve("data"),
                    "--no-resources",
                    "--warmup",
                    "0",
                    "--products",
                    "10",
                    "--buyers",
                    "10",
                    "--rate",
                    "200",
                    "--duration",
                    "600",
                    "--progress"
                },
                more);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    @DisplayName("prints and writes what it has measured, and says by what it ended")
    void loadtest(String signal, int exitCode) throws Exception {
        Path json = folder.resolve("result.json");
        Path report = folder.resolve("report");
        Instant before = Instant.now().minusSeconds(1);
        try (Running run = Running.start(endless(
                "--json", json.toString(), "--report", report.toString(), "--name", "the first", "--http", "none"))) {
            run.awaitLine("accepted 2");
            run.signal(signal);
            assertEquals(exitCode, run.exitCode(), () -> run.lines().toString());
            assertTrue(run.has("INTERRUPTED: "), () -> run.lines().toString());
            assertTrue(run.has("accept p99"), () -> run.lines().toString());
        }
        JsonNode result = Ran.JSON.readTree(Files.readString(json));
        assertAll(
                result::toString,
                () -> assertEquals("SIG" + signal, result.get("interrupted").asText()),
                () -> assertFalse(result.get("ok").asBoolean()),
                () -> assertTrue(result.get("accepted").asInt() > 0),
                () -> assertEquals(0, result.get("lost").asInt()),
                () -> assertTrue(result.get("accept_ms").get("p99").asDouble() > 0),
                () -> assertTrue(
                        result.get("verdicts").get("correctness").get("passed").isNull()),
                () -> assertEquals("the first", result.get("name").asText()),
                () -> assertTrue(
                        Instant.parse(result.get("started_at").asText()).isAfter(before.minusSeconds(1))),
                () -> assertTrue(
                        result.get("command_line").asText().startsWith("order-examples loadtest --db embedded:")),
                () -> assertFalse(result.get("version").asText().isBlank()));
        for (String file : List.of("report.html", "report.md", "report.json")) {
            String text = Files.readString(report.resolve(file));
            assertTrue(text.contains("the first") && text.contains("SIG" + signal), file + ": " + text);
        }
    }

    @Test
    @DisplayName("says that nothing was measured when nothing was")
    void beforeTheOrders() throws Exception {
        try (Running run = Running.start(
                "loadtest", "--db", "embedded:" + folder.resolve("data"), "--idle", "3600", "--verbose")) {
            run.awaitLine("tablePrefix=");
            run.signal("INT");
            assertEquals(130, run.exitCode(), () -> run.lines().toString());
            assertTrue(
                    run.has("interrupted before anything was measured"),
                    () -> run.lines().toString());
        }
    }

    @Test
    @DisplayName("ends at once when it is told again")
    void twice() throws Exception {
        try (Running run = Running.start(endless("--idle", "0"))) {
            run.awaitLine("accepted 2");
            run.signal("INT");
            run.signal("INT");
            assertEquals(130, run.exitCode(), () -> run.lines().toString());
        }
    }

    @Test
    @DisplayName("compares what it has when it is bench")
    void bench() throws Exception {
        Path json = folder.resolve("bench.json");
        try (Running run = Running.start(
                "bench",
                "--db",
                "embedded:" + folder.resolve("data"),
                "--rounds",
                "1000",
                "--orders",
                "9",
                "--one-orders",
                "9",
                "--one-order-workers",
                "2",
                "--products",
                "5",
                "--buyers",
                "5",
                "--progress",
                "--json",
                json.toString())) {
            run.awaitLine("round 1 of 1000: bare");
            run.signal("INT");
            assertEquals(130, run.exitCode(), () -> run.lines().toString());
            assertTrue(run.has("The library reaches"), () -> run.lines().toString());
        }
        JsonNode result = Ran.JSON.readTree(Files.readString(json));
        assertEquals("SIGINT", result.get("interrupted").asText(), result::toString);
        assertFalse(result.get("ok").asBoolean(), result::toString);
        assertTrue(
                result.get("programs").get("bare_batches").get("median_per_s").asDouble() > 0, result::toString);
        assertTrue(result.get("programs").get("bare_commits").has("median_per_s"), result::toString);
        assertNull(result.get("audit"));
    }

    @Test
    @DisplayName("knows before the run that its files cannot be written")
    void jsonTarget() {
        for (Path target : List.of(folder, folder.resolve("none").resolve("x.json"))) {
            for (String program : List.of("loadtest", "loadtest baseline", "bench")) {
                Ran ran = Ran.program(program, "--db", "jdbc:mysql://127.0.0.1:1/x", "--json", target.toString());
                assertEquals(1, ran.exitCode(), ran::toString);
                assertTrue(ran.err().startsWith("error: --json cannot be written: "), ran::toString);
                assertEquals(1, ran.err().lines().count(), ran::toString);
            }
        }
    }
}
