package io.orderflow.examples.common;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of aligned plain text under a header. Numbers stand on the right of their column. Not thread-safe. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> header;

    /** Starts a table with the names of its columns. */
    public TextTable(String... header) {
        this.header = List.of(header);
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has another number of cells than the header
     */
    public TextTable row(Object... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("row must have " + header.size() + " cells: " + cells.length);
        }
        List<String> texts = new ArrayList<>(cells.length);
        for (Object cell : cells) {
            texts.add(String.valueOf(cell));
        }
        rows.add(List.copyOf(texts));
        return this;
    }

    /** Prints header and rows, each line moved to the right by two spaces. */
    public void print(PrintWriter out) {
        List<Column> columns =
                IntStream.range(0, header.size()).mapToObj(this::column).toList();
        out.println(line(columns, header));
        out.println(line(
                columns, columns.stream().map(c -> "-".repeat(c.width())).toList()));
        rows.forEach(row -> out.println(line(columns, row)));
    }

    private Column column(int index) {
        int width = header.get(index).length();
        boolean numbers = !rows.isEmpty();
        for (List<String> row : rows) {
            String cell = row.get(index);
            width = Math.max(width, cell.length());
            numbers &= cell.matches("-?[0-9][0-9,.]*( ms| s| %)?|-?");
        }
        return new Column(width, numbers);
    }

    private static String line(List<Column> columns, List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            line.append(GAP).append(columns.get(i).pad(cells.get(i)));
        }
        return line.toString().stripTrailing();
    }

    private record Column(int width, boolean numbers) {
        String pad(String cell) {
            String spaces = " ".repeat(width - cell.length());
            return numbers ? spaces + cell : cell + spaces;
        }
    }
}
