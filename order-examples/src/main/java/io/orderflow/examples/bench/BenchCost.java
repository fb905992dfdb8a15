package io.orderflow.examples.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.resources.Amounts;
import io.orderflow.examples.loadtest.resources.ResourceFigures;
import java.util.OptionalDouble;

/**
 * What one measurement used, under the names that a load test gives it.
 *
 * @param cpuSeconds processor time of each component; of a bare program {@code api} is all of this process
 * @param ordersPerCpuSecond orders for each of those seconds; null where one of them is not known
 */
@JsonNaming(SnakeCaseStrategy.class)
record BenchCost(Amounts cpuSeconds, OptionalDouble ordersPerCpuSecond) {
    static BenchCost of(ResourceFigures figures) {
        return new BenchCost(figures.cpuSeconds(), figures.ordersPerCpuSecond());
    }
}
