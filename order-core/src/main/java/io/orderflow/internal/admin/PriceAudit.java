package io.orderflow.internal.admin;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The price of each line that was charged, against the last one that the adjustments gave its product before that. The
 * database sorts both together, so it takes constant memory here. Used once, by one thread.
 */
final class PriceAudit {
    private final Consumer<String> differs;
    private long product;
    private OptionalLong price = OptionalLong.empty();

    PriceAudit(Consumer<String> differs) {
        this.differs = differs;
    }

    /**
     * The prices that were set and the lines that were charged, as {@link #look} takes them.
     *
     * @param completedLines FROM and WHERE of the lines of completed orders, {@code l}, with their orders, {@code o}
     */
    static String query(Tables tables, String completedLines) {
        // a batch that decides orders changes no price, so that their places in it do not matter
        return "SELECT subject, batch_id, place, unit_price, NULL AS order_id FROM " + tables.adjustment()
                + " WHERE kind IN (" + Kind.DEFINE.code() + "," + Kind.SET_PRICE.code()
                + ") UNION ALL SELECT l.product, o.batch_id, 0, l.unit_price, l.order_id" + completedLines
                + " ORDER BY 1, 2, 3";
    }

    /** Looks at the next row. */
    void look(ResultSet row) throws SQLException {
        if (row.getLong(1) != product) {
            product = row.getLong(1);
            price = OptionalLong.empty();
        }
        OptionalLong now = OptionalLong.of(row.getLong(4));
        byte[] order = row.getBytes(5);
        if (order == null) {
            price = now;
        } else if (!now.equals(price)) {
            differs.accept("order " + OrderIds.fromBytes(order, 0) + " was charged " + now.getAsLong()
                    + " for a piece of product " + product + ", and its price was "
                    + (price.isPresent() ? price.getAsLong() : "not set") + " then");
        }
    }
}
