package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.Latency;
import java.util.Optional;

/**
 * How long it took, in milliseconds. The names in JSON are those of the components.
 *
 * @param acceptMs from the submission, or from when it was due, to the acceptance
 * @param decideMs from there to the verdict
 * @param bareCommitMs what one row took to commit at the same rate; not in JSON when nobody asked
 */
@JsonNaming(SnakeCaseStrategy.class)
public record LatencyFigures(
        Latency acceptMs,
        Latency decideMs,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Latency> bareCommitMs) {
    static LatencyFigures of(Findings found) {
        return new LatencyFigures(
                found.phase().acceptances().latency(), found.phase().decisions().latency(), found.bareCommit());
    }
}
