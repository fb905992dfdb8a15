package io.orderflow.examples.loadtest.driving;

import static java.util.Objects.requireNonNull;

import io.orderflow.examples.common.Ranges;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the orders of a load test are taken and decided. Immutable.
 *
 * @param http whether they are taken through HTTP; otherwise by the library in this process
 * @param application the address of the HTTP application; empty: one is started for the test
 * @param connections HTTP connections
 * @param httpBatch most orders of one HTTP request; empty: each order has one of its own
 * @param workerProcesses programs started to decide; 0: the program that takes orders decides them
 * @param javaOptions options for the JVMs of the programs that are started
 */
public record SitePlan(
        boolean http,
        Optional<URI> application,
        int connections,
        OptionalInt httpBatch,
        int workerProcesses,
        List<String> javaOptions) {
    /** Everything in this process. */
    static final SitePlan EMBEDDED = new SitePlan(false, Optional.empty(), 1, OptionalInt.empty(), 0, List.of());

    private static final int MOST_BATCHED = 500;
    private static final int MOST_CONNECTIONS = 10_000;
    private static final int MOST_PROCESSES = 64;

    public SitePlan {
        requireNonNull(application, "application");
        Ranges.between("connections", connections, 1, MOST_CONNECTIONS);
        Ranges.between("http-batch", httpBatch.orElse(1), 1, MOST_BATCHED);
        Ranges.between("worker-processes", workerProcesses, 0, MOST_PROCESSES);
        javaOptions = List.copyOf(javaOptions);
    }

    /** Whether this process takes the orders. */
    public boolean takesHere() {
        return !http;
    }

    /** Whether this process decides the orders. */
    public boolean decidesHere() {
        return !http && workerProcesses == 0;
    }

    /** Whether an application that nobody here has set up takes the orders. */
    public boolean isForeign() {
        return application.isPresent();
    }

    /** Which part of what happens this process sees. */
    public Phase.Bearings bearings() {
        return new Phase.Bearings(takesHere(), decidesHere());
    }
}
