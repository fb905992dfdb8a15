package io.orderflow.internal.admin;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The holds against the orders: each reserved order has a deadline and nobody else has one, and a completed order that
 * was to be confirmed was confirmed once.
 */
final class HoldAudit extends AuditPart {
    HoldAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    void run() throws SQLException {
        each(
                "SELECT o.id FROM " + tables.orders() + " o LEFT JOIN " + tables.hold()
                        + " h ON h.order_id = o.id WHERE o.status = " + Codes.RESERVED + " AND h.order_id IS NULL",
                row -> differs(row.getBytes(1), "is reserved and has no deadline"));
        each(
                "SELECT h.order_id FROM " + tables.hold() + " h LEFT JOIN " + tables.orders()
                        + " o ON o.id = h.order_id AND o.status = " + Codes.RESERVED + " WHERE o.id IS NULL",
                row -> differs(row.getBytes(1), "has a deadline and is not reserved"));
        each(
                "SELECT o.id, COUNT(c.id) FROM " + tables.orders() + " o LEFT JOIN " + tables.orderChange()
                        + " c ON c.order_id = o.id AND c.kind = " + Kind.CONFIRM.code() + " WHERE o.status IN ("
                        + Codes.COMPLETED + "," + Codes.REFUNDED + ") AND " + Codes.holds("o.request")
                        + " GROUP BY o.id HAVING COUNT(c.id) <> 1",
                row -> differs(
                        row.getBytes(1), "was to hold what it took, and was confirmed " + row.getLong(2) + " times"));
    }

    private void differs(byte[] order, String fault) {
        differs("order " + OrderIds.fromBytes(order, 0), List.of(fault));
    }
}
