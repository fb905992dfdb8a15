package io.orderflow.examples.relay;

import io.orderflow.examples.Main;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code relay} in a JVM of its own, with a feed called relay that another has after two seconds. */
final class RelayProcess implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(90);

    private final JavaProcess process;

    private RelayProcess(JavaProcess process) {
        this.process = process;
    }

    static RelayProcess start(TestDatabase database, Path folder, List<String> target) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), database.password() + "\n");
        List<String> arguments = new ArrayList<>(List.of("relay", "--feed", "relay", "--lease", "2", "--batch", "10"));
        arguments.addAll(List.of("--timeout", "2", "--db", database.jdbcUrl(), "--db-user", database.user()));
        arguments.addAll(List.of("--db-password-file", password.toString()));
        arguments.addAll(target);
        return new RelayProcess(JavaProcess.start(List.of("-Xmx128m"), Main.class, arguments.toArray(new String[0])));
    }

    void awaitWorking() {
        process.awaitLine("working", BOUND);
    }

    /** How many lines of its log say that. */
    int count(String words) {
        return (int) process.errorLines().stream()
                .filter(line -> line.contains(words))
                .count();
    }

    void kill() {
        process.kill9();
    }

    /** Ends it as SIGTERM does, and returns its last line. */
    String terminate() {
        process.terminate();
        int exit = process.awaitExit(BOUND);
        if (exit != 143) {
            throw new AssertionError("a relay that did not end well: " + exit + ", " + process);
        }
        return process.lines().get(process.lines().size() - 1);
    }

    @Override
    public void close() {
        process.close();
    }

    /** Its state and the last lines of both outputs. */
    @Override
    public String toString() {
        return process.toString();
    }
}
