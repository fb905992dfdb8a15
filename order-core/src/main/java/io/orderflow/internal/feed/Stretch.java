package io.orderflow.internal.feed;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.engine.Members;
import io.orderflow.internal.engine.Members.Member;
import io.orderflow.internal.engine.OpeningBalances;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of the batch table that follow each other without a missing number.
 *
 * @param batches the rows
 * @param gap what is missing behind them, in front of a row that is there
 */
record Stretch(List<Row> batches, Optional<Gap> gap) {
    /** So many rows are read at a time: of the largest ones 800 KB. */
    private static final int ROWS = 100;

    /**
     * A row.
     *
     * @param at when its number was drawn, by the database's clock
     */
    record Row(long id, BatchKind kind, Instant at, List<Member> members) {
        private static Row of(ResultSet row) throws SQLException {
            BatchKind kind = BatchKind.of(row.getInt(2));
            // keys of archived orders are no events
            byte[] members = kind == BatchKind.ARCHIVED ? null : row.getBytes(4);
            return new Row(
                    row.getLong(1),
                    kind,
                    SqlTime.instant(row, 5),
                    members == null ? List.of() : Members.read(kind, members, row.getInt(3)));
        }
    }

    /** Missing numbers, all between the two and these. */
    record Gap(long first, long last) {}

    /** Whether there is more behind them now, or may be. */
    boolean more() {
        return gap.isPresent() || batches.size() == ROWS;
    }

    /** Reads the rows from a number on, as far as they follow each other, or were archived in between. */
    static Stretch read(Connection connection, Tables tables, long first) throws SQLException {
        List<Row> batches = new ArrayList<>();
        long expected = first;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, kind, size, members, " + SqlTime.micros("decided_at")
                        + " FROM " + tables.batch() + " WHERE id >= " + first + " ORDER BY id LIMIT " + ROWS)) {
            while (row.next()) {
                if (row.getLong(1) != expected) {
                    expected = Math.max(expected, Math.min(row.getLong(1), gone(connection, tables) + 1));
                }
                if (row.getLong(1) != expected) {
                    return new Stretch(batches, Optional.of(new Gap(expected, row.getLong(1) - 1)));
                }
                batches.add(Row.of(row));
                expected++;
            }
        }
        return new Stretch(batches, Optional.empty());
    }

    /**
     * Up to this number what is missing was archived. Read after what is missed: whoever deletes that raises it in the
     * same transaction.
     */
    static long gone(Connection connection, Tables tables) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT amount FROM " + tables.opening() + " WHERE kind = "
                        + OpeningBalances.ARCHIVE + " AND subject = " + OpeningBalances.GONE)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
