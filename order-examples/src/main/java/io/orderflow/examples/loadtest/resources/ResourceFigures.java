package io.orderflow.examples.loadtest.resources;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a load test cost, as the files have it. The names in JSON are those of the components.
 *
 * @param cpuSeconds processor time of each component while orders were measured
 * @param ordersPerCpuSecond decided orders for each of those seconds
 * @param ordersPerCpuSecondMissing why there is no such figure
 * @param resources what each component used
 * @param infrastructureTotal the sums over what is neither API, workers, database nor load generator, by window
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ResourceFigures(
        Amounts cpuSeconds,
        OptionalDouble ordersPerCpuSecond,
        Optional<String> ordersPerCpuSecondMissing,
        Windows resources,
        Map<String, Amounts> infrastructureTotal) {
    /**
     * What each component used.
     *
     * @param components what each of them is
     * @param idleS length of the idle window, in seconds
     * @param loadS length of the window under load, in seconds
     * @param idle in the idle window
     * @param load under load
     * @param change between the two
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Windows(
            Map<String, String> components,
            double idleS,
            double loadS,
            Map<String, Amounts> idle,
            Map<String, Amounts> load,
            Map<String, Amounts> change) {}
}
