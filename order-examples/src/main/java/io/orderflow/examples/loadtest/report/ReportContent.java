package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.common.About;
import io.orderflow.examples.common.RecordFields;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a report says, whatever it is written as: every field of the result once, what is not measured by name with its
 * reason.
 *
 * @param title the heading of the whole
 * @param passed whether the run as a whole held
 * @param verdicts the judgements
 * @param sections charts, tables and settings, in this order
 */
record ReportContent(String title, boolean passed, List<ReportVerdict> verdicts, List<Section> sections) {
    private static final String NOT_SAMPLED = "this run did not sample its components";

    /** Makes the content of a result and the samples of its measured stretch. */
    static ReportContent of(String title, LoadResult result, List<Sample> samples) {
        List<Section> sections = new ArrayList<>();
        result.run().ifPresent(run -> sections.add(new Section("This run", List.of(known(run)))));
        sections.add(new Section("Over time", charts(samples, result.goals())));
        sections.add(new Section("Orders", List.of(Figures.pairs(Figures.flat(result.orders())))));
        sections.add(new Section("Latency (ms)", List.of(latency(result.latency()))));
        sections.add(new Section("How many orders took how long", List.of(distribution(result))));
        sections.add(new Section("Cost", cost(result)));
        sections.addAll(ResourceSections.of(result.costs(), NOT_SAMPLED));
        sections.add(new Section("Everything else", List.of(rest(result))));
        sections.add(new Section("Servers", List.of(Figures.pairs(Figures.flat(result.settings())))));
        sections.add(new Section("Machine", List.of(Figures.pairs(Figures.flat(result.machine())))));
        sections.add(new Section("Options", List.of(Figures.pairs(Figures.flat(result.setting())))));
        return new ReportContent(title, result.ok(), ReportVerdict.of(result.verdicts()), List.copyOf(sections));
    }

    /** What is known of a run. */
    private static Block known(About run) {
        Map<String, Object> fields = RecordFields.of(run);
        fields.values().removeIf(Objects::isNull);
        return Figures.pairs(Figures.flat("", fields));
    }

    private static List<Block> charts(List<Sample> samples, GoalFigures goals) {
        if (samples.isEmpty()) {
            return List.of(new Block.Unmeasured("charts", "the run has no samples"));
        }
        Charts charts = new Charts(samples, goals);
        return List.of(
                picture(charts.throughput(), ""),
                picture(charts.backlog(), ""),
                picture(charts.accept(), "no order was accepted"),
                picture(charts.decide(), "no verdict was heard"),
                picture(charts.refused(), ""),
                picture(charts.rejected(), ""),
                picture(charts.cpu(), NOT_SAMPLED),
                picture(charts.memory(), NOT_SAMPLED));
    }

    private static Block picture(Chart chart, String reasonIfEmpty) {
        return chart.lines().isEmpty()
                ? new Block.Unmeasured(chart.title() + " over time", reasonIfEmpty)
                : new Block.Picture(chart);
    }

    private static Block latency(LatencyFigures latency) {
        Map<String, Object> rows = RecordFields.of(latency);
        rows.values().removeIf(Objects::isNull);
        return Figures.matrix("time to the", rows);
    }

    /** A row for each bound, with the share of all that took at most so long. */
    private static Block distribution(LoadResult result) {
        List<List<Latency.Bucket>> columns = List.of(result.acceptDistribution(), result.decideDistribution());
        SortedMap<Double, long[]> rows = new TreeMap<>();
        long[] all = new long[columns.size()];
        for (int column = 0; column < all.length; column++) {
            for (Latency.Bucket bucket : columns.get(column)) {
                all[column] += bucket.orders();
                rows.computeIfAbsent(bucket.upToMs(), bound -> new long[columns.size()])[column] = bucket.orders();
            }
        }
        long[] until = new long[all.length];
        List<List<String>> cells = new ArrayList<>();
        rows.forEach((bound, orders) -> {
            List<String> row = new ArrayList<>(List.of(Texts.number(bound)));
            for (int column = 0; column < all.length; column++) {
                until[column] += orders[column];
                row.add(Texts.number(orders[column]));
                row.add(
                        all[column] == 0
                                ? "–"
                                : String.format(Locale.ROOT, "%.2f", 100.0 * until[column] / all[column]));
            }
            cells.add(row);
        });
        return new Block.Table(List.of("up to (ms)", "accepted", "% so far", "decided", "% so far"), cells);
    }

    private static List<Block> cost(LoadResult result) {
        CostFigures cost = result.cost();
        Map<String, String> values = new LinkedHashMap<>();
        result.costs().ifPresent(costs -> {
            values.putAll(Figures.flat("cpu_seconds", costs.cpuSeconds()));
            values.putAll(Figures.flat("orders_per_cpu_second", costs.ordersPerCpuSecond()));
        });
        values.putAll(Figures.flat(cost));
        List<Block> blocks = new ArrayList<>(List.of(Figures.pairs(values)));
        if (result.costs().isEmpty()) {
            blocks.add(new Block.Unmeasured("CPU-seconds of each component", NOT_SAMPLED));
        }
        if (cost.dbCommitsPerOrder().isEmpty()) {
            blocks.add(new Block.Unmeasured(Names.label("db_commits_per_order"), cost.counters()));
        }
        if (cost.statementsPerOrder().isEmpty()) {
            blocks.add(new Block.Unmeasured(Names.label("statements_per_order"), cost.counters()));
        }
        return blocks;
    }

    /** What no section above has shown. */
    private static Block rest(LoadResult result) {
        Map<String, String> values = new LinkedHashMap<>();
        values.putAll(Figures.flat("pending", result.pending()));
        values.putAll(Figures.flat("goals", result.goals()));
        result.costs()
                .ifPresent(costs -> values.putAll(
                        Figures.flat("orders_per_cpu_second_missing", costs.ordersPerCpuSecondMissing())));
        values.putAll(Figures.flat(result.checks()));
        return Figures.pairs(values);
    }
}
