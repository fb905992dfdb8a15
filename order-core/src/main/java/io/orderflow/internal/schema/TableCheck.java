package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks whether each table is as the script makes it, and whether the user may do with it what the library does. */
final class TableCheck {
    static final String ADVICE =
            "call OrderSchema.createOrUpgrade() or run V1__orderflow.sql, and grant this user its rights";

    private static final Map<String, String> H2_TYPES = Map.of(
            "binary varying", "varbinary",
            "character varying", "varchar",
            "integer", "int",
            "timestamp", "datetime",
            "binary large object", "mediumblob");

    private final Connection connection;
    private final Dialect dialect;
    private final Tables tables;
    private final List<TableShape> shapes;

    TableCheck(Connection connection, Dialect dialect, Tables tables) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
        this.shapes = TableShape.of(SchemaScript.statements(tables));
    }

    /** A column as the server has it. */
    private record Found(String type, long size, boolean nullable, boolean filled, String charset) {}

    /** Whether one of the tables is not there, or cannot be seen by this user. */
    boolean isOneMissing() throws SQLException {
        Map<String, Map<String, Found>> found = columns();
        return shapes.stream().anyMatch(shape -> !found.containsKey(shape.name()));
    }

    /**
     * Compares columns, keys and engines.
     *
     * @throws SchemaException if one is not as it must be
     */
    void shapes() throws SQLException {
        Map<String, Map<String, Found>> columns = columns();
        Map<String, Map<String, List<String>>> indexes = indexes();
        for (TableShape shape : shapes) {
            if (!columns.containsKey(shape.name())) {
                throw new SchemaException(
                        "the table " + shape.name() + " is missing, or hidden from this user; " + ADVICE);
            }
            compareColumns(shape, columns.get(shape.name()));
            compareKeys(shape, indexes.getOrDefault(shape.name(), Map.of()));
        }
        engines();
    }

    private static void compareColumns(TableShape shape, Map<String, Found> found) {
        for (TableShape.Column column : shape.columns()) {
            Found there = found.remove(column.name());
            if (there == null) {
                throw foreign(shape, "it has no column " + column.name());
            }
            boolean sized = column.type().equals("binary") || column.type().equals("datetime")
                    ? there.size() == column.size()
                    : there.size() >= column.size();
            if (!there.type().equals(column.type()) || !sized) {
                throw foreign(
                        shape,
                        "its column " + column.name() + " is " + there.type() + sizeOf(there.size()) + " and must be "
                                + column.type() + sizeOf(column.size()));
            }
            if (there.nullable() != column.nullable()) {
                throw foreign(
                        shape, "its column " + column.name() + " must be " + (column.nullable() ? "NULL" : "NOT NULL"));
            }
            if (column.text() && !there.charset().equals("utf8mb4")) {
                throw foreign(
                        shape, "its column " + column.name() + " is in " + there.charset() + " and must be in utf8mb4");
            }
        }
        found.forEach((name, column) -> {
            if (!column.filled()) {
                throw foreign(shape, "its column " + name + " is not ours and must have a value");
            }
        });
    }

    private static String sizeOf(long size) {
        return size == 0 ? "" : "(" + size + ")";
    }

    private static void compareKeys(TableShape shape, Map<String, List<String>> found) {
        if (!found.containsValue(shape.primaryKey()) || !shape.primaryKey().equals(found.get("primary"))) {
            throw foreign(
                    shape,
                    "its primary key is " + found.getOrDefault("primary", List.of()) + " and must be "
                            + shape.primaryKey());
        }
        for (List<String> key : shape.keys()) {
            if (found.values().stream().noneMatch(there -> startsWith(there, key))) {
                throw foreign(shape, "it has no index on " + key);
            }
        }
        found.forEach((name, columns) -> {
            if (name.startsWith("unique ") && !columns.containsAll(shape.primaryKey())) {
                throw foreign(shape, "its index on " + columns + " is not ours and must not be unique");
            }
        });
    }

    private static boolean startsWith(List<String> columns, List<String> first) {
        return columns.size() >= first.size()
                && columns.subList(0, first.size()).equals(first);
    }

    private static SchemaException foreign(TableShape shape, String difference) {
        return new SchemaException("the table " + shape.name() + " is not as this release makes it: " + difference
                + "; compare it with V1__orderflow.sql, or take another table prefix");
    }

    /** The columns of each table by name, in lower case. */
    private Map<String, Map<String, Found>> columns() throws SQLException {
        String mysql = "SELECT table_name, column_name, column_type, data_type,"
                + " COALESCE(character_maximum_length, datetime_precision, 0), is_nullable, column_default, extra,"
                + " character_set_name FROM information_schema.columns WHERE table_schema = DATABASE()";
        String h2 = "SELECT table_name, column_name, '', data_type,"
                + " COALESCE(character_maximum_length, datetime_precision, 0), is_nullable, column_default,"
                + " CASE WHEN is_identity = 'YES' OR is_generated <> 'NEVER' THEN 'auto_increment' ELSE '' END, "
                + "'utf8mb4'"
                + " FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA";
        Map<String, Map<String, Found>> found = new HashMap<>();
        query((dialect == Dialect.H2 ? h2 : mysql) + among("table_name"), row -> {
            String type = lower(row.getString(4));
            if (lower(row.getString(3)).contains("unsigned")) {
                type += " unsigned";
            }
            boolean nullable = row.getString(6).equals("YES");
            String extra = lower(row.getString(8));
            boolean filled = nullable
                    || row.getString(7) != null
                    || extra.contains("auto_increment")
                    || extra.contains("generated");
            String plain = dialect == Dialect.H2 ? H2_TYPES.getOrDefault(type, type) : type;
            long size = plain.endsWith("blob") ? 0 : row.getLong(5);
            found.computeIfAbsent(lower(row.getString(1)), table -> new LinkedHashMap<>())
                    .put(lower(row.getString(2)), new Found(plain, size, nullable, filled, lower(row.getString(9))));
        });
        return found;
    }

    /**
     * The columns of each table's indexes; the primary key's name is primary, that of another unique one begins with
     * unique.
     */
    private Map<String, Map<String, List<String>>> indexes() throws SQLException {
        String mysql = "SELECT table_name, CASE WHEN index_name = 'PRIMARY' THEN 'primary' WHEN non_unique = 0"
                + " THEN CONCAT('unique ', index_name) ELSE index_name END, column_name FROM"
                + " information_schema.statistics WHERE table_schema = DATABASE()";
        String h2 = "SELECT c.table_name, CASE WHEN i.index_type_name = 'PRIMARY KEY' THEN 'primary'"
                + " WHEN i.index_type_name LIKE 'UNIQUE%' THEN CONCAT('unique ', i.index_name) ELSE i.index_name END,"
                + " c.column_name FROM information_schema.index_columns c JOIN information_schema.indexes i"
                + " ON i.index_schema = c.index_schema AND i.index_name = c.index_name"
                + " WHERE c.table_schema = CURRENT_SCHEMA";
        String query = dialect == Dialect.H2
                ? h2 + among("c.table_name") + " ORDER BY c.table_name, c.index_name, c.ordinal_position"
                : mysql + among("table_name") + " ORDER BY table_name, index_name, seq_in_index";
        Map<String, Map<String, List<String>>> found = new HashMap<>();
        query(
                query,
                row -> found.computeIfAbsent(lower(row.getString(1)), table -> new HashMap<>())
                        .computeIfAbsent(row.getString(2), index -> new ArrayList<>())
                        .add(lower(String.valueOf(row.getString(3)))));
        return found;
    }

    private void engines() throws SQLException {
        if (dialect == Dialect.H2) {
            return;
        }
        query(
                "SELECT table_name, engine FROM information_schema.tables WHERE table_schema = DATABASE()"
                        + " AND COALESCE(engine, 'none') <> 'InnoDB'" + among("table_name"),
                row -> {
                    throw new SchemaException("table " + row.getString(1) + " uses the engine " + row.getString(2)
                            + ", which has no transactions; run ALTER TABLE " + row.getString(1) + " ENGINE=InnoDB");
                });
    }

    private String among(String column) {
        return shapes.stream()
                .map(shape -> "'" + shape.name() + "'")
                .collect(Collectors.joining(",", " AND LOWER(" + column + ") IN (", ")"));
    }

    /**
     * Does nothing to each table, in every way in which the library does something.
     *
     * @throws SchemaException if the user may not
     */
    void mayReadAndWrite() throws SQLException {
        mayRead();
        Map<String, Set<Right>> rights = Right.toWrite(tables);
        for (TableShape shape : shapes) {
            for (Right right : rights.get(shape.name())) {
                may(right.name(), shape.name(), right.onNoRow(shape));
            }
        }
    }

    /**
     * Reads nothing from each table.
     *
     * @throws SchemaException if the user may not read
     */
    void mayRead() throws SQLException {
        for (TableShape shape : shapes) {
            String key = shape.primaryKey().get(0);
            may("SELECT", shape.name(), "SELECT " + key + " FROM " + shape.name() + " WHERE 1 = 0");
        }
    }

    private void may(String right, String table, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            if (!ServerCheck.isRefusal(e)) {
                throw e;
            }
            throw new SchemaException("this user may not " + right + " in the table " + table + " ("
                    + SqlFailure.reason(e) + "); grant it");
        }
    }

    private void query(String sql, ResultReader reader) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                reader.read(row);
            }
        }
    }

    private static String lower(String name) {
        return String.valueOf(name).toLowerCase(Locale.ROOT);
    }

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    private interface ResultReader {
        void read(ResultSet row) throws SQLException;
    }
}
