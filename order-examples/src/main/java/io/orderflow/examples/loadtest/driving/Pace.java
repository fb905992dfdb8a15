package io.orderflow.examples.loadtest.driving;

import static java.util.Objects.requireNonNull;

import io.orderflow.examples.common.Ranges;
import java.util.OptionalInt;

/**
 * When a load test submits. Immutable.
 *
 * @param window submissions outstanding at once, when there is neither a rate nor submitters
 * @param submitters threads that submit and wait for the answer; 0: one thread submits asynchronously
 * @param rate orders per second, submitted when each is due whatever is outstanding; empty: as fast as they are taken
 */
public record Pace(int window, int submitters, OptionalInt rate) {
    /** Most orders of a test. */
    public static final int MOST_ORDERS = 50_000_000;

    private static final int MOST_OUTSTANDING = 1_000_000;
    private static final int FASTEST = 1_000_000;

    public Pace {
        requireNonNull(rate, "rate");
        Ranges.between("window", window, 1, MOST_OUTSTANDING);
        Ranges.between("submitters", submitters, 0, 1_000);
        Ranges.between("rate", rate.orElse(1), 1, FASTEST);
    }

    /** The same without a rate: a program is warm sooner when it has as much to do as it can. */
    public Pace atMaximumSpeed() {
        return new Pace(window, submitters, OptionalInt.empty());
    }
}
