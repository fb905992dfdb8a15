package io.orderflow.internal.engine;

import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * Changes of orders of one kind on their way through one transaction, with the same order of locks and the same numbers
 * as a batch of orders. Used once, by one thread.
 *
 * <ol>
 *   <li>lock the order rows, ascending; whoever has the same reference holds the same row, so what is recorded of these
 *       orders can be read now;
 *   <li>lock wallets and stock, as far as the kind needs them;
 *   <li>reach each change's verdict in memory, in the order given;
 *   <li>write what needs no number, draw the number, write the changes and what they change; commit, unless the
 *       transaction is the host's.
 * </ol>
 *
 * @param <C> the changes
 * @param <R> what becomes of one
 */
public abstract class ChangeTransaction<C extends OrderChange, R> {
    final Tables tables;
    final Session session;
    final LockingReads reads;
    final List<C> changes;
    private Map<UUID, StatusRow> rows = new HashMap<>();
    private final Map<UUID, Recorded> recorded = new HashMap<>();
    private final List<Applied<C>> applied = new ArrayList<>();
    private long batch;

    /**
     * Prepares the transaction.
     *
     * @param changes 1 to 500
     */
    ChangeTransaction(Tables tables, Session session, List<C> changes) {
        this.tables = tables;
        this.session = session;
        this.changes = changes;
        this.reads = new LockingReads(tables, session);
    }

    /**
     * What stands in the tables under a reference of a locked order.
     *
     * @param orderId the order
     * @param kind what was done, by its code
     * @param amount what was given back, in minor units
     * @param decision its number; empty when this very transaction writes it
     * @param place its place in this transaction
     * @param pieces how many of which line were given back
     * @param restocked whether they went back to the stock
     */
    record Recorded(
            UUID orderId,
            int kind,
            long amount,
            OptionalLong decision,
            int place,
            Map<Integer, Integer> pieces,
            boolean restocked) {
        /** Its number, if this transaction has that one. */
        long decision(long batch) {
            return decision.orElseGet(() -> DecisionNumber.of(batch, place));
        }
    }

    /** Reads whole orders. */
    @FunctionalInterface
    public interface OrderView {
        /** Reads those that have rows. */
        Map<UUID, Order> read(Connection connection, Collection<UUID> ids) throws SQLException;
    }

    /** A change that is done: its numbers, and the pieces that are given back by it. */
    record Applied<C>(
            C change,
            long buyer,
            long amount,
            long credited,
            int place,
            Map<Integer, Integer> pieces,
            boolean restocked) {}

    /**
     * Runs and commits.
     *
     * @return one result for each change, in the same order
     * @throws SQLException if the transaction could not be done, or its commit is in doubt
     * @throws BrokenInvariantException if the rows are not as they must be
     */
    public final List<R> run() throws SQLException {
        return session.transaction(() -> {
            List<R> results = runWithin();
            if (isAnswered() && applied.isEmpty() && !rows.isEmpty()) {
                // what was seen of others is what the results rest on
                LogFlush.changeSomething(session, tables, OrderIds.next());
            }
            return results;
        });
    }

    /**
     * Runs inside a READ COMMITTED transaction that somebody else commits or rolls back. What was seen of others is as
     * durable as that one's commit.
     *
     * @return one result for each change, in the same order
     * @throws SQLException if it could not be done; some of it may be written
     * @throws BrokenInvariantException if the rows are not as they must be; nothing is written, or some
     */
    public final List<R> runWithin() throws SQLException {
        lockOrders();
        if (isAnswered()) {
            readRecorded();
        }
        prepare();
        List<LongFunction<R>> results = changes.stream().map(this::evaluate).toList();
        batch = applied.isEmpty() ? 0 : write();
        conclude();
        return results.stream().map(result -> result.apply(batch)).toList();
    }

    /**
     * Whether somebody is told the results. Only then references may come again, and what the results rest on must be
     * on the disk.
     */
    boolean isAnswered() {
        return true;
    }

    /** Locks and reads what the kind needs beside the order rows. */
    abstract void prepare() throws SQLException;

    /** All is written, and nothing is committed yet. */
    void conclude() throws SQLException {}

    /** What a change comes to whose order has no row. */
    abstract R notFound(C change);

    /** What a change comes to whose reference stands for something. */
    abstract R repeated(C change, Recorded before, long batch);

    /**
     * Reaches the verdict on a change of an order that has a row; one that is done is given to {@link #apply}.
     *
     * @return the result, once the number is known
     */
    abstract LongFunction<R> transition(C change, StatusRow row);

    /**
     * Writes what needs no number, and takes the last locks: the stock, which others want most, is held shortest.
     *
     * @param applied at least one
     */
    void writeBefore(List<Applied<C>> applied) throws SQLException {}

    /** Writes what the applied changes change. */
    abstract void writeEffects(long batch, List<Applied<C>> applied) throws SQLException;

    private void lockOrders() throws SQLException {
        List<UUID> ids = changes.stream()
                .map(OrderChange::orderId)
                .distinct()
                .sorted(OrderIds.UNSIGNED)
                .toList();
        rows = lockRows(ids);
        addMissing(ids.stream().filter(id -> !rows.containsKey(id)).toList(), rows);
    }

    /** Locks the orders' rows. */
    Map<UUID, StatusRow> lockRows(List<UUID> ids) throws SQLException {
        return reads.lockStatuses(ids);
    }

    /** Orders that have no row: what can be changed of them gets one. */
    void addMissing(List<UUID> missing, Map<UUID, StatusRow> rows) {}

