package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds the group that carries an order. No index tells: the server looks through the ids of the groups, oldest first.
 * There are as many as there is backlog.
 */
final class GroupSearch {
    private static final int OLDEST = 100;

    private GroupSearch() {}

    /**
     * The group of an order; one of them if it was accepted more than once.
     *
     * @param createdAt microseconds since 1970
     */
    record Found(UUID group, long createdAt) {}

    static Optional<Found> of(Connection connection, Tables tables, UUID order) throws SQLException {
        return search(connection, tables.pending(), order);
    }

    /**
     * The same among the oldest groups alone, where those are that are being decided: what is searched again and again
     * must not take the longer the larger the backlog is.
     */
    static Optional<Found> amongOldest(Connection connection, Tables tables, UUID order) throws SQLException {
        String oldest = "(SELECT id, kind, created_at, orders FROM " + tables.pending() + " WHERE kind = "
                + GroupKind.CARRYING.code() + " ORDER BY created_at LIMIT " + OLDEST + ") oldest";
        return search(connection, oldest, order);
    }

    private static Optional<Found> search(Connection connection, String groups, UUID order) throws SQLException {
        // H2 searches in text alone
        boolean inServer = !Dialect.isH2(connection);
        String holds = inServer ? " AND LOCATE(" + SqlText.id(order) + ", orders) > 0" : "";
        String end = " ORDER BY created_at" + (inServer ? " LIMIT 1" : "");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, " + SqlTime.micros("created_at") + ", orders FROM "
                        + groups + " WHERE kind = " + GroupKind.CARRYING.code() + holds + end)) {
            while (row.next()) {
                if (OrderIds.allFrom(row.getBytes(3)).contains(order)) {
                    return Optional.of(new Found(OrderIds.fromBytes(row.getBytes(1), 0), row.getLong(2)));
                }
            }
        }
        return Optional.empty();
    }
}
