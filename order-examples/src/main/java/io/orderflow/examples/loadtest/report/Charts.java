package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.loadtest.counting.Sample;
import io.orderflow.examples.loadtest.resources.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The charts of a timeline. */
final class Charts {
    private static final int MOST_POINTS = 150;
    /** A line that no measured value has. */
    private static final int GOAL = 3;

    private static final double MINUTE = 60;
    private static final double HOUR = 3_600;
    private static final double MIB = 1024.0 * 1024.0;

    private final GoalFigures goals;
    private final List<Sample> samples;
    private final String timeUnit;
    private final double[] times;

    /** Takes samples, at least one; many are merged to as many as a chart has room for. */
    Charts(List<Sample> all, GoalFigures goals) {
        this.goals = goals;
        this.samples = thinned(all);
        double end = samples.get(samples.size() - 1).to();
        double unit = end <= 3 * MINUTE ? 1 : end <= 3 * HOUR ? MINUTE : HOUR;
        this.timeUnit = unit == 1 ? "s" : unit == MINUTE ? "min" : "h";
        this.times = samples.stream().mapToDouble(s -> s.to() / unit).toArray();
    }

    private static List<Sample> thinned(List<Sample> samples) {
        List<Sample> thin = samples;
        while (thin.size() > MOST_POINTS) {
            thin = Sample.mergedInPairs(thin);
        }
        return thin;
    }

    Chart throughput() {
        return chart(
                "Throughput",
                "orders per second",
                line(0, "accepted", Sample::acceptedPerSecond),
                line(1, "decided", Sample::decidedPerSecond),
                goal("goal", asDouble(goals.ratePerS())));
    }

    Chart backlog() {
        return chart("Backlog", "orders", line(0, "accepted, not decided", Sample::backlog));
    }

    Chart accept() {
        return latency("Time to the acceptance", Sample::accept, goals.maxAcceptP99Ms());
    }

    Chart decide() {
        return latency("Time to the verdict", Sample::decide, goals.maxVerdictP99Ms());
    }

    private Chart latency(
            String title, Function<Sample, Optional<Sample.Percentiles>> percentiles, OptionalDouble goal) {
        return chart(
                title,
                "ms",
                line(
                        0,
                        "p50",
                        s -> percentiles.apply(s).map(Sample.Percentiles::p50).orElse(Double.NaN)),
                line(
                        1,
                        "p99",
                        s -> percentiles.apply(s).map(Sample.Percentiles::p99).orElse(Double.NaN)),
                goal("goal for p99", goal));
    }

    /** A level line; without values where nothing was asked for. */
    private Chart.Line goal(String name, OptionalDouble level) {
        return line(GOAL, name, sample -> level.orElse(Double.NaN));
    }

    private static OptionalDouble asDouble(OptionalInt value) {
        return value.isPresent() ? OptionalDouble.of(value.getAsInt()) : OptionalDouble.empty();
    }

    Chart refused() {
        return counts("Refusals", "answers per second", Sample::refused);
    }

    Chart rejected() {
        return counts("Rejections", "orders per second", Sample::rejected);
    }

    private Chart counts(String title, String unit, Function<Sample, Map<String, Long>> counts) {
        TreeSet<String> names = new TreeSet<>();
        samples.forEach(sample -> names.addAll(counts.apply(sample).keySet()));
        List<Chart.Line> lines = new ArrayList<>();
        if (names.isEmpty()) {
            lines.add(line(0, "none", sample -> 0));
        }
        for (String name : names) {
            lines.add(line(
                    lines.size(),
                    name.replace('_', ' '),
                    sample -> counts.apply(sample).getOrDefault(name, 0L) / sample.seconds()));
        }
        return chart(title, unit, lines.toArray(Chart.Line[]::new));
    }

    Chart cpu() {
        return byComponent("Processor", "% of one core", Usage::cpuPercent);
    }

    Chart memory() {
        return byComponent(
                "Memory",
                "MiB",
                usage -> usage.memoryBytes().isPresent()
                        ? OptionalDouble.of(usage.memoryBytes().getAsLong() / MIB)
                        : OptionalDouble.empty());
    }

    private Chart byComponent(String title, String unit, Function<Usage, OptionalDouble> figure) {
        TreeSet<String> names = new TreeSet<>();
        samples.forEach(sample -> names.addAll(sample.components().keySet()));
        List<Chart.Line> lines = new ArrayList<>();
        for (String name : names) {
            lines.add(line(
                    lines.size(),
                    name,
                    sample -> Optional.ofNullable(sample.components().get(name))
                            .map(figure)
                            .orElse(OptionalDouble.empty())
                            .orElse(Double.NaN)));
        }
        return chart(title, unit, lines.toArray(Chart.Line[]::new));
    }

    private Chart.Line line(int number, String name, ToDoubleFunction<Sample> value) {
        return new Chart.Line(number, name, samples.stream().mapToDouble(value).toArray());
    }

    /** A chart of those lines that have a value. */
    private Chart chart(String title, String unit, Chart.Line... lines) {
        return new Chart(
                title,
                timeUnit,
                times,
                unit,
                List.of(lines).stream().filter(Chart.Line::hasValues).toList());
    }
}
