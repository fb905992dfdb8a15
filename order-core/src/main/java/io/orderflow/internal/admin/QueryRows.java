package io.orderflow.internal.admin;

import io.orderflow.internal.sql.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The rows that a query finds. */
final class QueryRows {
    private QueryRows() {}

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Looks at the current row. */
    @FunctionalInterface
    interface RowLook {
        void at(ResultSet row) throws SQLException;
    }

    /** Reads all of them, of which there are few. */
    static <T> List<T> list(Connection connection, CharSequence query, RowReader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query.toString())) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    /** Looks at each as it comes, so that there may be any number of them. */
    static void each(Connection connection, String query, RowLook look) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Dialect.of(connection).rowByRow(statement);
            try (ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    look.at(row);
                }
            }
        }
    }
}
