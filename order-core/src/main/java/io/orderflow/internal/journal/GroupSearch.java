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
    private GroupSearch() {}

    /**
     * The group of an order; one of them if it was accepted more than once.
     *
     * @param createdAt microseconds since 1970
     */
    record Found(UUID group, long createdAt) {}

    static Optional<Found> of(Connection connection, Tables tables, UUID order) throws SQLException {
        // H2 searches in text alone
        boolean inServer = !Dialect.isH2(connection);
        String holds = inServer ? " AND LOCATE(" + SqlText.id(order) + ", orders) > 0" : "";
        String end = " ORDER BY created_at" + (inServer ? " LIMIT 1" : "");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, " + SqlTime.micros("created_at") + ", orders FROM "
                        + tables.pending() + " WHERE kind = " + GroupKind.CARRYING.code() + holds + end)) {
            while (row.next()) {
                if (CarriedOrders.ids(row.getBytes(3)).contains(order)) {
                    return Optional.of(new Found(OrderIds.fromBytes(row.getBytes(1), 0), row.getLong(2)));
                }
            }
        }
        return Optional.empty();
    }
}
