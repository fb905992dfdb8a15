package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.loadtest.resources.Amounts;
import io.orderflow.examples.loadtest.resources.ResourceFigures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The sections about what each component used: a table for each window, and under it which figures are missing and why.
 */
final class ResourceSections {
    private static final String TOTAL = "Total of the infrastructure other than the API, the workers and the database";
    private static final double KIB = 1 << 10;
    private static final double MIB = 1 << 20;

    private ResourceSections() {}

    /**
     * Makes the sections.
     *
     * @param costs the figures
     * @param notSampled why a result has no such figures
     */
    static List<Section> of(Optional<ResourceFigures> costs, String notSampled) {
        return costs.map(ResourceSections::of)
                .orElseGet(() -> List.of(new Section(
                        "Resources",
                        List.of(
                                new Block.Unmeasured("resources idle and under load", notSampled),
                                new Block.Unmeasured("total of the infrastructure", notSampled)))));
    }

    private static List<Section> of(ResourceFigures costs) {
        ResourceFigures.Windows windows = costs.resources();
        return List.of(
                section("Resources: idle", "component", windows.idle()),
                section("Resources: load", "component", windows.load()),
                section("Resources: change", "component", windows.change()),
                new Section("What each component is", List.of(Figures.pairs(Figures.flat("", windows.components())))),
                section(TOTAL, "window", costs.infrastructureTotal()));
    }

    private static Section section(String title, String corner, Map<String, Amounts> table) {
        List<Block> blocks = new ArrayList<>(List.of(table(corner, table)));
        blocks.addAll(missing(table));
        return new Section(title, blocks);
    }

    private static Block table(String corner, Map<String, Amounts> table) {
        Set<String> columns = new LinkedHashSet<>();
        table.values().forEach(row -> columns.addAll(row.values().keySet()));
        List<String> header = new ArrayList<>(List.of(corner));
        columns.forEach(column -> header.add(label(column)));
        List<List<String>> rows = new ArrayList<>();
        table.forEach((name, amounts) -> {
            List<String> cells = new ArrayList<>(List.of(name));
            columns.forEach(column ->
                    cells.add(text(column, amounts.values().getOrDefault(column, OptionalDouble.empty()))));
            rows.add(cells);
        });
        return new Block.Table(header, rows);
    }

    /** For each reason, the rows that it holds for, with their figures unless it holds for all of them. */
    private static List<Block> missing(Map<String, Amounts> table) {
        Map<String, Map<String, List<String>>> byReason = new LinkedHashMap<>();
        table.forEach((row, amounts) -> amounts.missing()
                .forEach((figure, reason) -> byReason.computeIfAbsent(reason, any -> new LinkedHashMap<>())
                        .computeIfAbsent(row, any -> new ArrayList<>())
                        .add(label(figure))));
        List<Block> blocks = new ArrayList<>();
        byReason.forEach((reason, rows) -> {
            List<String> whose = new ArrayList<>();
            rows.forEach((row, figures) -> {
                boolean all = figures.size() == table.get(row).values().size();
                whose.add(all ? row : row + " (" + String.join(", ", figures) + ")");
            });
            blocks.add(new Block.Unmeasured(String.join(", ", whose), reason));
        });
        return blocks;
    }

    private static String label(String field) {
        return field.replace("cpu_", "CPU ")
                .replace("percent", "%")
                .replace("bytes_per_s", "KiB/s")
                .replace("bytes", "MiB")
                .replace('_', ' ');
    }

    private static String text(String field, OptionalDouble value) {
        if (value.isEmpty()) {
            return Figures.text(null);
        }
        double unit = field.endsWith("_bytes_per_s") ? KIB : field.endsWith("_bytes") ? MIB : 1;
        return Texts.number(Math.round(value.getAsDouble() / unit * 100) / 100.0);
    }
}
