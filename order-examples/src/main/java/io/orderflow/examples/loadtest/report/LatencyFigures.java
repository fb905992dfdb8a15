package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.counting.FeedEvents;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.PhaseCounts;
import java.util.Optional;

/**
 * How long it took, in milliseconds. The names in JSON are those of the components.
 *
 * @param acceptMs from the submission, or from when it was due, to the acceptance
 * @param decideMs from there to the verdict
 * @param decideUrgentMs the same for urgent orders alone; not in JSON when none was
 * @param decideOthersMs the same for all others; not in JSON when none was urgent
 * @param feedMs from the decision's number to the handler of a feed; not in JSON when none was read
 * @param confirmMs from when the verdict was known to the confirmation; not in JSON without holds
 * @param bareCommitMs what one row took to commit at the same rate; not in JSON when nobody asked
 */
@JsonNaming(SnakeCaseStrategy.class)
public record LatencyFigures(
        Latency acceptMs,
        Latency decideMs,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Latency> decideUrgentMs,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Latency> decideOthersMs,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Latency> feedMs,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Latency> confirmMs,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Latency> bareCommitMs) {
    static LatencyFigures of(Findings found) {
        PhaseCounts phase = found.phase();
        return new LatencyFigures(
                phase.acceptances().latency(),
                phase.decisions().latency(),
                phase.decisions().urgentLatency(),
                phase.decisions().otherLatency(),
                phase.feed().map(FeedEvents::latency),
                phase.holds().all() > 0 ? Optional.of(phase.holds().latency()) : Optional.empty(),
                found.bareCommit());
    }
}
