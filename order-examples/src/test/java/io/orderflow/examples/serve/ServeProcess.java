package io.orderflow.examples.serve;

import io.orderflow.examples.Main;
import io.orderflow.testing.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code serve} in a JVM of its own, on a free port, with a small shop. */
final class ServeProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final String LISTENING = "listening on ";

    private final JavaProcess process;
    private final String address;

    private ServeProcess(JavaProcess process) {
        this.process = process;
        this.address = process.awaitLine("its address", line -> line.startsWith(LISTENING), START)
                .substring(LISTENING.length());
    }

    /** Starts it and waits until it takes orders. */
    static ServeProcess start(List<String> database) {
        List<String> arguments =
                new ArrayList<>(List.of("serve", "--port", "0", "--seed-products", "20", "--seed-buyers", "200"));
        arguments.addAll(database);
        return new ServeProcess(JavaProcess.start(List.of("-Xmx256m"), Main.class, arguments.toArray(new String[0])));
    }

    ShopClient client() {
        return new ShopClient(address);
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.kill9();
    }

    /** Ends it as SIGTERM does, and returns the exit code. */
    int terminate() {
        process.terminate();
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
