package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToLongFunction;

/**
 * The statements that write a batch: a fixed number of them whatever the batch's size, each in pieces of at most
 * 500 rows. Every update counts the rows it matched.
 */
final class BatchWrites {
    private final Tables tables;
    private final Session session;

    BatchWrites(Tables tables, Session session) {
        this.tables = tables;
        this.session = session;
    }

    /** A verdict with its place in the batch. */
    private record Placed(int place, Verdict verdict, OrderLinePrices prices) {
        UUID id() {
            return verdict.entry().id();
        }
    }

    /** The charged unit prices of an order's lines. */
    @FunctionalInterface
    private interface OrderLinePrices {
        long of(long product);
    }

    /** Draws the batch's number; all locks must be held. */
    long drawNumber(int size) throws SQLException {
        return drawNumber(tables, session, size);
    }

    static long drawNumber(Tables tables, Session session, int size) throws SQLException {
        String sql = "INSERT INTO " + tables.batch() + " (decided_at, size) VALUES ("
                + session.dialect().utcNow() + ", " + size + ")";
        try (Statement statement = session.statement()) {
            statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS);
            try (ResultSet key = statement.getGeneratedKeys()) {
                key.next();
                return key.getLong(1);
            }
        }
    }

    /**
     * Writes everything that the verdicts change.
     *
     * @param withRow the ids that have a row already; the others are inserted with their verdict
     */
    void write(long batch, List<Verdict> verdicts, Set<UUID> withRow, Ledger ledger) throws SQLException {
        List<Placed> completed = new ArrayList<>();
        List<Placed> rejected = new ArrayList<>();
        List<Placed> inserted = new ArrayList<>();
        List<Placed> lines = new ArrayList<>();
        for (int place = 0; place < verdicts.size(); place++) {
            Verdict verdict = verdicts.get(place);
            Placed placed =
                    new Placed(place, verdict, product -> ledger.stock(product).unitPrice());
            if (verdict.completed()) {
                lines.add(placed);
            }
            (!withRow.contains(placed.id()) ? inserted : verdict.completed() ? completed : rejected).add(placed);
        }
        updateOrders(
                batch,
                sorted(completed),
                "total",
                Codes.COMPLETED,
                placed -> placed.verdict().total());
        updateOrders(batch, sorted(rejected), "reason", Codes.REJECTED, BatchWrites::reasonCode);
        insertLines(sorted(lines));
        updateAccounts(session, tables.wallet(), "buyer", "balance", ledger.changedWallets(), Account::now);
        updateAccounts(session, tables.stock(), "product", "available", ledger.changedStock(), Account::now);
        insertOrders(batch, sorted(inserted));
    }

    private static List<Placed> sorted(List<Placed> placed) {
        placed.sort((a, b) -> OrderIds.compare(a.id(), b.id()));
        return placed;
    }

    private static long reasonCode(Placed placed) {
        return placed.verdict().rejectReason().map(Codes::of).orElse(0);
    }

    private void updateOrders(long batch, List<Placed> all, String column, int status, ToLongFunction<Placed> value)
            throws SQLException {
        for (List<Placed> piece : SqlText.pieces(all, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder(piece.size() * 130 + 200);
            sql.append("UPDATE ").append(tables.orders()).append(SqlText.BY_PRIMARY_KEY);
            sql.append(" SET status = ")
                    .append(status)
                    .append(", batch_id = ")
                    .append(batch)
                    .append(", place = ");
            SqlText.caseOf(sql, "id", piece, BatchWrites::id, Placed::place);
            sql.append(", ").append(column).append(" = ");
            SqlText.caseOf(sql, "id", piece, BatchWrites::id, value);
            sql.append(" WHERE id IN (");
            SqlText.list(sql, piece, BatchWrites::id);
            sql.append(") AND status IN (")
                    .append(Codes.PENDING)
                    .append(',')
                    .append(Codes.PLACED)
                    .append(')');
            expect(
                    session.update(sql),
                    piece.size(),
                    tables.orders(),
                    piece.get(0).id());
        }
    }

    private void insertLines(List<Placed> completed) throws SQLException {
        if (completed.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder(completed.size() * 160 + 200);
        sql.append("INSERT INTO ").append(tables.orderLine());
        sql.append(" (order_id, line_no, product, quantity, unit_price) VALUES ");
        char separator = ' ';
        for (Placed placed : completed) {
            OrderEntry entry = placed.verdict().entry();
            for (int i = 0; i < entry.lineCount(); i++) {
                sql.append(separator).append('(');
                id(sql, placed);
                sql.append(',')
                        .append(i)
                        .append(',')
                        .append(entry.product(i))
                        .append(',')
                        .append(entry.quantity(i));
                sql.append(',').append(placed.prices().of(entry.product(i))).append(')');
                separator = ',';
            }
        }
        session.update(sql);
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

    private void insertOrders(long batch, List<Placed> all) throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder(all.size() * 300 + 200);
        sql.append("INSERT INTO ").append(tables.orders());
        sql.append(" (id, buyer, status, reason, fingerprint, request, total, batch_id, place, created_at) VALUES ");
        SqlText.list(sql, all, (text, placed) -> {
            Verdict verdict = placed.verdict();
            text.append('(');
            id(text, placed);
            text.append(',').append(verdict.entry().buyer());
            text.append(',').append(verdict.completed() ? Codes.COMPLETED : Codes.REJECTED);
            text.append(',').append(reasonCode(placed)).append(',');
            SqlText.hex(text, verdict.entry().fingerprint().toBytes());
            text.append(',');
            SqlText.hex(text, verdict.entry().request());
            text.append(',')
                    .append(verdict.total())
                    .append(',')
                    .append(batch)
                    .append(',')
                    .append(placed.place());
            text.append(',').append(session.dialect().utcNow()).append(')');
        });
        expect(session.update(sql), all.size(), tables.orders(), all.get(0).id());
    }

    private static void id(StringBuilder sql, Placed placed) {
        SqlText.id(sql, placed.id());
    }

    private static void expect(int matched, int expected, String table, Object firstKey) {
        if (matched != expected) {
            throw new BrokenInvariantException(
                    "an update of " + table + " matched " + matched + " rows instead of the "
                            + expected + " that are locked, first key " + firstKey
                            + "; rolled back, the batch is tried again. Did someone delete rows or change the driver's settings?");
        }
    }
}
