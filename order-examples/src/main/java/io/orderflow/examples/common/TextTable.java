package io.orderflow.examples.common;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of aligned plain text under a header. Numbers stand on the right of their column. Not thread-safe. */
public final class TextTable {
    private static final String GAP = "  ";
    private static final int WIDTH = 80;
    /** No column of words is made narrower than that. */
    private static final int NARROWEST = 20;

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

    /**
     * Prints header and rows, each line moved to the right by two spaces and at most 80 columns wide: long words of the
     * last column go on in the next line, and what is still too wide becomes several tables with the same first column.
     */
    public void print(PrintWriter out) {
        List<Column> columns =
                IntStream.range(0, header.size()).mapToObj(this::column).toList();
        int from = 1;
        do {
            List<Integer> shown = fitting(columns, from);
            if (from > 1) {
                out.println();
            }
            print(out, columns, shown);
            from += shown.size() - 1;
        } while (from < columns.size());
    }

    /** The first column and as many from this one on as fit, at least one. */
    private static List<Integer> fitting(List<Column> columns, int from) {
        List<Integer> shown = new ArrayList<>(List.of(0));
        int width = columns.get(0).lineWidth();
        for (int i = from; i < columns.size(); i++) {
            boolean wraps = i == columns.size() - 1 && !columns.get(i).numbers() && width + NARROWEST <= WIDTH;
            width += columns.get(i).lineWidth();
            if (width > WIDTH && shown.size() > 1 && !wraps) {
                break;
            }
            shown.add(i);
        }
        return shown;
    }

    private void print(PrintWriter out, List<Column> all, List<Integer> shown) {
        List<Column> columns = new ArrayList<>(shown.stream().map(all::get).toList());
        int width = columns.stream().mapToInt(Column::lineWidth).sum();
        Column last = columns.get(columns.size() - 1);
        if (width > WIDTH && !last.numbers()) {
            int narrow = Math.max(NARROWEST, last.width() - (width - WIDTH));
            columns.set(columns.size() - 1, new Column(Math.min(last.width(), narrow), false));
        }
        line(out, columns, shown.stream().map(header::get).toList());
        line(out, columns, columns.stream().map(c -> "-".repeat(c.width())).toList());
        rows.forEach(row -> line(out, columns, shown.stream().map(row::get).toList()));
    }

    private static void line(PrintWriter out, List<Column> columns, List<String> cells) {
        List<String> rest = new ArrayList<>(cells);
        int last = cells.size() - 1;
        int most = columns.get(last).width();
        while (rest.get(last).length() > most) {
            String cell = rest.get(last);
            int space = cell.lastIndexOf(' ', most);
            int end = space > 0 ? space : most;
            rest.set(last, cell.substring(0, end));
            out.println(line(columns, rest));
            rest.replaceAll(shown -> "");
            rest.set(last, cell.substring(end).strip());
        }
        out.println(line(columns, rest));
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
        int lineWidth() {
            return GAP.length() + width;
        }

        String pad(String cell) {
            String spaces = " ".repeat(width - cell.length());
            return numbers ? spaces + cell : cell + spaces;
        }
    }
}
