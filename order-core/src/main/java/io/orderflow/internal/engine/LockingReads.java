package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.QueryRows.RowLook;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The reads that lock. Each goes by primary key alone, ascending, in pieces of at most 500 keys, whatever else is asked
 * of the rows: a condition on another column makes the optimiser lock through another index, and the one order of
 * locking is gone.
 */
public final class LockingReads {
    private static final String WAITING = " FOR UPDATE";
    private static final String CREATED_AT = SqlTime.micros("created_at");
    private static final String AROUND = " FOR UPDATE SKIP LOCKED";

    private final Tables tables;
    private final Session session;
    private final String lock;

    /** Reads that wait for rows which others hold, on a session that is not in autocommit. */
    public LockingReads(Tables tables, Session session) {
        this(tables, session, WAITING);
    }

    private LockingReads(Tables tables, Session session, String lock) {
        this.tables = tables;
        this.session = session;
        this.lock = lock;
    }

    /**
     * Reads that leave out rows which others hold. A row that is left out is not a row that is missing: see
     * {@link #heldOrders} and the like.
     */
    static LockingReads around(Tables tables, Session session) {
        return new LockingReads(tables, session, AROUND);
    }

    /**
     * Those of the orders that have rows, also rows that others have inserted and not committed: these can neither be
     * skipped nor waited for like others. An order without a wallet has its lines before it has its row. Ends the
     * transaction that is open, and locks nothing.
     */
    static Set<UUID> insertedOrders(Tables tables, Session session, List<OrderEntry> entries) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT id FROM ").append(tables.orders());
        sql.append(SqlText.BY_PRIMARY_KEY).append(" WHERE id IN (");
        SqlText.list(sql, entries, (text, entry) -> SqlText.id(text, entry.id()));
        sql.append(')');
        List<OrderEntry> external =
                entries.stream().filter(entry -> !entry.needsWallet()).toList();
        if (!external.isEmpty()) {
            sql.append(" UNION ALL SELECT order_id FROM ")
                    .append(tables.orderLine())
                    .append(SqlText.BY_PRIMARY_KEY);
            sql.append(" WHERE line_no = 0 AND order_id IN (");
            SqlText.list(sql, external, (text, entry) -> SqlText.id(text, entry.id()));
            sql.append(')');
        }
        return session.dirtyRead(sql.toString(), row -> OrderIds.fromBytes(row.getBytes(1), 0));
    }

    /** Locks those orders that have rows, and returns what their rows say. */
    Map<UUID, OrderRow> lockOrders(List<UUID> ids) throws SQLException {
        Map<UUID, OrderRow> rows = new HashMap<>(ids.size() * 2);
        StringBuilder sql = new StringBuilder(ids.size() * 36 + 200);
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            sql.setLength(0);
            sql.append("SELECT id, status, fingerprint, place, ")
                    .append(CREATED_AT)
                    .append(" FROM ")
                    .append(tables.orders())
                    .append(SqlText.BY_PRIMARY_KEY);
            sql.append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            read(
                    sql.append(')').append(lock),
                    row -> rows.put(
                            OrderIds.fromBytes(row.getBytes(1), 0),
                            new OrderRow(
                                    row.getInt(2),
                                    Fingerprint.fromBytes(row.getBytes(3), 0),
                                    row.getLong(5),
                                    row.getInt(4))));
        }
        return rows;
    }

    /**
     * Where an order stands, and whose it is.
     *
     * @param walletPays whether the buyer's wallet pays
     * @param batch the batch that decided it; 0 for none
     */
    record StatusRow(long buyer, int status, boolean walletPays, long batch) {
        /** The same order with another status. */
        StatusRow becoming(int next) {
            return new StatusRow(buyer, next, walletPays, batch);
        }
    }

    /** Locks those orders that have rows. */
    Map<UUID, StatusRow> lockStatuses(List<UUID> ids) throws SQLException {
        Map<UUID, StatusRow> rows = new HashMap<>(ids.size() * 2);
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT id, buyer, status, CASE WHEN ");
            sql.append(Codes.walletPays("request"))
                    .append(" THEN 1 ELSE 0 END, batch_id FROM ")
                    .append(tables.orders());
            sql.append(SqlText.BY_PRIMARY_KEY).append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            read(
                    sql.append(')').append(lock),
                    row -> rows.put(
                            OrderIds.fromBytes(row.getBytes(1), 0),
                            new StatusRow(row.getLong(2), row.getInt(3), row.getBoolean(4), row.getLong(5))));
        }
        return rows;
    }

    /** An undecided order with its row. */
    record Undecided(OrderEntry entry, OrderRow row) {}

    /** Locks those orders that are undecided and that nobody else holds. */
    List<Undecided> lockUndecided(List<UUID> ids) throws SQLException {
        List<Undecided> found = new ArrayList<>(ids.size());
        StringBuilder sql = new StringBuilder(ids.size() * 36 + 200);
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            sql.setLength(0);
            sql.append("SELECT id, status, fingerprint, buyer, request, place, ")
                    .append(CREATED_AT);
            sql.append(" FROM ")
                    .append(tables.orders())
                    .append(SqlText.BY_PRIMARY_KEY)
                    .append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            read(sql.append(')').append(AROUND), row -> {
                if (Codes.isUndecided(row.getInt(2))) {
                    OrderEntry entry = entry(row);
                    found.add(new Undecided(
                            entry, new OrderRow(row.getInt(2), entry.fingerprint(), row.getLong(7), row.getInt(6))));
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
            throw new UnreadableOrderException(id, "the request in its row cannot be decoded: " + e.getMessage());
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
                "SELECT product, available, unit_price, max_per_buyer, counted_since FROM " + tables.stock(),
                "product",
                products,
                row -> ledger.putStock(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4) == 0 ? BuyerLimit.NONE : new BuyerLimit(row.getLong(4), row.getLong(5))));
    }

    /**
     * Locks what buyers have of products with a limit. The products are locked: whoever reads or writes one of these
     * rows has its product, so a row that is not there stays so.
     *
     * @param shares ascending
     */
    void lockPurchases(Ledger ledger, Collection<Share> shares) throws SQLException {
        readPurchases(
                "SELECT product, buyer, pieces, counted_since FROM ",
                shares,
                lock,
                row -> ledger.putPurchase(new Share(row.getLong(1), row.getLong(2)), row.getLong(3), row.getLong(4)));
        shares.stream().filter(share -> ledger.purchase(share) == null).forEach(ledger::putNoPurchase);
    }

    /** Products of those shares which were not locked and have a row as committed: a stranger holds that. */
    Set<Long> heldPurchases(Collection<Share> notLocked) throws SQLException {
        Set<Long> held = new HashSet<>();
        readPurchases("SELECT product FROM ", notLocked, "", row -> held.add(row.getLong(1)));
        return held;
    }

    private void readPurchases(String select, Collection<Share> shares, String end, RowLook look) throws SQLException {
        for (List<Share> piece : SqlText.pieces(List.copyOf(shares), SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder(piece.size() * 30 + 200).append(select);
            sql.append(tables.purchase()).append(SqlText.BY_PRIMARY_KEY).append(" WHERE (product, buyer) IN (");
            SqlText.list(
                    sql,
                    piece,
                    (text, share) -> text.append('(')
                            .append(share.product())
                            .append(',')
                            .append(share.buyer())
                            .append(')'));
            read(sql.append(')').append(end), look);
        }
    }

    private void lockAccounts(String select, String key, Collection<Long> ids, RowLook look) throws SQLException {
        List<Long> sorted = ids.stream().sorted().toList();
        for (List<Long> piece : SqlText.pieces(sorted, SqlText.PIECE)) {
            read(byKey(select + SqlText.BY_PRIMARY_KEY, key, piece).append(lock), look);
        }
    }

    /**
     * Takes the lock under which products and wallets are created; the last lock of a transaction.
     *
     * @return whether it is held now; false only when it is not waited for
     */
    public boolean lockGuard() throws SQLException {
        return lockVersionRow(Tables.GUARD);
    }

    /**
     * Takes the lock under which holds are expired; the first lock of a transaction.
     *
     * @return whether it is held now; false only when it is not waited for
     */
    boolean lockExpiry() throws SQLException {
        return lockVersionRow(Tables.EXPIRY);
    }

    private boolean lockVersionRow(int id) throws SQLException {
        boolean[] held = {false};
        read(
                new StringBuilder("SELECT version FROM " + tables.schemaVersion() + " WHERE id = " + id + lock),
                row -> held[0] = true);
        return held[0];
    }

    /** Which of these orders that were not locked have rows as committed: somebody else holds those. */
    Set<UUID> heldOrders(List<UUID> notLocked) throws SQLException {
        return foundOrders(notLocked, "");
    }

    /** Which of these orders are undecided as committed. */
    Set<UUID> undecided(List<UUID> ids) throws SQLException {
        return foundOrders(ids, " AND status IN (" + Codes.PENDING + "," + Codes.PLACED + ")");
    }

    private Set<UUID> foundOrders(List<UUID> ids, String condition) throws SQLException {
        Set<UUID> found = new HashSet<>();
        StringBuilder sql = new StringBuilder(ids.size() * 36 + 200);
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            sql.setLength(0);
            sql.append("SELECT id FROM ").append(tables.orders()).append(SqlText.BY_PRIMARY_KEY);
            sql.append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            read(sql.append(')').append(condition), row -> found.add(OrderIds.fromBytes(row.getBytes(1), 0)));
        }
        return found;
    }

    /** Which of these buyers whose wallets were not locked have one as committed: somebody else holds it. */
    Set<Long> heldWallets(List<Long> notLocked) throws SQLException {
        return found("SELECT buyer FROM " + tables.wallet(), "buyer", notLocked);
    }

    /** Which of these products that were not locked are defined as committed: somebody else holds them. */
    Set<Long> heldStock(List<Long> notLocked) throws SQLException {
        return found("SELECT product FROM " + tables.stock(), "product", notLocked);
    }

    /** Whether one of the buyers has a wallet now, as committed. */
    boolean anyWallet(List<Long> buyers) throws SQLException {
        return !heldWallets(buyers).isEmpty();
    }

    /** Whether one of the products is defined now, as committed. */
    boolean anyStock(List<Long> products) throws SQLException {
        return !heldStock(products).isEmpty();
    }

    private Set<Long> found(String select, String key, List<Long> ids) throws SQLException {
        Set<Long> found = new HashSet<>();
        for (List<Long> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            read(byKey(select, key, piece), row -> found.add(row.getLong(1)));
        }
        return found;
    }

    private static StringBuilder byKey(String select, String key, List<Long> ids) {
        StringBuilder sql =
                new StringBuilder(select).append(" WHERE ").append(key).append(" IN (");
        SqlText.list(sql, ids, SqlText.Appender.number(Long::longValue));
        return sql.append(')');
    }

    private void read(StringBuilder sql, RowLook look) throws SQLException {
        QueryRows.look(session.connection(), sql, look);
    }
}
