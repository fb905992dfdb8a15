package io.orderflow.internal.admin;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.engine.OpeningBalances;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The most that a buyer may have of each product, against the adjustments that set it, and what each buyer has, against
 * what orders took since then and refunds gave back. The database sorts and adds up, so it takes constant memory here.
 */
final class LimitAudit extends AuditPart {
    private static final int PRODUCT = 0;

    private long product;
    private long most;
    private long since;

    LimitAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    void run() throws SQLException {
        each(
                "SELECT subject, batch_id, place, kind, amount, 0 FROM " + tables.adjustment() + " WHERE kind IN ("
                        + Kind.SET_MAX_PER_BUYER.code() + "," + Kind.REMOVE_MAX_PER_BUYER.code()
                        + ") UNION ALL SELECT product, " + Long.MAX_VALUE + ", " + Short.MAX_VALUE + ", " + PRODUCT
                        + ", max_per_buyer, counted_since FROM " + tables.stock() + " ORDER BY 1, 2, 3, 4 DESC",
                this::limit);
        if (!rows("SELECT 1 FROM " + tables.stock() + " WHERE max_per_buyer > 0 LIMIT 1", row -> 1)
                .isEmpty()) {
            purchases();
        }
        strays();
    }

    /** An adjustment of a product, or what its row says after all of them. */
    private void limit(ResultSet row) throws SQLException {
        if (row.getLong(1) != product) {
            product = row.getLong(1);
            most = 0;
            since = 0;
        }
        if (row.getInt(4) == Kind.SET_MAX_PER_BUYER.code()) {
            since = most == 0 ? row.getLong(2) : since;
            most = row.getLong(5);
        } else if (row.getInt(4) == Kind.REMOVE_MAX_PER_BUYER.code()) {
            most = 0;
            since = 0;
        } else if (row.getLong(5) != most || row.getLong(6) != since) {
            differs(
                    "product " + product,
                    List.of("has the limit " + row.getLong(5) + " for each buyer, counted since batch " + row.getLong(6)
                            + ", and its adjustments say " + most + " since " + since));
        }
    }

    private void purchases() throws SQLException {
        String counts = " JOIN " + tables.stock() + " s ON s.product = l.product AND s.max_per_buyer > 0 JOIN "
                + tables.orders() + " o ON o.id = l.order_id AND o.batch_id > s.counted_since AND o.status IN ("
                + Codes.charged() + ")";
        each(
                "SELECT product, buyer, SUM(v), SUM(p) FROM (SELECT p.product, p.buyer, p.pieces AS v, p.pieces AS p"
                        + " FROM " + tables.purchase() + " p JOIN " + tables.stock()
                        + " s ON s.product = p.product AND s.max_per_buyer > 0 AND s.counted_since = p.counted_since"
                        + " UNION ALL SELECT l.product, o.buyer, 0 - l.quantity, 0 FROM " + tables.orderLine() + " l"
                        + counts + " UNION ALL SELECT l.product, o.buyer, r.quantity, 0 FROM " + tables.refundLine()
                        + " r JOIN " + tables.orderChange() + " c ON c.id = r.change_id JOIN " + tables.orderLine()
                        + " l ON l.order_id = c.order_id AND l.line_no = r.line_no" + counts
                        + " UNION ALL SELECT a.subject, a.buyer, 0 - a.amount, 0 FROM " + tables.opening()
                        + " a JOIN " + tables.stock() + " s ON s.product = a.subject AND s.max_per_buyer > 0"
                        + " AND s.counted_since = a.counted_since WHERE a.kind = " + OpeningBalances.PURCHASE
                        + ") t GROUP BY product, buyer HAVING SUM(v) <> 0",
                row -> differs(
                        "buyer " + row.getLong(2),
                        List.of("has " + row.getBigDecimal(4).toBigInteger() + " counted pieces of product "
                                + row.getLong(1) + ", which is "
                                + row.getBigDecimal(3).toBigInteger()
                                + " more than orders and refunds give since it has a limit")));
    }

    /** Limits of no product, and pieces of a count that never began. */
    private void strays() throws SQLException {
        each(
                "SELECT a.subject, a.amount FROM " + tables.adjustment() + " a WHERE a.kind IN ("
                        + Kind.SET_MAX_PER_BUYER.code() + "," + Kind.REMOVE_MAX_PER_BUYER.code()
                        + ") AND NOT EXISTS (SELECT 1 FROM " + tables.stock() + " s WHERE s.product = a.subject)",
                row -> differs(
                        "product " + row.getLong(1),
                        List.of("has no row, and an adjustment of its limit to " + row.getLong(2))));
        each(
                "SELECT p.buyer, p.product, p.pieces, p.counted_since FROM " + tables.purchase()
                        + " p WHERE p.pieces < 0 OR NOT EXISTS (SELECT 1 FROM " + tables.adjustment()
                        + " a WHERE a.subject = p.product AND a.batch_id = p.counted_since AND a.kind = "
                        + Kind.SET_MAX_PER_BUYER.code() + ")",
                row -> differs(
                        "buyer " + row.getLong(1),
                        List.of("has " + row.getLong(3) + " pieces of product " + row.getLong(2)
                                + " counted since batch " + row.getLong(4) + ", which cannot be")));
    }
}
