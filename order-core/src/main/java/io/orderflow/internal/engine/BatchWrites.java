package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.engine.Ledger.Purchase;
import io.orderflow.internal.engine.OrderRows.Fate;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToLongFunction;

/**
 * The statements that write a batch: a fixed number of them whatever the batch's size, each in pieces of at most 500
 * rows. Every update counts the rows it matched. Used once, by one thread.
 */
final class BatchWrites {
    private static final Duration CLOCK_STEP = Duration.ofSeconds(10);

    private final Tables tables;
    private final Session session;
    private final List<Placed> completed = new ArrayList<>();
    private final List<Placed> inserted = new ArrayList<>();
    private final List<OrdersUpdate> updates = new ArrayList<>();

    /**
     * Prepares the statements, so that as little as can be is left to do once the stock is locked.
     *
     * @param rows of those that have one already; the others are inserted with their verdict
     */
    BatchWrites(Tables tables, Session session, List<Verdict> verdicts, Map<UUID, OrderRow> rows) {
        this.tables = tables;
        this.session = session;
        Map<Integer, List<Placed>> byStatus = new TreeMap<>();
        for (int place = 0; place < verdicts.size(); place++) {
            Verdict verdict = verdicts.get(place);
            OrderRow row = rows.get(verdict.entry().id());
            Placed placed = new Placed(place, verdict, row != null && row.place() == place);
            if (placed.verdict().completed()) {
                completed.add(placed);
            }
            (row != null ? byStatus.computeIfAbsent(placed.verdict().code(), status -> new ArrayList<>()) : inserted)
                    .add(placed);
        }
        sort(completed);
        sort(inserted);
        byStatus.forEach((status, placed) -> prepareUpdates(placed, status));
    }

    /**
     * A verdict with its place in the batch.
     *
     * @param noted whether the order's row has that place already, since the batch is as the order's group was
     */
    private record Placed(int place, Verdict verdict, boolean noted) {
        UUID id() {
            return verdict.entry().id();
        }
    }

    /** An update of order rows, all but its beginning with the batch's number. */
    private record OrdersUpdate(String rest, int rows, UUID firstId) {}

    /**
     * An expression for a time before which none of the orders was created.
     *
     * @param rows the rows of those that have one
     */
    static String oldest(Session session, List<OrderEntry> orders, Map<UUID, OrderRow> rows) {
        long oldest = Long.MAX_VALUE;
        boolean inserts = false;
        for (OrderEntry entry : orders) {
            OrderRow row = rows.get(entry.id());
            inserts |= row == null;
            oldest = row == null ? oldest : Math.min(oldest, row.createdAt());
        }
        if (!inserts) {
            return SqlTime.literal(oldest);
        }
        // their rows are dated by a later statement, and the clock may be set back before it
        String now = session.dialect().utcBefore(CLOCK_STEP.toMillis());
        return oldest == Long.MAX_VALUE ? now : "LEAST(" + SqlTime.literal(oldest) + ", " + now + ")";
    }

