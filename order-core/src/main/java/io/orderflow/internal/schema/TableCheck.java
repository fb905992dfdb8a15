package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.schema.ServerTables.Found;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks whether each table is as the script makes it, and whether the user may do with it what the library does. */
final class TableCheck {
    static final String ADVICE =
            "call OrderSchema.createOrUpgrade() or run orderflow.sql, and grant this user its rights";

    private final Connection connection;
    private final Tables tables;
    private final List<TableShape> shapes;
    private final ServerTables server;

    TableCheck(Connection connection, Dialect dialect, Tables tables) {
        this.connection = connection;
        this.tables = tables;
        this.shapes = TableShape.of(tables);
        Set<String> ours = shapes.stream().map(TableShape::name).collect(Collectors.toSet());
        this.server = dialect == Dialect.H2 ? new H2Tables(connection, ours) : new MySqlTables(connection, ours);
    }

    /** Whether one of the tables is not there, or cannot be seen by this user. */
    boolean isOneMissing() throws SQLException {
        Map<String, Map<String, Found>> found = server.columns();
        return shapes.stream().anyMatch(shape -> !found.containsKey(shape.name()));
    }

    /**
     * Compares columns, keys and engines.
     *
     * @throws SchemaException if one is not as it must be
     */
    void shapes() throws SQLException {
        Map<String, Map<String, Found>> columns = server.columns();
        Map<String, Map<String, List<String>>> indexes = server.indexes();
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
                + "; compare it with orderflow.sql, or take another table prefix");
    }

    private void engines() throws SQLException {
        server.withoutTransactions().forEach((table, engine) -> {
            throw new SchemaException("table " + table + " uses the engine " + engine
                    + ", which has no transactions; run ALTER TABLE " + table + " ENGINE=InnoDB");
        });
    }

    /**
     * Does nothing to each table, in every way in which the library does something.
     *
     * @throws SchemaException if the user may not
     */
    void mayReadAndWrite() throws SQLException {
        mayRead();
        may(Right.toWrite(tables));
    }

    /**
     * Does nothing to each table in the ways in which only archiving does something.
     *
     * @throws SchemaException if the user may not
     */
    void mayArchive() throws SQLException {
        may(Right.toArchive(tables));
    }

    private void may(Map<String, Set<Right>> rights) throws SQLException {
        for (TableShape shape : shapes) {
            for (Right right : rights.getOrDefault(shape.name(), Set.of())) {
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
}
