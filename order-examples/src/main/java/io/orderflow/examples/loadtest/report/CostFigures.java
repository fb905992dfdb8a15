package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.PhaseCounts;
import io.orderflow.examples.loadtest.counting.ServerCounters.Counted;
import java.util.OptionalDouble;

/**
 * What the orders cost this process and the database's server. The names in JSON are those of the components.
 *
 * @param processCpuS processor time of this process, in seconds: generator, intake and workers
 * @param ordersPerProcessCpuS decided orders for each of those seconds
 * @param dbCommitsPerOrder transactions; null where the server does not count them
 * @param statementsPerOrder statements; null where the server does not count them
 * @param counters where the counts come from, or why there are none
 */
@JsonNaming(SnakeCaseStrategy.class)
public record CostFigures(
        double processCpuS,
        double ordersPerProcessCpuS,
        OptionalDouble dbCommitsPerOrder,
        OptionalDouble statementsPerOrder,
        String counters) {
    static CostFigures of(PhaseCounts phase, Counted counted, double cpuSeconds) {
        return new CostFigures(
                Rounded.to(2, cpuSeconds),
                Rounded.to(0, Findings.rate(phase.settled(), cpuSeconds)),
                perOrder(counted.commits(), phase.orders()),
                perOrder(counted.statements(), phase.orders()),
                counted.note());
    }

    private static OptionalDouble perOrder(OptionalDouble count, int orders) {
        return count.isPresent() ? OptionalDouble.of(Rounded.to(5, count.getAsDouble() / orders)) : count;
    }
}
