package io.orderflow.internal.engine;

import io.orderflow.CancelResult;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.HoldReturns.Return;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.engine.OrderRows.Fate;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * Decides pending orders as cancelled, and gives back what reserved ones took. An order that the row of its group alone
 * has, or a queue or nobody as far as the database knows, gets a row with this verdict, as it would get one from a
 * batch: whoever comes second meets the key, and finds the order decided when it looks again. Used once, by one thread.
 */
public final class CancelTransaction extends ChangeTransaction<Cancellation, CancelResult> {
    private final Map<UUID, OrderEntry> contents = new HashMap<>();
    private final HoldReturns returns;
    private final SeenOrders late;
    private final Set<UUID> held = new HashSet<>();
    private final Set<UUID> inserted = new HashSet<>();
    private final Map<UUID, Fingerprint> fingerprints = new HashMap<>();

    /**
     * Prepares the transaction.
     *
     * @param cancellations 1 to 500
     * @param carried those of the orders that groups carry and that had no row at a look before; one that has a row by
     *     now is found by its row
     * @param orders reads the orders for which it is too late
     */
    public CancelTransaction(
            Tables tables,
            Session session,
            List<Cancellation> cancellations,
            Map<UUID, OrderEntry> carried,
            OrderView orders) {
        super(tables, session, cancellations);
        this.returns = new HoldReturns(tables, session, Set.of());
        this.late = new SeenOrders(orders);
        cancellations.forEach(asked -> asked.content().ifPresent(entry -> contents.putIfAbsent(entry.id(), entry)));
        // what was accepted, and not what is thought to be
        contents.putAll(carried);
    }

    @Override
    void addMissing(List<UUID> missing, Map<UUID, StatusRow> rows) {
        for (UUID id : missing) {
            OrderEntry entry = contents.get(id);
            if (entry != null) {
                inserted.add(id);
                fingerprints.put(id, entry.fingerprint());
                rows.put(id, new StatusRow(entry.buyer(), Codes.PENDING, entry.needsWallet(), 0));
            }
        }
    }

    @Override
    void prepare() throws SQLException {
        readFingerprints();
        // in a transaction of the host's nothing can be tried again
        returns.prepare(reads, rows(), reads, true);
    }

    /** Reads what the contents that were given are compared with; the rows are locked. */
    private void readFingerprints() throws SQLException {
        List<UUID> compared = changes.stream()
                .filter(asked -> asked.content().isPresent())
                .map(Cancellation::orderId)
                .filter(id -> rows().containsKey(id) && !inserted.contains(id))
                .distinct()
                .toList();
        for (List<UUID> piece : SqlText.pieces(compared, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT id, fingerprint FROM ").append(tables.orders());
            sql.append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            QueryRows.look(
                    session.connection(),
                    sql.append(')'),
                    row -> fingerprints.put(
                            OrderIds.fromBytes(row.getBytes(1), 0), Fingerprint.fromBytes(row.getBytes(2), 0)));
        }
    }

    @Override
    CancelResult notFound(Cancellation change) {
        return new CancelResult.NotFound(change.orderId());
    }

    @Override
    CancelResult repeated(Cancellation change, Recorded before, long batch) {
        UUID order = change.orderId();
        if (isOther(change)) {
            return new CancelResult.OtherContent(order);
        }
        return before.kind() == change.kind().code()
                ? new CancelResult.Duplicate(order, before.amount(), before.decision(batch))
                : new CancelResult.Conflict(order);
    }

    @Override
    LongFunction<CancelResult> transition(Cancellation change, StatusRow row) {
        UUID order = change.orderId();
        if (isOther(change)) {
            return batch -> new CancelResult.OtherContent(order);
        }
        if (row.status() == Codes.PARKED) {
            return batch -> new CancelResult.Parked(order);
        }
        if (row.status() == Codes.RESERVED) {
            return release(change, row);
        }
        if (!Codes.isUndecided(row.status())) {
            late.add(order);
            return batch -> new CancelResult.TooLate(late.get(order));
        }
        rows().put(order, row.becoming(Codes.CANCELLED));
        int place = apply(change, row.buyer(), 0, 0, Map.of(), false);
        return batch -> new CancelResult.Cancelled(order, 0, DecisionNumber.of(batch, place));
    }

    private boolean isOther(Cancellation change) {
        Optional<OrderEntry> content = change.content();
        return content.isPresent() && !content.get().fingerprint().equals(fingerprints.get(change.orderId()));
    }

    private LongFunction<CancelResult> release(Cancellation change, StatusRow row) {
        UUID order = change.orderId();
        Optional<Return> given = returns.giveBack(order, row);
        if (given.isEmpty()) {
            return batch -> new CancelResult.LimitExceeded(order);
        }
        held.add(order);
        rows().put(order, row.becoming(Codes.RELEASED));
        int place = apply(change, row, given.get());
        return batch -> new CancelResult.Cancelled(order, given.get().amount(), DecisionNumber.of(batch, place));
    }

    @Override
    void writeBefore(List<Applied<Cancellation>> applied) throws SQLException {
        if (!held.isEmpty()) {
            insertPieces(applied);
            returns.write(List.copyOf(held), Codes.RELEASED);
        }
    }

    /** The rows are locked, so this is what was too late. */
    @Override
    void conclude() throws SQLException {
        late.read(session.connection());
    }

    @Override
    void writeEffects(long batch, List<Applied<Cancellation>> applied) throws SQLException {
        Comparator<Applied<Cancellation>> byOrder =
                Comparator.comparing(done -> done.change().orderId(), OrderIds.UNSIGNED);
        List<Applied<Cancellation>> sorted = applied.stream()
                .filter(done -> !held.contains(done.change().orderId()))
                .sorted(byOrder)
                .toList();
        update(batch, sorted.stream().filter(done -> !isInserted(done)).toList());
        insert(batch, sorted.stream().filter(this::isInserted).toList());
    }

    private boolean isInserted(Applied<Cancellation> done) {
        return inserted.contains(done.change().orderId());
    }

    private static void id(StringBuilder sql, Applied<Cancellation> done) {
        SqlText.id(sql, done.change().orderId());
    }

    private void update(long batch, List<Applied<Cancellation>> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder("UPDATE ").append(tables.orders()).append(SqlText.BY_PRIMARY_KEY);
        sql.append(" SET status = ")
                .append(Codes.CANCELLED)
                .append(", batch_id = ")
                .append(batch)
                .append(", place = ");
        SqlText.caseOf(sql, "id", rows, CancelTransaction::id, Applied::place);
        sql.append(" WHERE id IN (");
        SqlText.list(sql, rows, CancelTransaction::id);
        sql.append(") AND status IN (")
                .append(Codes.PENDING)
                .append(',')
                .append(Codes.PLACED)
                .append(')');
        expectAll(sql, rows);
    }

    private void insert(long batch, List<Applied<Cancellation>> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        StringBuilder sql = OrderRows.begin(tables, rows.size());
        SqlText.list(sql, rows, (text, done) -> {
            Fate fate = new Fate(Codes.CANCELLED, 0, batch, done.place());
            OrderRows.append(text, session, contents.get(done.change().orderId()), fate);
        });
        expectAll(sql, rows);
    }

    private void expectAll(StringBuilder sql, List<Applied<Cancellation>> rows) throws SQLException {
        BatchWrites.expect(
                session.update(sql),
                rows.size(),
                tables.orders(),
                rows.get(0).change().orderId());
    }
}
