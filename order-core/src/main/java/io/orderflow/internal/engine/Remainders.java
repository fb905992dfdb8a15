package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What is left of some orders that took something. Lives as long as its transaction. Not thread-safe. */
final class Remainders {
    private final Map<UUID, Remainder> all = new HashMap<>();

    /** Reads the lines of orders whose rows are locked: nothing is given back of them yet. */
    void read(Tables tables, Session session, List<UUID> orders) throws SQLException {
        for (List<UUID> piece : SqlText.pieces(orders, SqlText.PIECE)) {
            // no lock on the stock is needed to see whether there is a limit: pieces count only for one that was set
            // before they were sold
            StringBuilder sql = new StringBuilder("SELECT l.order_id, l.product, l.quantity, l.unit_price,");
            sql.append(" CASE WHEN s.max_per_buyer > 0 THEN 1 ELSE 0 END FROM ").append(tables.orderLine());
            sql.append(" l LEFT JOIN ").append(tables.stock()).append(" s ON s.product = l.product");
            sql.append(" WHERE l.order_id IN (");
            SqlText.list(sql, piece, SqlText::id);
            QueryRows.look(
                    session.connection(),
                    sql.append(") ORDER BY l.order_id, l.line_no"),
                    row -> all.computeIfAbsent(OrderIds.fromBytes(row.getBytes(1), 0), order -> new Remainder())
                            .add(new Remainder.Line(row.getLong(2), row.getInt(3), row.getLong(4), row.getBoolean(5))));
        }
    }

    /** Whether one of them has a product with a limit for each buyer. */
    boolean areLimited() {
        return all.values().stream().anyMatch(Remainder::isLimited);
    }

    /** What is left of an order, if its lines were read. */
    Optional<Remainder> find(UUID order) {
        return Optional.ofNullable(all.get(order));
    }

    /**
     * What is left of an order that must have lines.
     *
     * @throws BrokenInvariantException if it has none
     */
    Remainder of(UUID order) {
        return required(all.get(order), order);
    }

    /** The same of what somebody else has read; null is what is not there. */
    static Remainder required(Remainder remainder, UUID order) {
        if (remainder == null) {
            throw new BrokenInvariantException("order " + order + " took something and has no lines;"
                    + " rolled back. Did someone delete rows? The audit names what differs");
        }
        return remainder;
    }
}
