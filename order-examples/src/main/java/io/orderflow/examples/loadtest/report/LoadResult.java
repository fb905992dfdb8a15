package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.common.About;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.counting.Judgements;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Sample;
import io.orderflow.examples.loadtest.counting.ServerCounters.Counted;
import io.orderflow.examples.loadtest.resources.ResourceFigures;
import io.orderflow.examples.loadtest.resources.ResourceReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a load test, of which the table, the JSON file and the pages are made. The JSON object has the figures
 * side by side under the names of their components; groups of them are sections of the pages. Immutable.
 *
 * @param run which run it is; empty until it is over
 * @param ok whether it ran to its end and no verdict failed
 * @param orders what became of the orders
 * @param pending accepted orders that still wait
 * @param latency how long they took
 * @param acceptDistribution how many orders took how long to their acceptance
 * @param decideDistribution how many orders took how long to their verdict
 * @param goals what was asked for
 * @param cost what they cost this process and the database
 * @param costs what they cost each component; empty when that was not measured
 * @param checks what was found when everything was checked
 * @param verdicts the judgements, by name
 * @param settings what the servers say about versions and durability
 * @param machine cores, memory and JVM of this process
 * @param setting what was run on what
 * @param timeline what happened second by second; only in the report's JSON
 * @param findings what the figures were made of, for the notes below the table; not in JSON
 * @param measured what the tables of the costs are made of; not in JSON
 */
@JsonNaming(SnakeCaseStrategy.class)
public record LoadResult(
        @JsonUnwrapped Optional<About> run,
        boolean ok,
        @JsonUnwrapped OrderFigures orders,
        long pending,
        @JsonUnwrapped LatencyFigures latency,
        List<Latency.Bucket> acceptDistribution,
        List<Latency.Bucket> decideDistribution,
        GoalFigures goals,
        @JsonUnwrapped CostFigures cost,
        @JsonUnwrapped Optional<ResourceFigures> costs,
        @JsonUnwrapped CheckFigures checks,
        Map<String, Judgement> verdicts,
        ServerSettings settings,
        Machine machine,
        Setting setting,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<SampleFigures>> timeline,
        @JsonIgnore Findings findings,
        @JsonIgnore ResourceReport measured) {

    /**
     * Makes the result.
     *
     * @param setting what was run on what
     * @param found what the test found
     * @param environment where it ran, by the servers' own words
     * @param counted what the database server counted while measuring
     * @param cpuSeconds processor time of this process while measuring
     * @param resources what each component used
     */
    public static LoadResult of(
            Setting setting,
            Findings found,
            Environment environment,
            Counted counted,
            double cpuSeconds,
            ResourceReport resources) {
        return new LoadResult(
                Optional.empty(),
                found.ok(),
                OrderFigures.of(found),
                found.outcome().pending(),
                LatencyFigures.of(found),
                found.phase().acceptances().latency().buckets(),
                found.phase().decisions().latency().buckets(),
                GoalFigures.of(found.goals()),
                CostFigures.of(found.phase(), counted, cpuSeconds),
                resources.figures(found.phase().settled()),
                CheckFigures.of(found),
                Judgements.of(found),
                environment.settings(),
                environment.machine(),
                setting,
                Optional.empty(),
                found,
                resources);
    }

    /** Whether the person ended the test before it was done. */
    public boolean isInterrupted() {
        return findings.isInterrupted();
    }

    /** The same, of this run. */
    public LoadResult of(About about) {
        return with(Optional.of(about), timeline);
    }

    /** The same with the samples of its measured stretch. */
    LoadResult with(List<Sample> samples) {
        return with(run, Optional.of(samples.stream().map(SampleFigures::of).toList()));
    }

    private LoadResult with(Optional<About> about, Optional<List<SampleFigures>> samples) {
        return new LoadResult(
                about,
                ok,
                orders,
                pending,
                latency,
                acceptDistribution,
                decideDistribution,
                goals,
                cost,
                costs,
                checks,
                verdicts,
                settings,
                machine,
                setting,
                samples,
                findings,
                measured);
    }
}
