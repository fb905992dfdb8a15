package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.common.RecordFields;
import io.orderflow.examples.loadtest.resources.Amounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes tables of a result's records. */
final class Figures {
    /** A component that says by name why a value beside it is null. */
    private static final String REASONS = "reasons";

    private Figures() {}

    /** A single value as people read it; null is a dash. */
    static String text(Object value) {
        if (value == null) {
            return "–";
        } else if (value instanceof Number number) {
            return Texts.number(number.doubleValue());
        } else if (value instanceof Boolean yes) {
            return yes ? "yes" : "no";
        }
        return value.toString();
    }

    /** All values of a record, each by its path with points, null with its reason; a list counts as one value. */
    static Map<String, String> flat(Record from) {
        Map<String, String> values = new LinkedHashMap<>();
        put(values, "", from);
        return values;
    }

    /** The same of a value that has a name. */
    static Map<String, String> flat(String name, Object value) {
        Map<String, String> values = new LinkedHashMap<>();
        put(values, name, value);
        return values;
    }

    private static void put(Map<String, String> values, String path, Object value) {
        Object plain = RecordFields.plain(value);
        if (plain instanceof Amounts amounts) {
            putAll(values, path, amounts.values(), amounts.missing());
        } else if (plain instanceof Record from) {
            Map<String, Object> fields = RecordFields.of(from);
            Object reasons = fields.remove(REASONS);
            putAll(values, path, fields, reasons instanceof Map<?, ?> known ? known : Map.of());
        } else if (plain instanceof Map<?, ?> fields) {
            putAll(values, path, fields, Map.of());
        } else {
            values.put(path, plain instanceof List<?> list ? list(list) : text(plain));
        }
    }

    private static void putAll(Map<String, String> values, String path, Map<?, ?> fields, Map<?, ?> reasons) {
        fields.forEach((name, value) -> {
            String below = path.isEmpty() ? name.toString() : path + "." + name;
            if (RecordFields.plain(value) == null && reasons.containsKey(name)) {
                values.put(below, "missing: " + reasons.get(name));
            } else {
                put(values, below, value);
            }
        });
    }

    private static String list(List<?> values) {
        return values.isEmpty() ? "none" : values.stream().map(Figures::text).collect(Collectors.joining("; "));
    }

    /** A table of names and values. */
    static Block.Table pairs(Map<String, String> values) {
        List<List<String>> rows = new ArrayList<>();
        values.forEach((path, text) -> rows.add(List.of(Names.label(path), text)));
        return new Block.Table(List.of("figure", "value"), rows);
    }

    /** A table with a row for each of some values that have fields, and a column for each field of those. */
    static Block.Table matrix(String corner, Map<String, Object> from) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>();
        from.forEach((name, value) -> {
            Map<String, String> values = flat("", value);
            rows.put(name, values);
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
