package io.orderflow.examples.loadtest.resources;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one component used during a sample. What could not be measured is empty, never 0.
 *
 * @param cpuPercent processor time, 100 for one core
 * @param memoryBytes memory in use
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Usage(OptionalDouble cpuPercent, OptionalLong memoryBytes) {
    /** Refuses null. */
    public Usage {
        requireNonNull(cpuPercent, "cpuPercent");
        requireNonNull(memoryBytes, "memoryBytes");
    }

    /** Two samples that follow each other as one: the mean of the processor by time, the larger memory. */
    public static Usage merged(Usage a, double secondsOfA, Usage b, double secondsOfB) {
        return new Usage(
                mean(a.cpuPercent, secondsOfA, b.cpuPercent, secondsOfB), larger(a.memoryBytes, b.memoryBytes));
    }

    private static OptionalDouble mean(OptionalDouble a, double weightOfA, OptionalDouble b, double weightOfB) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isPresent() ? a : b;
        }
        double sum = a.getAsDouble() * weightOfA + b.getAsDouble() * weightOfB;
        return OptionalDouble.of(sum / (weightOfA + weightOfB));
    }

    private static OptionalLong larger(OptionalLong a, OptionalLong b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isPresent() ? a : b;
        }
        return OptionalLong.of(Math.max(a.getAsLong(), b.getAsLong()));
    }
}
