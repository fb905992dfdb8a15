package io.orderflow.examples.loadtest.report;

import static io.orderflow.examples.common.Rounded.to;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.counting.Sample;
import io.orderflow.examples.loadtest.counting.Sample.Percentiles;
import io.orderflow.examples.loadtest.resources.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A sample of the timeline, as the files have it. The names in JSON are those of the components.
 *
 * @param fromS its begin, in seconds since measuring began
 * @param toS its end
 * @param acceptedPerS orders accepted per second
 * @param decidedPerS orders decided per second
 * @param backlog orders accepted and not decided at its end
 * @param acceptMs how long acceptances took; null when there was none
 * @param decideMs how long verdicts took; null when there was none
 * @param refused answers other than an acceptance, by their names
 * @param rejected rejected orders by reason
 * @param components what each component used
 */
@JsonNaming(SnakeCaseStrategy.class)
record SampleFigures(
        double fromS,
        double toS,
        double acceptedPerS,
        double decidedPerS,
        long backlog,
        Optional<Percentiles> acceptMs,
        Optional<Percentiles> decideMs,
        Map<String, Long> refused,
        Map<String, Long> rejected,
        Map<String, Usage> components) {
    static SampleFigures of(Sample sample) {
        Map<String, Usage> components = new TreeMap<>();
        sample.components()
                .forEach((name, usage) ->
                        components.put(name, new Usage(to(3, usage.cpuPercent()), usage.memoryBytes())));
        return new SampleFigures(
                to(3, sample.from()),
                to(3, sample.to()),
                to(3, sample.acceptedPerSecond()),
                to(3, sample.decidedPerSecond()),
                sample.backlog(),
                sample.accept(),
                sample.decide(),
                sample.refused(),
                sample.rejected(),
                components);
    }
}
