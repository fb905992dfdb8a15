package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** A look at what others have inserted and not committed, without waiting for it. */
final class DirtyRead {
    private DirtyRead() {}

    /** Those of the orders that have rows, committed or not. Ends the transaction that is open. */
    static Set<UUID> ids(Session session, Tables tables, Collection<UUID> orders) throws SQLException {
        String query = "SELECT id FROM " + tables.orders() + " WHERE id IN (" + OrderReader.hexList(orders) + ")";
        return session.dirtyReads(() -> {
            Set<UUID> found = new HashSet<>();
            try (Statement statement = session.statement();
                    ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    found.add(OrderIds.fromBytes(row.getBytes(1), 0));
                }
            }
            return found;
        });
    }
}
