package io.orderflow.internal.archive;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchivedChange;
import io.orderflow.ArchivedOrder;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.Payment;
import io.orderflow.RefundLine;
import io.orderflow.internal.admin.EventTypes;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.OldOrder;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Reads orders that may be archived, without locks: what is not the same any more when they are deleted stays. Used by
 * one thread.
 */
final class OldOrders {
    private final Connection connection;
    private final Tables tables;
    private final OrderReader reader;

    OldOrders(Connection connection, Tables tables, OrderReader reader) {
        this.connection = connection;
        this.tables = tables;
        this.reader = reader;
    }

    /** An order as it is kept and as it is deleted. */
    record Old(ArchivedOrder kept, OldOrder row) {}

    /** Those that may be archived, and how many more have content and stay. */
    record Piece(List<Old> old, int left) {}

    private record Row(UUID id, int status, long batch, int place, long decidedAt) {}

    private record Change(UUID id, Kind kind, long batch, long decidedAt, ArchivedChange shown) {}

    /** Reads those of the orders that are there and not archived. */
    Piece read(Collection<UUID> ids, Bounds bounds, ArchiveConfig config) throws SQLException {
        List<Row> rows = rows(ids);
        Map<UUID, List<Change>> changes = changes(rows.stream().map(Row::id).toList());
        Set<UUID> needed = needed(ids);
        List<Row> ripe = rows.stream()
                .filter(row -> Codes.isFinal(row.status()) && bounds.include(row.batch(), row.decidedAt()))
                .filter(row -> changes.getOrDefault(row.id(), List.of()).stream()
                        .allMatch(change -> bounds.include(change.batch(), change.decidedAt())))
                .filter(row -> !needed.contains(row.id()) && !bounds.journaled().contains(row.id()))
                .toList();
        Map<UUID, Order> orders =
                reader.orders(connection, ripe.stream().map(Row::id).toList());
        List<Old> old = new ArrayList<>();
        for (Row row : ripe) {
            Order order = orders.get(row.id());
            if (order != null) {
                List<Change> done = changes.getOrDefault(row.id(), List.of());
                boolean keepKey =
                        !config.keepKeys().isZero() && (config.keepAllIds() || !OrderIds.isTimeOrdered(row.id()));
                old.add(new Old(kept(order, done), row(row, order, done, keepKey)));
            }
        }
        return new Piece(old, rows.size() - old.size());
    }

    private List<Row> rows(Collection<UUID> ids) throws SQLException {
        List<Row> rows = new ArrayList<>();
        each(
                "SELECT o.id, o.status, o.batch_id, o.place, " + SqlTime.micros("b.decided_at") + " FROM "
                        + tables.orders() + " o LEFT JOIN " + tables.batch()
                        + " b ON b.id = o.batch_id WHERE o.id IN (",
                ids,
                row -> rows.add(new Row(id(row, 1), row.getInt(2), row.getLong(3), row.getInt(4), row.getLong(5))));
        rows.removeIf(row -> row.status() == Codes.ARCHIVED);
        return rows;
    }

    /**
     * Those with a dead letter, or with a claim of a worker that died: recovery removes it as long as there is a row.
     */
    private Set<UUID> needed(Collection<UUID> ids) throws SQLException {
        Set<UUID> needed = new HashSet<>();
        for (String table : List.of(tables.deadLetter(), tables.attempt())) {
            each("SELECT order_id FROM " + table + " WHERE order_id IN (", ids, row -> needed.add(id(row, 1)));
        }
        return needed;
    }

