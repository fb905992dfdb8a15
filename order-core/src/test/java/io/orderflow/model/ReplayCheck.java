package io.orderflow.model;

import io.orderflow.ReplayReport;
import io.orderflow.internal.replay.ReplayModel;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Replays a database of a test through the model, whatever processor is there (I8). */
public final class ReplayCheck {
    private ReplayCheck() {}

    /**
     * Replays everything in one snapshot.
     *
     * @param prefix what every table name begins with
     * @return the differences that are named, and a last line that counts the others; empty when all is as it must be
     * @throws SQLException if the database cannot be read
     */
    public static List<String> verify(DataSource dataSource, String prefix) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            int isolation = connection.getTransactionIsolation();
            boolean autoCommit = connection.getAutoCommit();
            connection.setTransactionIsolation(Dialect.of(connection).snapshot());
            connection.setAutoCommit(false);
            try {
                return differences(new ReplayModel(connection, new Tables(prefix)).run());
            } finally {
                connection.rollback();
                connection.setAutoCommit(autoCommit);
                connection.setTransactionIsolation(isolation);
            }
        }
    }

    private static List<String> differences(ReplayReport report) {
        List<String> differences = new ArrayList<>(report.examples());
        if (report.differences() > differences.size()) {
            differences.add("and " + (report.differences() - differences.size()) + " more");
        }
        return differences;
    }
}