    /** Takes groups out of the journal whose orders are all decided then. */
    static void removeGroups(Tables tables, Session session, List<UUID> groups) throws SQLException {
        if (groups.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder("DELETE FROM ").append(tables.pending());
        sql.append(" WHERE id IN (");
        SqlText.list(sql, groups, SqlText::id);
        session.update(sql.append(')'));
    }

    /** Writes the balances of the locked wallets. */
    void writeWallets(Ledger ledger) throws SQLException {
        updateAccounts(session, tables.wallet(), "buyer", "balance", ledger.changedWallets(), Account::now);
    }

    /** Writes the verdicts into the order rows that are there. */
    void writeOrders(long batch) throws SQLException {
        for (OrdersUpdate update : updates) {
            String sql =
                    "UPDATE " + tables.orders() + SqlText.BY_PRIMARY_KEY + " SET batch_id = " + batch + update.rest();
            expect(session.update(sql), update.rows(), tables.orders(), update.firstId());
        }
    }

    /** Writes the available pieces of the locked products. */
    void writeStock(Ledger ledger) throws SQLException {
        updateAccounts(session, tables.stock(), "product", "available", ledger.changedStock(), Account::now);
    }

    /** Writes what buyers have now of the locked products that have a limit. */
    static void writePurchases(Tables tables, Session session, Ledger ledger) throws SQLException {
        for (List<Purchase> piece : SqlText.pieces(ledger.changedPurchases(), SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder(piece.size() * 40 + 200).append("INSERT INTO ");
            sql.append(tables.purchase()).append(" (product, buyer, pieces, counted_since) VALUES ");
            SqlText.list(
                    sql,
                    piece,
                    (text, purchase) -> text.append('(')
                            .append(purchase.share().product())
                            .append(',')
                            .append(purchase.share().buyer())
                            .append(',')
                            .append(purchase.now())
                            .append(',')
                            .append(purchase.since())
                            .append(')'));
            sql.append(" ON DUPLICATE KEY UPDATE pieces = VALUES(pieces), counted_since = VALUES(counted_since)");
            // a row that is changed counts twice
            int changed = (int) piece.stream().filter(Purchase::hasRow).count();
            Share first = piece.get(0).share();
            expect(session.update(sql) - changed, piece.size(), tables.purchase(), first);
        }
    }

    private static void sort(List<Placed> placed) {
        placed.sort((a, b) -> OrderIds.compare(a.id(), b.id()));
    }

    private static long reasonCode(Placed placed) {
        return placed.verdict().rejectReason().map(Codes::of).orElse(0);
    }

    private void prepareUpdates(List<Placed> all, int status) {
        sort(all);
        for (List<Placed> piece : SqlText.pieces(all, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder(piece.size() * 130 + 200);
            sql.append(", status = ").append(status);
            if (!piece.stream().allMatch(Placed::noted)) {
                sql.append(", place = ");
                SqlText.caseOf(sql, "id", piece, BatchWrites::id, Placed::place);
            }
            if (status == Codes.REJECTED) {
                sql.append(", reason = ");
                SqlText.caseOf(sql, "id", piece, BatchWrites::id, BatchWrites::reasonCode);
            }
            sql.append(" WHERE id IN (");
            SqlText.list(sql, piece, BatchWrites::id);
            sql.append(") AND status IN (")
                    .append(Codes.PENDING)
                    .append(',')
                    .append(Codes.PLACED)
                    .append(')');
            updates.add(
                    new OrdersUpdate(sql.toString(), piece.size(), piece.get(0).id()));
        }
    }

    /**
     * Writes what is charged: the lines of the completed and reserved orders, with prices, and how long it is held.
     *
     * @param ledger what the verdicts were reached on
     */
    void insertLines(Ledger ledger) throws SQLException {
        if (completed.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder(completed.size() * 160 + 200);
        sql.append("INSERT INTO ").append(tables.orderLine());
        sql.append(" (order_id, line_no, product, quantity, unit_price) VALUES ");
        SqlText.list(sql, completed, (text, placed) -> lines(text, placed, ledger));
        session.update(sql);
        insertHolds(completed.stream()
                .filter(placed -> placed.verdict().entry().holdMillis() > 0)
                .toList());
    }

    /** With the lines, so that the stock is not locked meanwhile. */
    private void insertHolds(List<Placed> held) throws SQLException {
        if (held.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder(held.size() * 110 + 200);
        sql.append("INSERT INTO ").append(tables.hold()).append(" (order_id, deadline) VALUES ");
        SqlText.list(sql, held, (text, placed) -> {
            text.append('(');
            id(text, placed);
            text.append(',');
            text.append(session.dialect().utcAfter(placed.verdict().entry().holdMillis()));
            text.append(')');
        });
        session.update(sql);
    }

    private static void lines(StringBuilder sql, Placed placed, Ledger ledger) {
        OrderEntry entry = placed.verdict().entry();
        for (int i = 0; i < entry.lineCount(); i++) {
            sql.append(i == 0 ? "(" : ",(");
            id(sql, placed);
            sql.append(',').append(i).append(',').append(entry.product(i));
            sql.append(',').append(entry.quantity(i));
            sql.append(',').append(ledger.stock(entry.product(i)).unitPrice()).append(')');
        }
    }

    static <A extends Account> void updateAccounts(
            Session session, String table, String key, String column, List<A> changed, ToLongFunction<A> value)
            throws SQLException {
        SqlText.Appender<A> id = SqlText.Appender.number(account -> account.id);
        for (List<A> piece : SqlText.pieces(changed, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder(piece.size() * 50 + 200);
            sql.append("UPDATE ")
                    .append(table)
                    .append(SqlText.BY_PRIMARY_KEY)
                    .append(" SET ")
                    .append(column)
                    .append(" = ");
            SqlText.caseOf(sql, key, piece, id, value);
            sql.append(" WHERE ").append(key).append(" IN (");
            SqlText.list(sql, piece, id);
            sql.append(')');
            expect(session.update(sql), piece.size(), table, piece.get(0).id);
        }
    }

    /** Writes the orders that have no row yet, with their verdicts. */
    void insertOrders(long batch) throws SQLException {
        if (inserted.isEmpty()) {
            return;
        }
        StringBuilder sql = OrderRows.begin(tables, inserted.size());
        SqlText.list(
                sql,
                inserted,
                (text, placed) ->
                        OrderRows.append(text, session, placed.verdict().entry(), fate(placed, batch)));
        expect(
                session.update(sql),
                inserted.size(),
                tables.orders(),
                inserted.get(0).id());
    }

    private static Fate fate(Placed placed, long batch) {
        int status = placed.verdict().code();
        return new Fate(status, reasonCode(placed), batch, placed.place());
    }

    private static void id(StringBuilder sql, Placed placed) {
        SqlText.id(sql, placed.id());
    }

    static void expect(int matched, int expected, String table, Object firstKey) {
        if (matched != expected) {
            throw new BrokenInvariantException("an update of " + table + " matched " + matched + " rows instead of the "
                    + expected + " that are locked, first key " + firstKey
                    + "; rolled back, the batch is tried again. Did someone delete rows or change the "
                    + "driver's settings?");
        }
    }
}
