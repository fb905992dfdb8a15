package io.orderflow.examples.loadtest.resources;

import io.orderflow.examples.common.TextTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Shows windows as tables. A missing value is {@code -}, with its reason below. Not thread-safe. */
final class ResourceTables {
    private final PrintWriter out;
    /** Why values are missing, and whose. */
    private final Map<String, Set<String>> reasons = new LinkedHashMap<>();

    ResourceTables(PrintWriter out) {
        this.out = out;
    }

    /** Prints one table, a line for each window. */
    void print(String title, Map<String, ResourceWindow> windows) {
        List<String> header = new ArrayList<>(List.of("component"));
        for (Figure figure : Figure.values()) {
            header.add(figure.title());
        }
        TextTable table = new TextTable(header.toArray(String[]::new));
        windows.forEach((name, window) -> table.row(cells(name, window)));
        out.println(title + ":");
        table.print(out);
        out.println();
    }

    private Object[] cells(String name, ResourceWindow window) {
        List<Object> cells = new ArrayList<>(List.of(name));
        for (Figure figure : Figure.values()) {
            Amount amount = window.amount(figure);
            if (amount.value().isPresent()) {
                cells.add(text(figure.inTable(amount.value().getAsDouble()), figure == Figure.CPU_SECONDS ? 2 : 1));
            } else {
                cells.add("-");
                reasons.computeIfAbsent(amount.missing(), reason -> new TreeSet<>())
                        .add(name + " " + figure.title());
            }
        }
        return cells.toArray();
    }

    /** Prints why values were missing in the tables so far. */
    void printReasons() {
        reasons.forEach((reason, whose) -> out.println("Missing (" + String.join(", ", whose) + "): " + reason + "."));
    }

    static String text(double value, int places) {
        return String.format(Locale.ROOT, "%,." + places + "f", value);
    }
}
