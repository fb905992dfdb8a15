package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/** The INSERT of orders that get a row with what became of them, for all who do that. */
final class OrderRows {
    private OrderRows() {}

    /** What became of an order; reason, batch and place are 0 where there are none. */
    record Fate(int status, long reason, long batch, int place) {}

    /** Begins an INSERT of so many rows; each is to be appended. */
    static StringBuilder begin(Tables tables, int rows) {
        StringBuilder sql = new StringBuilder(rows * 300 + 200);
        sql.append("INSERT INTO ").append(tables.orders());
        return sql.append(" (id, buyer, status, reason, fingerprint, request, batch_id, place, created_at) VALUES ");
    }

    /** Appends a row, created now. */
    static void append(StringBuilder sql, Session session, OrderEntry entry, Fate fate) {
        sql.append('(');
        SqlText.id(sql, entry.id());
        sql.append(',').append(entry.buyer());
        sql.append(',').append(fate.status());
        sql.append(',').append(fate.reason()).append(',');
        SqlText.hex(sql, entry.fingerprint().toBytes());
        sql.append(',');
        SqlText.hex(sql, entry.request());
        sql.append(',').append(fate.batch());
        sql.append(',').append(fate.place());
        sql.append(',').append(session.dialect().utcNow()).append(')');
    }

    /**
     * Deletes rows that are locked, one by one: a deletion of many scans a small table on MariaDB, and waits for rows
     * that others hold.
     *
     * @return how many there were
     */
    static int delete(Tables tables, Session session, Collection<UUID> ids) throws SQLException {
        int deleted = 0;
        for (UUID id : ids) {
            deleted += session.update("DELETE FROM " + tables.orders() + " WHERE id = " + SqlText.id(id));
        }
        return deleted;
    }
}
