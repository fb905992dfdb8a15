package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.examples.loadtest.counting.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> OUTCOME = List.of(
            "orders",
            "accepted",
            "completed",
            "rejected",
            "rejections",
            "parked",
            "lost",
            "duplicated",
            "accept_per_s",
            "end_to_end_per_s",
            "accept_s",
            "end_to_end_s");
    private static final List<String> COST = List.of(
            "cpu_seconds",
            "orders_per_cpu_second",
            "process_cpu_s",
            "orders_per_process_cpu_s",
            "db_commits_per_order",
            "statements_per_order",
            "counters");
    private static final List<String> LATENCY = List.of("accept_ms", "decide_ms", "bare_commit_ms");
    private static final List<String> SETTINGS = List.of("settings", "machine", "setting");
    private static final List<String> RUN =
            List.of("name", "started_at", "ended_at", "interrupted", "version", "commit", "command_line");
    private static final List<String> DISTRIBUTION = List.of("accept_distribution", "decide_distribution");
    private static final String NOT_SAMPLED = "this run did not sample its components";

    /** Makes the content of a result and the samples of its measured stretch. */
    static ReportContent of(String title, Map<String, Object> result, List<Sample> samples) {
        JsonNode fields = MAPPER.valueToTree(result);
        List<Section> sections = new ArrayList<>();
        if (RUN.stream().anyMatch(fields::has)) {
            List<String> known =
                    RUN.stream().filter(name -> fields.hasNonNull(name)).toList();
            sections.add(new Section("This run", List.of(pairs(fields, known))));
        }
        sections.add(new Section("Over time", charts(samples, fields.path("goals"))));
        sections.add(new Section("Orders", List.of(pairs(fields, OUTCOME))));
        sections.add(new Section("Latency (ms)", List.of(latency(fields))));
        if (fields.path("accept_distribution").isArray()) {
            sections.add(new Section("How many orders took how long", List.of(distribution(fields))));
        }
        sections.add(new Section("Cost", cost(fields)));
        sections.addAll(ResourceSections.of(fields, NOT_SAMPLED));
        sections.add(new Section("Everything else", List.of(rest(fields))));
        sections.add(new Section("Settings", settings(fields)));
        return new ReportContent(title, fields.path("ok").asBoolean(), ReportVerdict.of(fields), List.copyOf(sections));
    }

    private static List<Block> charts(List<Sample> samples, JsonNode goals) {
        if (samples.isEmpty()) {
            return List.of(new Block.Missing("charts", "the run has no samples"));
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
                ? new Block.Missing(chart.title() + " over time", reasonIfEmpty)
                : new Block.Picture(chart);
    }

    private static Block pairs(JsonNode fields, List<String> names) {
        Map<String, String> values = new LinkedHashMap<>();
        names.stream().filter(fields::has).forEach(name -> values.putAll(Figures.flat(name, fields.get(name))));
        return Figures.pairs(values);
    }

    private static Block latency(JsonNode fields) {
        Map<String, Object> present = new LinkedHashMap<>();
        LATENCY.stream().filter(fields::has).forEach(name -> present.put(name, fields.get(name)));
        return present.isEmpty()
                ? new Block.Missing("latency", "the result has none")
                : Figures.matrix("time to the", MAPPER.valueToTree(present));
    }

    /** A row for each bound, with the share of all that took at most so long. */
    private static Block distribution(JsonNode fields) {
        SortedMap<Double, long[]> rows = new TreeMap<>();
        long[] all = new long[DISTRIBUTION.size()];
        for (int column = 0; column < all.length; column++) {
            for (JsonNode bucket : fields.path(DISTRIBUTION.get(column))) {
                long orders = bucket.path("orders").asLong();
                all[column] += orders;
                rows.computeIfAbsent(bucket.path("up_to_ms").asDouble(), bound -> new long[DISTRIBUTION.size()])[
                        column] = orders;
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

    private static List<Block> cost(JsonNode fields) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(pairs(fields, COST));
        if (!fields.has("cpu_seconds")) {
            blocks.add(new Block.Missing("CPU-seconds of each component", NOT_SAMPLED));
        }
        for (String name : List.of("db_commits_per_order", "statements_per_order")) {
            if (fields.path(name).isNull()) {
                String reason = fields.path("counters").asText("the result does not say why");
                blocks.add(new Block.Missing(Names.label(name), reason));
            }
        }
        return blocks;
    }

    private static List<Block> settings(JsonNode fields) {
        List<Block> blocks = new ArrayList<>();
        SETTINGS.stream()
                .filter(name -> fields.path(name).isObject())
                .forEach(name -> blocks.add(Figures.pairs(Figures.flat("", fields.get(name)))));
        if (!fields.has("settings")) {
            blocks.add(new Block.Missing(
                    "versions and durability settings of the servers", "this run did not read them back"));
        }
        return blocks;
    }

    /** Whatever no section above has shown, so that nothing is left out when the result gains a field. */
    private static Block rest(JsonNode fields) {
        Set<String> shown = new LinkedHashSet<>(List.of("ok", "verdicts", "resources", "infrastructure_total"));
        List.of(RUN, OUTCOME, COST, LATENCY, DISTRIBUTION, SETTINGS).forEach(shown::addAll);
        List<String> names = new ArrayList<>();
        fields.properties().forEach(field -> names.add(field.getKey()));
        names.removeAll(shown);
        return pairs(fields, names);
    }
}
