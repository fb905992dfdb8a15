package io.orderflow.examples.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes tables of a result's fields. */
final class Figures {
    private static final String REASONS = "reasons";

    private Figures() {}

    /** A single value as people read it; null is a dash. */
    static String text(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "–";
        } else if (value.isNumber()) {
            return Texts.number(value.asDouble());
        } else if (value.isBoolean()) {
            return value.asBoolean() ? "yes" : "no";
        }
        return value.isTextual() ? value.asText() : value.toString();
    }

    /**
     * All values below a node, each by its path with points; a list counts as one value. Where an object has the field
     * {@code reasons}, it says by name why a value beside it is null.
     */
    static Map<String, String> flat(String path, JsonNode node) {
        Map<String, String> values = new LinkedHashMap<>();
        if (!node.isObject()) {
            values.put(path, node.isArray() ? list(node) : text(node));
            return values;
        }
        JsonNode reasons = node.path(REASONS);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String below = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (entry.getValue().isNull() && reasons.has(entry.getKey())) {
                values.put(below, "missing: " + text(reasons.get(entry.getKey())));
            } else if (!(entry.getKey().equals(REASONS) && reasons.isObject())) {
                values.putAll(flat(below, entry.getValue()));
            }
        }
        return values;
    }

    private static String list(JsonNode node) {
        List<String> texts = new ArrayList<>();
        node.forEach(value -> texts.add(text(value)));
        return texts.isEmpty() ? "none" : String.join("; ", texts);
    }

    /** A table of names and values. */
    static Block.Table pairs(Map<String, String> values) {
        List<List<String>> rows = new ArrayList<>();
        values.forEach((path, text) -> rows.add(List.of(Names.label(path), text)));
        return new Block.Table(List.of("figure", "value"), rows);
    }

    /** A table with a row for each field of an object of objects, and a column for each field of those. */
    static Block.Table matrix(String corner, JsonNode node) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>();
        node.properties().forEach(entry -> {
            Map<String, String> values = flat("", entry.getValue());
            rows.put(entry.getKey(), values);
            columns.addAll(values.keySet());
        });
        List<String> header = new ArrayList<>(List.of(corner));
        columns.forEach(column -> header.add(column.isEmpty() ? "value" : Names.label(column)));
        List<List<String>> cells = new ArrayList<>();
        rows.forEach((name, values) -> {
            List<String> row = new ArrayList<>(List.of(Names.label(name)));
            columns.forEach(column -> row.add(values.getOrDefault(column, "–")));
            cells.add(row);
        });
        return new Block.Table(header, cells);
    }
}
