package io.orderflow.internal.schema;

import io.orderflow.internal.sql.QueryRows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads them in the information schema of MariaDB and MySQL, since the drivers' metadata has no character sets. */
final class MySqlTables implements ServerTables {
    private final Connection connection;
    /** The end of a condition. */
    private final String amongOurs;

    /** The tables of those names, which are in lower case. */
    MySqlTables(Connection connection, Set<String> ours) {
        this.connection = connection;
        this.amongOurs = ours.stream()
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(",", " AND LOWER(table_name) IN (", ")"));
    }

    @Override
    public Map<String, Map<String, Found>> columns() throws SQLException {
        String sql = "SELECT table_name, column_name, column_type, data_type,"
                + " COALESCE(character_maximum_length, datetime_precision, 0), is_nullable, column_default, extra,"
                + " character_set_name FROM information_schema.columns WHERE table_schema = DATABASE()";
        Map<String, Map<String, Found>> found = new HashMap<>();
        query(
                sql + amongOurs,
                row -> found.computeIfAbsent(lower(row.getString(1)), table -> new LinkedHashMap<>())
                        .put(lower(row.getString(2)), column(row)));
        return found;
    }

    private static Found column(ResultSet row) throws SQLException {
        String type = lower(row.getString(4));
        if (lower(row.getString(3)).contains("unsigned")) {
            type += " unsigned";
        }
        long size = type.endsWith("blob") ? 0 : row.getLong(5);
        boolean nullable = row.getString(6).equals("YES");
        String extra = lower(row.getString(8));
        boolean filled =
                nullable || row.getString(7) != null || extra.contains("auto_increment") || extra.contains("generated");
        return new Found(type, size, nullable, filled, lower(row.getString(9)));
    }

    @Override
    public Map<String, Map<String, List<String>>> indexes() throws SQLException {
        String sql = "SELECT table_name, CASE WHEN index_name = 'PRIMARY' THEN 'primary' WHEN non_unique = 0"
                + " THEN CONCAT('unique ', index_name) ELSE index_name END, column_name FROM"
                + " information_schema.statistics WHERE table_schema = DATABASE()";
        Map<String, Map<String, List<String>>> found = new HashMap<>();
        query(
                sql + amongOurs + " ORDER BY table_name, index_name, seq_in_index",
                row -> found.computeIfAbsent(lower(row.getString(1)), table -> new HashMap<>())
                        .computeIfAbsent(row.getString(2), index -> new ArrayList<>())
                        .add(lower(row.getString(3))));
        return found;
    }

    @Override
    public Map<String, String> withoutTransactions() throws SQLException {
        String sql = "SELECT table_name, engine FROM information_schema.tables WHERE table_schema = DATABASE()"
                + " AND COALESCE(engine, 'none') <> 'InnoDB'";
        Map<String, String> found = new HashMap<>();
        query(sql + amongOurs, row -> found.put(row.getString(1), row.getString(2)));
        return found;
    }

    private void query(String sql, QueryRows.RowLook look) throws SQLException {
        QueryRows.look(connection, sql, look);
    }

    /** A column may be no name but an expression, or have no character set. */
    private static String lower(String name) {
        return String.valueOf(name).toLowerCase(Locale.ROOT);
    }
}
