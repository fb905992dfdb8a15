package io.orderflow.internal.schema;

import io.orderflow.internal.sql.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the script says of one table.
 *
 * @param name with its prefix
 * @param columns in the script's order
 * @param primaryKey the columns of the primary key, in order
 * @param keys the columns of each other index, in order
 */
record TableShape(String name, List<Column> columns, List<String> primaryKey, List<List<String>> keys) {
    private static final Pattern TABLE =
            Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+) \\((.*)\\).*", Pattern.DOTALL);
    private static final Pattern COLUMN = Pattern.compile("([a-z_]+)\\s+([A-Z]+)(?:\\((\\d+)\\))?(.*)");
    private static final Pattern KEY = Pattern.compile("(PRIMARY KEY|KEY \\w+) \\(([^)]*)\\)");

    /** Read once: a server is verified after every failure. */
    private static final List<TableShape> BY_DEFAULT =
            of(SchemaScript.statements(new Tables(SchemaScript.DEFAULT_PREFIX)));

    /**
     * One column.
     *
     * @param name its name
     * @param type what MySQL calls its type, in lower case
     * @param size characters or bytes of a text, digits of a second of a time, 0 for numbers
     * @param nullable whether it may be NULL
     * @param text whether it holds letters
     */
    record Column(String name, String type, int size, boolean nullable, boolean text) {}

    /** The tables of the script under that prefix. */
    static List<TableShape> of(Tables tables) {
        return BY_DEFAULT.stream().map(shape -> shape.under(tables.prefix())).toList();
    }

    private TableShape under(String prefix) {
        return new TableShape(prefix + name.substring(SchemaScript.DEFAULT_PREFIX.length()), columns, primaryKey, keys);
    }

    /** The tables that some statements make. */
    private static List<TableShape> of(List<String> statements) {
        return statements.stream()
                .map(TABLE::matcher)
                .filter(Matcher::matches)
                .map(table -> table(table.group(1), table.group(2)))
                .toList();
    }

    private static TableShape table(String name, String body) {
        List<Column> columns = new ArrayList<>();
        List<String> primaryKey = List.of();
        List<List<String>> keys = new ArrayList<>();
        for (String line : body.strip().split(",?\\s*\\n\\s*")) {
            Matcher key = KEY.matcher(line);
            if (key.matches()) {
                List<String> names = List.of(key.group(2).split(", "));
                if (line.startsWith("PRIMARY")) {
                    primaryKey = names;
                } else {
                    keys.add(names);
                }
            } else {
                column(line).ifPresent(columns::add);
            }
        }
        return new TableShape(name, List.copyOf(columns), primaryKey, List.copyOf(keys));
    }

    private static Optional<Column> column(String line) {
        Matcher column = COLUMN.matcher(line);
        if (!column.matches()) {
            return Optional.empty();
        }
        String type = column.group(2).toLowerCase(Locale.ROOT);
        int size = column.group(3) == null ? 0 : Integer.parseInt(column.group(3));
        boolean nullable = !column.group(4).contains("NOT NULL");
        return Optional.of(new Column(column.group(1), type, size, nullable, type.equals("varchar")));
    }
}