    /** The rows of the orders that are locked. */
    final Map<UUID, StatusRow> rows() {
        return rows;
    }

    /** The number of this transaction; 0 if it changed nothing. */
    final long batch() {
        return batch;
    }

    /** What is recorded of the locked orders. */
    final Map<UUID, Recorded> recorded() {
        return recorded;
    }

    private LongFunction<R> evaluate(C change) {
        StatusRow row = rows.get(change.orderId());
        if (row == null) {
            return batch -> notFound(change);
        }
        Recorded before = recorded.get(change.id());
        return before == null ? transition(change, row) : batch -> repeated(change, before, batch);
    }

    /** All that is recorded of the locked orders: to give back pieces one must know what was given back before. */
    private void readRecorded() throws SQLException {
        for (List<UUID> piece : SqlText.pieces(List.copyOf(rows.keySet()), SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT c.id, c.order_id, c.kind, c.amount, c.batch_id, c.place,");
            sql.append(" r.line_no, r.quantity, r.restocked FROM ").append(tables.orderChange());
            sql.append(" c LEFT JOIN ").append(tables.refundLine()).append(" r ON r.change_id = c.id");
            sql.append(" WHERE c.order_id IN (");
            SqlText.list(sql, piece, SqlText::id);
            QueryRows.look(session.connection(), sql.append(')'), row -> read(row));
        }
    }

    private void read(ResultSet row) throws SQLException {
        UUID id = OrderIds.fromBytes(row.getBytes(1), 0);
        Recorded change = recorded.get(id);
        if (change == null) {
            change = new Recorded(
                    OrderIds.fromBytes(row.getBytes(2), 0),
                    row.getInt(3),
                    row.getLong(4),
                    OptionalLong.of(DecisionNumber.of(row.getLong(5), row.getInt(6))),
                    0,
                    new HashMap<>(),
                    row.getBoolean(9));
            recorded.put(id, change);
        }
        int line = row.getInt(7);
        if (!row.wasNull()) {
            change.pieces().put(line, row.getInt(8));
        }
    }

    /**
     * A change is done.
     *
     * @param credited what of the amount goes to the buyer's wallet
     * @return its place in this transaction
     */
    final int apply(C change, long buyer, long amount, long credited, Map<Integer, Integer> pieces, boolean restocked) {
        int place = applied.size();
        applied.add(new Applied<>(change, buyer, amount, credited, place, pieces, restocked));
        recorded.put(
                change.id(),
                new Recorded(
                        change.orderId(),
                        change.kind().code(),
                        amount,
                        OptionalLong.empty(),
                        place,
                        pieces,
                        restocked));
        return place;
    }

    /**
     * A change is done that gives back all that a reserved order took.
     *
     * @return its place in this transaction
     */
    final int apply(C change, StatusRow row, HoldReturns.Return back) {
        return apply(change, row.buyer(), back.amount(), back.credited(), back.pieces(), true);
    }

    private long write() throws SQLException {
        writeBefore(applied);
        String members = Members.literal(applied, done -> done.change().id());
        long number = BatchNumber.draw(tables, session, BatchKind.CHANGED, applied.size(), members);
        insertChanges(number);
        writeEffects(number, applied);
        return number;
    }

    /** One line of what is given back. */
    private record Piece(UUID change, int line, int quantity, boolean restocked) {}

    /** Writes the pieces that are given back. */
    final void insertPieces(List<Applied<C>> applied) throws SQLException {
        List<Piece> all = new ArrayList<>();
        for (Applied<C> done : applied) {
            UUID id = done.change().id();
            done.pieces().forEach((line, quantity) -> all.add(new Piece(id, line, quantity, done.restocked())));
        }
        for (List<Piece> some : SqlText.pieces(all, Limits.BATCH_LINES)) {
            StringBuilder sql = new StringBuilder(some.size() * 50 + 200).append("INSERT INTO ");
            sql.append(tables.refundLine()).append(" (change_id, line_no, quantity, restocked) VALUES ");
            SqlText.list(sql, some, (text, piece) -> {
                text.append('(');
                SqlText.id(text, piece.change());
                text.append(',').append(piece.line()).append(',').append(piece.quantity());
                text.append(piece.restocked() ? ",1)" : ",0)");
            });
            session.update(sql);
        }
    }

    private void insertChanges(long batch) throws SQLException {
        StringBuilder sql = new StringBuilder(applied.size() * 130 + 200).append("INSERT INTO ");
        sql.append(tables.orderChange());
        sql.append(" (id, order_id, buyer, kind, amount, credited, batch_id, place, reference) VALUES ");
        SqlText.list(sql, applied, (text, done) -> {
            text.append('(');
            SqlText.id(text, done.change().id());
            text.append(',');
            SqlText.id(text, done.change().orderId());
            text.append(',')
                    .append(done.buyer())
                    .append(',')
                    .append(done.change().kind().code());
            text.append(',').append(done.amount()).append(',').append(done.credited());
            text.append(',').append(batch).append(',').append(done.place());
            text.append(done.change().reference().isEmpty() ? ",'')" : ",?)");
        });
        List<String> references = applied.stream()
                .map(done -> done.change().reference())
                .filter(reference -> !reference.isEmpty())
                .toList();
        if (references.isEmpty()) {
            // drivers look through the text of what they prepare, letter by letter
            session.update(sql);
            return;
        }
        try (PreparedStatement statement = session.connection().prepareStatement(sql.toString())) {
            for (int i = 0; i < references.size(); i++) {
                statement.setString(i + 1, references.get(i));
            }
            statement.executeUpdate();
        }
    }
}
