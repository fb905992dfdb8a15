package io.orderflow.internal.archive;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.feed.FeedPosition;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a run may take.
 *
 * @param before what was decided before that, in microseconds since 1970 of the database's clock
 * @param read all batches up to that one are read by every feed
 * @param slowest the feed that has read the least
 * @param journaled orders that groups of the journal name, and that are older than the bound
 */
record Bounds(long before, long read, Optional<String> slowest, Set<UUID> journaled) {
    /** Reads them. */
    static Bounds read(Connection connection, Tables tables, Duration age) throws SQLException {
        String bound = SqlTime.micros(Dialect.of(connection).utcBefore(age.toMillis()));
        try (Statement statement = connection.createStatement()) {
            long before;
            try (ResultSet row = statement.executeQuery("SELECT " + bound)) {
                row.next();
                before = row.getLong(1);
            }
            Set<UUID> journaled = new HashSet<>();
            try (ResultSet row = statement.executeQuery(
                    "SELECT orders FROM " + tables.pending() + " WHERE created_at <= " + SqlTime.literal(before))) {
                while (row.next()) {
                    journaled.addAll(OrderIds.allFrom(row.getBytes(1)));
                }
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT name, position FROM " + tables.feed() + " ORDER BY position LIMIT 1")) {
                return row.next()
                        ? new Bounds(
                                before, FeedPosition.next(row.getLong(2)) - 1, Optional.of(row.getString(1)), journaled)
                        : new Bounds(before, Long.MAX_VALUE, Optional.empty(), journaled);
            }
        }
    }

    /** Whether a batch is old enough, and every feed has read it. */
    boolean include(long batch, long decidedAt) {
        return decidedAt < before && batch <= read;
    }
}
