package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes tables of a result's fields. */
final class Figures {
    /** Fields of an object that say by name why a value beside them is null. */
    private static final List<String> REASONS = List.of("reasons", "missing");

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

    /** All values below a node, each by its path with points, null with its reason; a list counts as one value. */
    static Map<String, String> flat(String path, JsonNode node) {
        Map<String, String> values = new LinkedHashMap<>();
        if (!node.isObject()) {
            values.put(path, node.isArray() ? list(node) : text(node));
            return values;
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String below = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            Optional<String> reason = entry.getValue().isNull() ? reason(node, entry.getKey()) : Optional.empty();
            if (reason.isPresent()) {
                values.put(below, "missing: " + reason.get());
            } else if (!(REASONS.contains(entry.getKey()) && entry.getValue().isObject())) {
                values.putAll(flat(below, entry.getValue()));
            }
        }
        return values;
    }

    private static Optional<String> reason(JsonNode node, String field) {
        return REASONS.stream()
                .filter(reasons -> node.path(reasons).has(field))
                .map(reasons -> text(node.get(reasons).get(field)))
                .findFirst();
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
