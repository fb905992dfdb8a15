package io.orderflow.internal.admin;

import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A part of the audit that looks at every row of a table, a page at a time by primary key, so that memory and the time
 * of one statement stay small however large the table is. Used once, by one thread.
 */
abstract class AuditPart {
    private final Connection connection;
    private final Consumer<String> differs;
    final Tables tables;

    AuditPart(Connection connection, Tables tables, Consumer<String> differs) {
        this.connection = connection;
        this.tables = tables;
        this.differs = differs;
    }

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> rows(CharSequence query, RowReader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query.toString())) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    /** Looks at a row. */
    @FunctionalInterface
    interface RowLook {
        void at(ResultSet row) throws SQLException;
    }

    /** Looks at what a query finds, however much that is. */
    void each(String query, RowLook look) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Dialect.of(connection).rowByRow(statement);
            try (ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    look.at(row);
                }
            }
        }
    }

    /** Names a row with all that is wrong with it, if anything is. */
    void differs(String row, List<String> faults) {
        if (!faults.isEmpty()) {
            differs.accept(row + " " + String.join(", and ", faults));
        }
    }
}
