package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sections about what each component used: a table for each window, and under it which figures are missing and why.
 */
final class ResourceSections {
    private static final List<String> WINDOWS = List.of("idle", "load", "change");
    private static final String MISSING = "missing";
    private static final String TOTAL = "Total of the infrastructure other than the API, the workers and the database";
    private static final double KIB = 1 << 10;
    private static final double MIB = 1 << 20;

    private ResourceSections() {}

    /**
     * Makes the sections.
     *
     * @param fields the result
     * @param notSampled why a result has no such figures
     */
    static List<Section> of(JsonNode fields, String notSampled) {
        JsonNode resources = fields.path("resources");
        if (!resources.isObject()) {
            return List.of(new Section(
                    "Resources",
                    List.of(
                            new Block.Missing("resources idle and under load", notSampled),
                            new Block.Missing("total of the infrastructure", notSampled))));
        }
        List<Section> sections = new ArrayList<>();
        for (String window : WINDOWS) {
            sections.add(section("Resources: " + window, "component", resources.path(window)));
        }
        sections.add(section("What each component is", resources.path("components")));
        sections.add(section(TOTAL, "window", fields.path("infrastructure_total")));
        return sections;
    }

    private static Section section(String title, JsonNode values) {
        return new Section(title, List.of(Figures.pairs(Figures.flat("", values))));
    }

    private static Section section(String title, String corner, JsonNode table) {
        if (!table.isObject()) {
            return new Section(title, List.of(new Block.Missing(title, "the result has none")));
        }
        List<Block> blocks = new ArrayList<>(List.of(table(corner, table)));
        blocks.addAll(missing(table));
        return new Section(title, blocks);
    }

    private static Block table(String corner, JsonNode table) {
        Set<String> columns = new LinkedHashSet<>();
        table.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
        columns.remove(MISSING);
        List<String> header = new ArrayList<>(List.of(corner));
        columns.forEach(column -> header.add(label(column)));
        List<List<String>> rows = new ArrayList<>();
        table.properties().forEach(row -> {
            List<String> cells = new ArrayList<>(List.of(row.getKey()));
            columns.forEach(column -> cells.add(text(column, row.getValue().path(column))));
            rows.add(cells);
        });
        return new Block.Table(header, rows);
    }

    /** For each reason, the rows that it holds for, with their figures unless it holds for all of them. */
    private static List<Block> missing(JsonNode table) {
        Map<String, Map<String, List<String>>> byReason = new LinkedHashMap<>();
        table.properties()
                .forEach(row -> row.getValue()
                        .path(MISSING)
                        .properties()
                        .forEach(figure -> byReason.computeIfAbsent(
                                        figure.getValue().asText(), reason -> new LinkedHashMap<>())
                                .computeIfAbsent(row.getKey(), name -> new ArrayList<>())
                                .add(label(figure.getKey()))));
        List<Block> blocks = new ArrayList<>();
        byReason.forEach((reason, rows) -> {
            List<String> whose = new ArrayList<>();
            rows.forEach((row, figures) -> {
                // one field of a row is the list of what is missing
                boolean all = figures.size() == table.path(row).size() - 1;
                whose.add(all ? row : row + " (" + String.join(", ", figures) + ")");
            });
            blocks.add(new Block.Missing(String.join(", ", whose), reason));
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

    private static String text(String field, JsonNode value) {
        if (!value.isNumber()) {
            return Figures.text(value);
        }
        double unit = field.endsWith("_bytes_per_s") ? KIB : field.endsWith("_bytes") ? MIB : 1;
        return Texts.number(Math.round(value.asDouble() / unit * 100) / 100.0);
    }
}
