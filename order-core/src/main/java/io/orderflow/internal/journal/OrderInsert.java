package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.util.List;

/** The text of the INSERT that journals orders. */
final class OrderInsert {
    private OrderInsert() {}

    /** One multi-row INSERT; the rows come in the order given. */
    static String text(Tables tables, Dialect dialect, int status, List<OrderEntry> entries) {
        StringBuilder sql = new StringBuilder(entries.size() * 300 + 200);
        sql.append("INSERT INTO ").append(tables.orders());
        sql.append(" (id, buyer, status, fingerprint, request, created_at) VALUES ");
        SqlText.list(sql, entries, (text, entry) -> {
            text.append('(');
            SqlText.id(text, entry.id());
            text.append(',').append(entry.buyer()).append(',').append(status).append(",x'");
            entry.fingerprint().appendHex(text);
            text.append("',");
            SqlText.hex(text, entry.request());
            text.append(',').append(dialect.utcNow()).append(')');
        });
        return sql.toString();
    }
}
