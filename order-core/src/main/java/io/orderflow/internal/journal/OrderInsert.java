package io.orderflow.internal.journal;

import io.orderflow.internal.codec.GroupIds;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.util.List;
import java.util.UUID;

/** The texts of the two INSERTs that journal orders: their rows, and those of their groups. */
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
        return groupOf(tables, createdAt, id, kind, ids(entries));
    }

    /** The rows of orders that were accepted together: one for those that are urgent, one for all others. */
    static String groups(Tables tables, String createdAt, List<OrderEntry> entries) {
        List<OrderEntry> urgent = entries.stream().filter(OrderEntry::isUrgent).toList();
        List<OrderEntry> others = urgent.isEmpty()
                ? entries
                : entries.stream().filter(entry -> !entry.isUrgent()).toList();
        StringBuilder sql = begin(tables, entries.size());
        if (!others.isEmpty()) {
            append(sql, createdAt, GroupIds.naming(others), GroupKind.WRITTEN, ids(others));
        }
        if (!urgent.isEmpty()) {
            sql.append(others.isEmpty() ? "" : ",");
            append(sql, createdAt, GroupIds.naming(urgent), GroupKind.URGENT, ids(urgent));
        }
        return sql.toString();
    }

    private static List<UUID> ids(List<OrderEntry> entries) {
        return entries.stream().map(OrderEntry::id).toList();
    }

    /** The row of one group of orders of which no more than the ids is known. */
    static String groupOf(Tables tables, String createdAt, UUID id, GroupKind kind, List<UUID> orders) {
        StringBuilder sql = begin(tables, orders.size());
        append(sql, createdAt, id, kind, orders);
        return sql.toString();
    }

    private static StringBuilder begin(Tables tables, int orders) {
        StringBuilder sql = new StringBuilder(orders * 2 * OrderIds.BYTES + 200);
        return sql.append("INSERT INTO ").append(tables.pending()).append(" (id, kind, created_at, orders) VALUES ");
    }

    private static void append(StringBuilder sql, String createdAt, UUID id, GroupKind kind, List<UUID> orders) {
        SqlText.id(sql.append('('), id);
        sql.append(',').append(kind.code()).append(',').append(createdAt).append(",x'");
        orders.forEach(order -> SqlText.digits(sql, order));
        sql.append("')");
    }
}
