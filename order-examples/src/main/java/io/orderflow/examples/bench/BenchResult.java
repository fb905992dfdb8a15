package io.orderflow.examples.bench;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.common.About;
import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.report.Machine;
import io.orderflow.examples.loadtest.report.ServerSettings;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The result of a comparison, as the JSON file has it. The names in JSON are those of the components; null where
 * nothing was measured.
 *
 * @param run which run it is
 * @param ok whether it ran to its end and no verdict failed
 * @param libraryShare what the library reaches of the ceiling
 * @param libraryGroupJournalShare what it reaches of the ceiling with the group journal
 * @param libraryShareWithLockingReads what it reaches of the ceiling with locking reads
 * @param libraryOneOrderShare what it reaches of bare JDBC when each order has a transaction of its own
 * @param programs what each program reached, by its name
 * @param verdicts the judgements, by name
 * @param measurements each program, measured once
 * @param settings what the servers say about versions and durability
 * @param machine cores, memory and JVM of this process
 * @param setting what was asked for, and on what it ran
 */
@JsonNaming(SnakeCaseStrategy.class)
record BenchResult(
        @JsonUnwrapped About run,
        boolean ok,
        OptionalDouble libraryShare,
        OptionalDouble libraryGroupJournalShare,
        OptionalDouble libraryShareWithLockingReads,
        OptionalDouble libraryOneOrderShare,
        Map<String, Program> programs,
        Map<String, Judgement> verdicts,
        List<BenchMeasurement> measurements,
        ServerSettings settings,
        Machine machine,
        Map<String, Object> setting) {
    /**
     * What a program reached over the rounds.
     *
     * @param title what it is, for a person
     * @param orders orders of each round
     * @param medianPerS orders per second, the median
     * @param lowestPerS the lowest
     * @param highestPerS the highest
     * @param roundsPerS round by round
     * @param medianPerCpuSecond orders for each processor second of this process, the queue and the database together,
     *     the median
     * @param share the median of the shares of the ceiling
     * @param roundShares those shares
     * @param roundSharesWithLockingReads the shares of the ceiling with locking reads
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Program(
            String title,
            int orders,
            OptionalDouble medianPerS,
            OptionalDouble lowestPerS,
            OptionalDouble highestPerS,
            List<Double> roundsPerS,
            OptionalDouble medianPerCpuSecond,
            OptionalDouble share,
            List<OptionalDouble> roundShares,
            List<OptionalDouble> roundSharesWithLockingReads) {}
}
