package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The reads that lock. Each goes by primary key alone, ascending, in pieces of at most 500 keys, whatever else is asked of
 * the rows: a condition on another column makes the optimiser lock through another index, and the one order of locking is gone.
 */
public final class LockingReads {
    private final Tables tables;
    private final Session session;

    /** Reads on a session that is not in autocommit. */
    public LockingReads(Tables tables, Session session) {
        this.tables = tables;
        this.session = session;
    }

    /** Locks those orders that have rows, and returns what their rows say. */
    Map<UUID, OrderRow> lockOrders(List<UUID> ids) throws SQLException {
        Map<UUID, OrderRow> rows = new HashMap<>(ids.size() * 2);
        StringBuilder sql = new StringBuilder(ids.size() * 36 + 200);
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            sql.setLength(0);
            sql.append("SELECT id, status, fingerprint FROM ")
                    .append(tables.orders())
                    .append(SqlText.BY_PRIMARY_KEY);
            sql.append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            read(
                    sql.append(") FOR UPDATE"),
                    row -> rows.put(
                            OrderIds.fromBytes(row.getBytes(1), 0),
                            new OrderRow(row.getInt(2), Fingerprint.fromBytes(row.getBytes(3), 0))));
        }
        return rows;
    }

    /** Locks those orders that are undecided and that nobody else holds. */
    List<OrderEntry> lockUndecided(List<UUID> ids) throws SQLException {
        List<OrderEntry> found = new ArrayList<>(ids.size());
        StringBuilder sql = new StringBuilder(ids.size() * 36 + 200);
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            sql.setLength(0);
            sql.append("SELECT id, status, fingerprint, buyer, request FROM ").append(tables.orders());
            sql.append(SqlText.BY_PRIMARY_KEY).append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            read(sql.append(") FOR UPDATE SKIP LOCKED"), row -> {
                if (Codes.isUndecided(row.getInt(2))) {
                    found.add(entry(row));
                }
            });
        }
        return found;
    }

    private static OrderEntry entry(ResultSet row) throws SQLException {
        UUID id = OrderIds.fromBytes(row.getBytes(1), 0);
        OrderEntry entry;
        try {
            entry = OrderEntry.decode(id, row.getLong(4), row.getBytes(5));
        } catch (MalformedException e) {
            throw new UnreadableOrderException(id, "the request in its row can not be decoded: " + e.getMessage());
        }
        if (!entry.fingerprint().equals(Fingerprint.fromBytes(row.getBytes(3), 0))) {
            throw new UnreadableOrderException(
                    id, "the request in its row is not the one its fingerprint was made from");
        }
        return entry;
    }

    /** Locks the wallets of those buyers that have one. */
    void lockWallets(Ledger ledger, Collection<Long> buyers) throws SQLException {
        lockAccounts(
                "SELECT buyer, balance FROM " + tables.wallet(),
                "buyer",
                buyers,
                row -> ledger.putWallet(row.getLong(1), row.getLong(2)));
    }

    /** Locks those products that are defined. */
    void lockStock(Ledger ledger, Collection<Long> products) throws SQLException {
        lockAccounts(
                "SELECT product, available, unit_price FROM " + tables.stock(),
                "product",
                products,
                row -> ledger.putStock(row.getLong(1), row.getLong(2), row.getLong(3)));
    }

    private void lockAccounts(String select, String key, Collection<Long> ids, RowReader reader) throws SQLException {
        List<Long> sorted = ids.stream().sorted().toList();
        for (List<Long> piece : SqlText.pieces(sorted, SqlText.PIECE)) {
            read(byKey(select + SqlText.BY_PRIMARY_KEY, key, piece).append(" FOR UPDATE"), reader);
        }
    }

    /** Takes the lock under which products and wallets are created; the last lock of a transaction. */
    public void lockGuard() throws SQLException {
        read(
                new StringBuilder("SELECT version FROM " + tables.schemaVersion() + " WHERE id = " + Tables.GUARD
                        + " FOR UPDATE"),
                row -> {});
    }

    /** Whether one of the buyers has a wallet now, as committed. */
    boolean anyWallet(List<Long> buyers) throws SQLException {
        return any("SELECT buyer FROM " + tables.wallet(), "buyer", buyers);
    }

    /** Whether one of the products is defined now, as committed. */
    boolean anyStock(List<Long> products) throws SQLException {
        return any("SELECT product FROM " + tables.stock(), "product", products);
    }

    private boolean any(String select, String key, List<Long> ids) throws SQLException {
        boolean[] found = {false};
        for (List<Long> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            read(byKey(select, key, piece), row -> found[0] = true);
        }
        return found[0];
    }

    private static StringBuilder byKey(String select, String key, List<Long> ids) {
        StringBuilder sql =
                new StringBuilder(select).append(" WHERE ").append(key).append(" IN (");
        SqlText.list(sql, ids, SqlText.Appender.number(Long::longValue));
        return sql.append(')');
    }

    private void read(StringBuilder sql, RowReader reader) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(sql.toString())) {
            while (row.next()) {
                reader.read(row);
            }
        }
    }

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }
}
