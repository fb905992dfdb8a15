package io.orderflow.internal.schema;

import io.orderflow.Limits;
import io.orderflow.SchemaException;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Tables;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Looks for what the tables of version 1 say and those of version 2 cannot: there an order's total is the sum of its
 * lines, and a batch's row names each of its orders by place. Reads all orders, and changes nothing.
 */
final class LossCheck {
    private final Connection connection;
    private final Tables tables;

    private LossCheck(Connection connection, Tables tables) {
        this.connection = connection;
        this.tables = tables;
    }

    /**
     * Refuses tables of which something would be lost.
     *
     * @throws SchemaException if something would be
     * @throws SQLException if the server does not answer
     */
    static void refuseLoss(Connection connection, Tables tables) throws SQLException {
        LossCheck check = new LossCheck(connection, tables);
        check.totals();
        check.batches();
        check.numbers();
    }

    private void totals() throws SQLException {
        String lines = "(SELECT COALESCE(SUM(l.quantity * l.unit_price), 0) FROM " + tables.orderLine()
                + " l WHERE l.order_id = o.id)";
        none(
                "order",
                "SELECT o.id FROM " + tables.orders() + " o WHERE o.total <> " + lines,
                "has another total than its lines");
    }

    private void batches() throws SQLException {
        String orders = "(SELECT batch_id, COUNT(*) AS members, COUNT(DISTINCT place) AS places, MAX(place) AS highest,"
                + " MIN(place) AS lowest FROM " + tables.orders() + " WHERE batch_id <> 0 GROUP BY batch_id)";
        String adjustments =
                "(SELECT batch_id, COUNT(*) AS members FROM " + tables.adjustment() + " GROUP BY batch_id)";
        none(
                "batch",
                "SELECT b.id FROM " + tables.batch() + " b LEFT JOIN " + orders + " o ON o.batch_id = b.id LEFT JOIN "
                        + adjustments + " a ON a.batch_id = b.id"
                        + " WHERE b.size <> COALESCE(o.members, 0) + COALESCE(a.members, 0) OR o.members IS NOT NULL"
                        + " AND (a.members IS NOT NULL OR o.places <> o.members OR o.lowest <> 0"
                        + " OR o.highest <> o.members - 1 OR o.members > " + Limits.BATCH_ORDERS + ")",
                "is not of as many orders or adjustments as it says, or not each has a place of its own");
    }

    private void numbers() throws SQLException {
        none(
                "order",
                "SELECT o.id FROM " + tables.orders() + " o LEFT JOIN " + tables.batch() + " b ON b.id = o.batch_id"
                        + " WHERE o.status IN (1, 2) AND b.id IS NULL"
                        + " OR o.status NOT IN (1, 2) AND o.batch_id <> 0",
                "is decided and in no batch, or in a batch and not decided");
    }

    private void none(String what, String query, String fault) throws SQLException {
        List<String> found = QueryRows.list(connection, query + " LIMIT 1", row -> {
            return what.equals("order") ? uuid(row.getBytes(1)) : row.getString(1);
        });
        if (!found.isEmpty()) {
            throw new SchemaException("the tables " + tables.prefix() + "* cannot be upgraded without a loss, and"
                    + " nothing was changed: " + what + " " + found.get(0) + " " + fault
                    + "; run the audit of the release that made them, and correct what it names");
        }
    }

    private static String uuid(byte[] id) {
        ByteBuffer bytes = ByteBuffer.wrap(id);
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }
}
