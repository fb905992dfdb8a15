package io.orderflow.internal.schema;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads them by the driver's metadata. H2 computes its information schema anew for each query, its own tables included,
 * which takes 30 times as long.
 */
final class H2Tables implements ServerTables {
    private static final Map<String, String> TYPES = Map.of(
            "binary varying", "varbinary",
            "character varying", "varchar",
            "integer", "int",
            "timestamp", "datetime",
            "binary large object", "mediumblob");

    private final Connection connection;
    private final Set<String> ours;
    /** How each table is spelled, which depends on settings of the database. */
    private final Map<String, String> spelled = new HashMap<>();

    /** The tables of those names, which are in lower case. */
    H2Tables(Connection connection, Set<String> ours) {
        this.connection = connection;
        this.ours = ours;
    }

    @Override
    public Map<String, Map<String, Found>> columns() throws SQLException {
        Map<String, Map<String, Found>> found = new HashMap<>();
        String schema = connection.getSchema();
        try (ResultSet row = connection.getMetaData().getColumns(null, schema, null, null)) {
            while (row.next()) {
                String table = row.getString("TABLE_NAME");
                String name = lower(table);
                // the schema is a pattern to the driver
                if (ours.contains(name) && schema.equals(row.getString("TABLE_SCHEM"))) {
                    spelled.put(name, table);
                    found.computeIfAbsent(name, first -> new LinkedHashMap<>())
                            .put(lower(row.getString("COLUMN_NAME")), column(row));
                }
            }
        }
        return found;
    }

    private static Found column(ResultSet row) throws SQLException {
        String type = lower(row.getString("TYPE_NAME"));
        String plain = TYPES.getOrDefault(type, type);
        long size = switch (plain) {
            case "binary", "varbinary", "char", "varchar" -> row.getLong("COLUMN_SIZE");
            case "datetime" -> row.getLong("DECIMAL_DIGITS");
            default -> 0;
        };
        boolean nullable = row.getString("IS_NULLABLE").equals("YES");
        boolean filled = nullable
                || row.getString("COLUMN_DEF") != null
                || row.getString("IS_AUTOINCREMENT").equals("YES")
                || row.getString("IS_GENERATEDCOLUMN").equals("YES");
        return new Found(plain, size, nullable, filled, "utf8mb4");
    }

    @Override
    public Map<String, Map<String, List<String>>> indexes() throws SQLException {
        if (spelled.isEmpty()) {
            columns();
        }
        Map<String, Map<String, List<String>>> found = new HashMap<>();
        for (Map.Entry<String, String> table : spelled.entrySet()) {
            Map<String, List<String>> indexes = indexes(table.getValue());
            indexes.put("primary", primaryKey(table.getValue()));
            found.put(table.getKey(), indexes);
        }
        return found;
    }

    /** Among them that of the primary key, as a unique one. */
    private Map<String, List<String>> indexes(String table) throws SQLException {
        Map<String, List<String>> found = new HashMap<>();
        DatabaseMetaData metadata = connection.getMetaData();
        // they come in the order of their columns
        try (ResultSet row = metadata.getIndexInfo(null, connection.getSchema(), table, false, true)) {
            while (row.next()) {
                String name = row.getString("INDEX_NAME");
                found.computeIfAbsent(
                                row.getBoolean("NON_UNIQUE") ? name : "unique " + name, index -> new ArrayList<>())
                        .add(lower(row.getString("COLUMN_NAME")));
            }
        }
        return found;
    }

    private List<String> primaryKey(String table) throws SQLException {
        Map<Integer, String> columns = new TreeMap<>();
        try (ResultSet row = connection.getMetaData().getPrimaryKeys(null, connection.getSchema(), table)) {
            while (row.next()) {
                columns.put(row.getInt("KEY_SEQ"), lower(row.getString("COLUMN_NAME")));
            }
        }
        return List.copyOf(columns.values());
    }

    @Override
    public Map<String, String> withoutTransactions() {
        return Map.of();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
