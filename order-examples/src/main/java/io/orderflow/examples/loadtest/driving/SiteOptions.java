package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.common.GivenOnCommandLine;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.loadtest.orders.Mix;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options about where orders are taken and decided. */
public final class SiteOptions {
    private static final String SELF = "self";
    private static final String NONE = "none";
    private static final int CONNECTIONS = 64;

    @Option(
            names = "--http",
            paramLabel = "URL|self|none",
            defaultValue = NONE,
            description = {
                "Send the orders over HTTP to the program serve: to the one at this address, which must be of "
                        + "the same shop, or"
                        + " with self to one that is started for the test; none: the library in this process "
                        + "takes them."
                        + " Default: ${DEFAULT-VALUE}"
            })
    private String http;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description =
                    "With --http: connections, and without --rate so many orders or batches outstanding. Default: 64")
    private Optional<Integer> connections;

    @Option(
            names = "--http-batch",
            paramLabel = "N",
            description = "With --http: send up to N orders in one request, N for each connection outstanding without "
                    + "--rate; a batch waits 5 ms for its last order. Default: each order is a request")
    private Optional<Integer> httpBatch;

    @Option(
            names = "--worker-processes",
            paramLabel = "N",
            defaultValue = "0",
            description = "Start so many of the program worker to decide, each with --workers threads; needs a queue "
                    + "that processes share. Default: none, the program that takes orders decides them")
    private int workerProcesses;

    @Option(
            names = "--java-options",
            paramLabel = "OPTIONS",
            description = "Options for the JVMs of the programs that are started, for example -Xmx256m.")
    private Optional<String> javaOptions;

    /**
     * Reads the options.
     *
     * @param mix what is sent
     * @param given says what came from the command line itself
     * @throws IllegalArgumentException if they contradict each other or are out of range; the message begins with an
     *     option
     */
    public SitePlan plan(Mix mix, GivenOnCommandLine given) {
        if (!overHttp() && given.has("--connections")) {
            throw new IllegalArgumentException("connections needs --http: " + connections.orElseThrow());
        }
        if (!overHttp() && given.has("--http-batch")) {
            throw new IllegalArgumentException("http-batch needs --http: " + httpBatch.orElseThrow());
        }
        boolean starts = http.equals(SELF) || workerProcesses > 0;
        if (!starts && given.has("--java-options")) {
            throw new IllegalArgumentException(
                    "java-options needs --http self or --worker-processes: " + javaOptions.orElseThrow());
        }
        if (overHttp() && mix.replayShare() > 0 && mix.keyShare() < 1) {
            throw new IllegalArgumentException(
                    "replays needs --keys 1 with --http, where only a key names a request: " + mix.replayShare());
        }
        Optional<URI> application = overHttp() && !http.equals(SELF) ? Optional.of(address(http)) : Optional.empty();
        if (application.isPresent()) {
            refuseWhatTheApplicationHas(given);
        }
        return new SitePlan(
                overHttp(),
                application,
                connections.orElse(CONNECTIONS),
                overHttp() && httpBatch.isPresent() ? OptionalInt.of(httpBatch.get()) : OptionalInt.empty(),
                workerProcesses,
                starts && javaOptions.isPresent()
                        ? List.of(javaOptions.get().strip().split("\\s+"))
                        : List.of());
    }

    private boolean overHttp() {
        return !http.equals(NONE);
    }

    private void refuseWhatTheApplicationHas(GivenOnCommandLine given) {
        List<String> its = workerProcesses > 0
                ? List.of("group-wait", "accept", "allow-weak-queue")
                : List.of(
                        "group-wait",
                        "accept",
                        "allow-weak-queue",
                        "frame-key-file",
                        "workers",
                        "max-batch",
                        "batch-wait",
                        "ack-delay");
        its.stream().filter(option -> given.has("--" + option)).findFirst().ifPresent(option -> {
            throw new IllegalArgumentException(
                    option + " must not be given with --http URL, where the application has its own");
        });
    }

    /**
     * Refuses processes that could not work together.
     *
     * @return the plan
     * @throws IllegalArgumentException with a message that begins with an option
     */
    public static SitePlan checked(SitePlan plan, ShopQueue queue) {
        if (plan.workerProcesses() > 0 && !queue.isShared()) {
            throw new IllegalArgumentException("worker-processes needs a --queue that processes share: " + queue);
        }
        return plan;
    }

    /** Orders outstanding at once when nothing else is asked for; empty: as many as the library takes at its best. */
    public Optional<Integer> window() {
        return overHttp() ? Optional.of(connections.orElse(CONNECTIONS) * httpBatch.orElse(1)) : Optional.empty();
    }

    private static URI address(String text) {
        try {
            URI uri = new URI(text);
            if (List.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // refused below
        }
        throw new IllegalArgumentException("http must be self, none or an address like http://127.0.0.1:8080: " + text);
    }
}
