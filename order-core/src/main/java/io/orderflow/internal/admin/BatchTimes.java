package io.orderflow.internal.admin;

import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Finds batches by their time. No index has that, but it grows with their numbers, but for a moment. Thread-safe. */
final class BatchTimes {
    private final Tables tables;

    BatchTimes(Tables tables) {
        this.tables = tables;
    }

    private record Dated(long id, long at) {}

    /** The number from which on batches are not older than a time, found by halves. */
    long firstFrom(Connection connection, long micros) throws SQLException {
        long low = 1;
        long high = last(connection) + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            List<Dated> next = QueryRows.list(
                    connection,
                    "SELECT id, " + SqlTime.micros("decided_at") + " FROM " + tables.batch() + " WHERE id >= " + middle
                            + " ORDER BY id LIMIT 1",
                    row -> new Dated(row.getLong(1), row.getLong(2)));
            if (next.isEmpty() || next.get(0).at() >= micros) {
                high = middle;
            } else {
                low = next.get(0).id() + 1;
            }
        }
        return low;
    }

    private long last(Connection connection) throws SQLException {
        return QueryRows.list(connection, "SELECT MAX(id) FROM " + tables.batch(), row -> row.getLong(1))
                .get(0);
    }
}
