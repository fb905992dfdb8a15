package io.orderflow.examples.serve;

import io.orderflow.examples.Main;
import io.orderflow.testing.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code worker} in a JVM of its own, with its health on a free port. */
final class WorkerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final String HEALTH = "health: ";
    private static final Pattern STOPPED = Pattern.compile("stopped, decided (\\d+) orders");

    private final JavaProcess process;

    private WorkerProcess(JavaProcess process) {
        this.process = process;
    }

    /** Starts it and does not wait until it works. */
    static WorkerProcess start(List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("worker", "--health-port", "0"));
        arguments.addAll(options);
        return new WorkerProcess(JavaProcess.start(List.of("-Xmx256m"), Main.class, arguments.toArray(new String[0])));
    }

    WorkerProcess awaitWorking() {
        process.awaitLine("working", START);
        return this;
    }

    /** For its health. */
    ShopClient client() {
        String address = process.awaitLine("where its health is", line -> line.startsWith(HEALTH), START);
        return new ShopClient(address.substring(HEALTH.length()).replaceAll("/health.*", ""));
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.kill9();
    }

    /** Ends it as SIGTERM does, and returns how many orders it decided. */
    long terminate() {
        process.terminate();
        int exit = process.awaitExit(START);
        String last = process.lines().get(process.lines().size() - 1);
        Matcher stopped = STOPPED.matcher(last);
        if (exit != 143 || !stopped.matches()) {
            throw new AssertionError("a worker that did not end well: " + exit + ", " + process);
        }
        return Long.parseLong(stopped.group(1));
    }

    int awaitExit() {
        return process.awaitExit(START);
    }

    List<String> lines() {
        return process.lines();
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
