package io.orderflow.examples.loadtest;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a load test was asked to reach beside being correct. Immutable.
 *
 * @param rate orders per second; empty: as many as possible
 * @param rateTolerance share of the rate that may be missing, 0 to 1
 * @param maxAcceptP99 longest 99th percentile from due or submitted to accepted, in milliseconds; empty: any
 * @param maxVerdictP99 the same to the verdict
 */
record Goals(OptionalInt rate, double rateTolerance, OptionalDouble maxAcceptP99, OptionalDouble maxVerdictP99) {
    Goals {
        requireNonNull(rate, "rate");
        Ranges.share("rate-tolerance", rateTolerance);
        Ranges.atLeastZero("max-accept-p99", maxAcceptP99.orElse(0));
        Ranges.atLeastZero("max-verdict-p99", maxVerdictP99.orElse(0));
    }
}
