package io.orderflow.examples.loadtest.resources;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which processes take and decide the orders of a load test. Immutable.
 *
 * @param api the process id of the program that takes them; empty: this process, or the one at the address
 * @param address where another program takes them over HTTP; empty: this process does
 * @param workers the process ids of the programs that only decide; none: the program that takes orders decides them
 */
public record Layout(OptionalLong api, Optional<URI> address, List<Long> workers) {
    /** Everything is in this process. */
    public static final Layout THIS_PROCESS = new Layout(OptionalLong.empty(), Optional.empty(), List.of());

    /** Keeps a copy of the list. */
    public Layout {
        workers = List.copyOf(workers);
    }

    /** Whether this process takes the orders. */
    boolean takesHere() {
        return address.isEmpty();
    }
}
