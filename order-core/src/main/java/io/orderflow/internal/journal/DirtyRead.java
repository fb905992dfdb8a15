package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
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
        Set<UUID> found = new HashSet<>();
        Connection connection = session.connection();
        // another isolation is that of the next transaction
        connection.commit();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(
                        "SELECT id FROM " + tables.orders() + " WHERE id IN (" + OrderReader.hexList(orders) + ")")) {
            while (row.next()) {
                found.add(OrderIds.fromBytes(row.getBytes(1), 0));
            }
        } finally {
            connection.commit();
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        return found;
    }
}
