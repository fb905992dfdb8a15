package io.orderflow.examples.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.counting.Latency;
import java.util.Optional;

/**
 * One program, measured once, as the JSON file has it too.
 *
 * @param round from 1; 0 is the warm-up, which does not count
 * @param program what was measured
 * @param perS orders per second
 * @param correct whether the library's run lost nothing and adds up; empty where there is nothing to prove
 * @param library what else is known of the library's run; empty for the others
 * @param cost what it used; empty where nothing could be looked at
 * @param commitMs how long a commit took, where each was measured
 */
@JsonNaming(SnakeCaseStrategy.class)
record BenchMeasurement(
        int round,
        BenchProgram program,
        double perS,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Judgement> correct,
        @JsonUnwrapped Optional<LibraryRun> library,
        @JsonUnwrapped Optional<BenchCost> cost,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Latency> commitMs) {

    /** Whether it was wrong. */
    boolean failed() {
        return correct.map(Judgement::failed).orElse(false);
    }
}
