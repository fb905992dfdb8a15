package io.orderflow.internal.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The rows that a query finds. */
public final class QueryRows {
    private QueryRows() {}

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Looks at the current row. */
    @FunctionalInterface
    public interface RowLook {
        void at(ResultSet row) throws SQLException;
    }

    /** Reads all of them, of which there are few. */
    public static <T> List<T> list(Connection connection, CharSequence query, RowReader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        look(connection, query, row -> rows.add(reader.read(row)));
        return rows;
    }

    /** Looks at all of them, of which there are few. */
    public static void look(Connection connection, CharSequence query, RowLook look) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            look(statement, query, look);
        }
    }

    /** Looks at each as it comes, so that there may be any number of them. */
    public static void each(Connection connection, CharSequence query, RowLook look) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Dialect.of(connection).rowByRow(statement);
            look(statement, query, look);
        }
    }

    private static void look(Statement statement, CharSequence query, RowLook look) throws SQLException {
        // the texts are complete: no escape syntax
        statement.setEscapeProcessing(false);
        try (ResultSet row = statement.executeQuery(query.toString())) {
            while (row.next()) {
                look.at(row);
            }
        }
    }
}
