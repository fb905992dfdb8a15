package io.orderflow.examples.loadtest.counting;

import static java.util.Objects.requireNonNull;

import io.orderflow.examples.common.Ranges;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a load test was asked to reach beside being correct. Immutable.
 *
 * @param rate orders per second; empty: as many as possible
 * @param rateTolerance share of the rate that may be missing, 0 to 1
 * @param maxAcceptP99 longest 99th percentile from due or submitted to accepted, in milliseconds; empty: any
 * @param maxAcceptRatio a 99th percentile beyond that passes too if it is at most so many times that of a bare commit
 *     at the same rate; empty: it does not; ignored without a rate
 * @param maxVerdictP99 longest 99th percentile from due or submitted to the verdict, in milliseconds; empty: any
 */
public record Goals(
        OptionalInt rate,
        double rateTolerance,
        OptionalDouble maxAcceptP99,
        OptionalDouble maxAcceptRatio,
        OptionalDouble maxVerdictP99) {
    public Goals {
        requireNonNull(rate, "rate");
        Ranges.share("rate-tolerance", rateTolerance);
        Ranges.atLeastZero("max-accept-p99", maxAcceptP99.orElse(0));
        Ranges.atLeastZero("max-accept-ratio", maxAcceptRatio.orElse(0));
        Ranges.atLeastZero("max-verdict-p99", maxVerdictP99.orElse(0));
    }

    /** Whether bare commits are to be measured, at the rate. */
    public boolean needsBareCommits() {
        return rate.isPresent() && maxAcceptRatio.isPresent();
    }
}
