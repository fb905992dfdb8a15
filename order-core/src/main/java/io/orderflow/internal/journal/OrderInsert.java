package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.util.List;
import java.util.UUID;

/** The texts of the two INSERTs that journal orders: their rows, and the one of their group. */
final class OrderInsert {
    private OrderInsert() {}

    /**
     * One multi-row INSERT; the rows come in the order given.
     *
     * @param createdAt an expression for the time
     */
    static String rows(Tables tables, String createdAt, int status, List<OrderEntry> entries) {
        StringBuilder sql = new StringBuilder(entries.size() * 300 + 200);
        sql.append("INSERT INTO ").append(tables.orders());
        sql.append(" (id, buyer, status, fingerprint, request, place, created_at) VALUES ");
        for (int place = 0; place < entries.size(); place++) {
            OrderEntry entry = entries.get(place);
            sql.append(place == 0 ? "(" : ",(");
            SqlText.id(sql, entry.id());
            sql.append(',').append(entry.buyer()).append(',').append(status).append(",x'");
            entry.fingerprint().appendHex(sql);
            sql.append("',");
            SqlText.hex(sql, entry.request());
            sql.append(',').append(place).append(',').append(createdAt).append(')');
        }
        return sql.toString();
    }

    /**
     * The row by which the orders are found as long as they are undecided; in the same transaction as theirs.
     *
     * @param createdAt an expression for the time
     * @param id the row's own, which no other has
     */
    static String group(Tables tables, String createdAt, UUID id, GroupKind kind, List<OrderEntry> entries) {
        return groupOf(
                tables,
                createdAt,
                id,
                kind,
                entries.stream().map(OrderEntry::id).toList());
    }

    /** The same for orders of which no more than the ids is known. */
    static String groupOf(Tables tables, String createdAt, UUID id, GroupKind kind, List<UUID> orders) {
        StringBuilder sql = new StringBuilder(orders.size() * 2 * OrderIds.BYTES + 200);
        sql.append("INSERT INTO ").append(tables.pending()).append(" (id, kind, created_at, orders) VALUES (");
        SqlText.id(sql, id);
        sql.append(',').append(kind.code()).append(',').append(createdAt).append(",x'");
        orders.forEach(order -> SqlText.digits(sql, order));
        return sql.append("')").toString();
    }
}