    private Map<UUID, List<Change>> changes(Collection<UUID> orders) throws SQLException {
        Map<UUID, List<RefundLine>> pieces = new HashMap<>();
        Set<UUID> restocked = new HashSet<>();
        Map<UUID, List<Change>> changes = new HashMap<>();
        each(
                "SELECT c.id, r.line_no, r.quantity, r.restocked FROM " + tables.orderChange() + " c JOIN "
                        + tables.refundLine() + " r ON r.change_id = c.id WHERE c.order_id IN (",
                orders,
                row -> {
                    pieces.computeIfAbsent(id(row, 1), id -> new ArrayList<>())
                            .add(new RefundLine(row.getInt(2), row.getInt(3)));
                    if (row.getBoolean(4)) {
                        restocked.add(id(row, 1));
                    }
                });
        each(
                "SELECT c.id, c.order_id, c.kind, c.amount, c.credited, c.batch_id, c.place, c.reference, "
                        + SqlTime.micros("b.decided_at") + " FROM " + tables.orderChange() + " c LEFT JOIN "
                        + tables.batch() + " b ON b.id = c.batch_id WHERE c.order_id IN (",
                orders,
                row -> changes.computeIfAbsent(id(row, 2), id -> new ArrayList<>())
                        .add(change(row, pieces.getOrDefault(id(row, 1), List.of()), restocked.contains(id(row, 1)))));
        changes.values()
                .forEach(done ->
                        done.sort(Comparator.comparing(change -> change.shown().decision())));
        return changes;
    }

    private static Change change(ResultSet row, List<RefundLine> lines, boolean restocked) throws SQLException {
        Kind kind = Kind.of(row.getInt(3));
        long at = row.getLong(9);
        ArchivedChange shown = new ArchivedChange(
                EventTypes.ofChange(kind),
                row.getString(8),
                row.getLong(4),
                row.getLong(5),
                DecisionNumber.of(row.getLong(6), row.getInt(7)),
                Instant.EPOCH.plus(at, ChronoUnit.MICROS),
                lines.stream().sorted(Comparator.comparing(RefundLine::line)).toList(),
                restocked);
        return new Change(id(row, 1), kind, row.getLong(6), at, shown);
    }

    private static ArchivedOrder kept(Order order, List<Change> changes) {
        return new ArchivedOrder(order, changes.stream().map(Change::shown).toList());
    }

    private static OldOrder row(Row row, Order order, List<Change> changes, boolean keepKey) {
        Map<UUID, Long> batches = new LinkedHashMap<>();
        changes.forEach(change -> batches.put(change.id(), change.batch()));
        boolean took = Codes.isCharged(row.status());
        long credited =
                changes.stream().mapToLong(change -> change.shown().credited()).sum();
        long charged = order.payment() == Payment.WALLET ? order.total() - credited : 0;
        return new OldOrder(
                row.id(),
                row.status(),
                row.batch(),
                row.place(),
                order.buyer(),
                charged,
                took ? left(order, changes, false) : Map.of(),
                took ? left(order, changes, true) : Map.of(),
                batches,
                keepKey);
    }

    /** What it took of each product, less what went back: to the stock, or at all. */
    private static Map<Long, Long> left(Order order, List<Change> changes, boolean atAll) {
        Map<Long, Long> pieces = new HashMap<>();
        for (OrderLine line : order.lines()) {
            pieces.merge(line.product(), (long) line.quantity(), Long::sum);
        }
        for (Change change : changes) {
            if (atAll || change.shown().restocked()) {
                change.shown().lines().forEach(back -> {
                    OrderLine line = order.lines().get(back.line());
                    pieces.merge(line.product(), (long) -back.quantity(), Long::sum);
                });
            }
        }
        return pieces;
    }

    private void each(String sql, Collection<UUID> ids, QueryRows.RowLook look) throws SQLException {
        for (List<UUID> piece : SqlText.pieces(List.copyOf(ids), SqlText.PIECE)) {
            StringBuilder text = new StringBuilder(sql);
            SqlText.list(text, piece, SqlText::id);
            QueryRows.look(connection, text.append(')'), look);
        }
    }

    private static UUID id(ResultSet row, int column) throws SQLException {
        return OrderIds.fromBytes(row.getBytes(column), 0);
    }
}
