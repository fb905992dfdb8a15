package io.orderflow.simulation;

import io.orderflow.ArchivedChange;
import io.orderflow.Order;
import io.orderflow.OrderEvent.Type;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.internal.sql.Tables;
import io.orderflow.simulation.ArchiveBook.Line;
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
import java.util.function.Predicate;

/**
 * What there is of orders and their changes in the end: in the tables, and in the lines of those that are archived. An
 * id has several orders if the earlier ones are archived and were not known any more.
 */
final class RecordedOrders {
    private final Map<UUID, List<Row>> rows = new HashMap<>();
    private final Map<Long, Change> changes = new HashMap<>();

    /** An order. */
    record Row(UUID id, int status, int reason, Fingerprint fingerprint, long decision, boolean archived) {
        private static Row of(ResultSet row) throws SQLException {
            return new Row(
                    OrderIds.fromBytes(row.getBytes(1), 0),
                    row.getInt(2),
                    row.getInt(3),
                    Fingerprint.fromBytes(row.getBytes(4), 0),
                    DecisionNumber.of(row.getLong(5), row.getInt(6)),
                    false);
        }

        private static Row of(Line line) {
            Order order = line.order();
            return new Row(
                    order.id(),
                    RecordedOrders.status(line),
                    order.rejectReason().map(Codes::of).orElse(0),
                    line.row().fingerprint(),
                    line.row().decision(),
                    true);
        }

        /** Whether the decision is its own, and not that of the change that cancelled it before it had one. */
        private boolean isDecided() {
            return status == Codes.REJECTED || Codes.isCharged(status);
        }
    }

    /** A change of an order. */
    record Change(UUID order, Kind kind, long decision) {
        private static Change of(ResultSet row) throws SQLException {
            return new Change(
                    OrderIds.fromBytes(row.getBytes(1), 0),
                    Kind.of(row.getInt(2)),
                    DecisionNumber.of(row.getLong(3), row.getInt(4)));
        }
    }

    RecordedOrders(SimulatedDatabase database, ArchiveBook archive) throws SQLException {
        Tables tables = database.tables();
        String orders = "SELECT id, status, reason, fingerprint, batch_id, place FROM " + tables.orders();
        database.read(orders + " WHERE status <> " + Codes.ARCHIVED, Row::of).forEach(this::add);
        database.read("SELECT order_id, kind, batch_id, place FROM " + tables.orderChange(), Change::of)
                .forEach(this::add);
        for (Line line : archive.gone()) {
            add(Row.of(line));
            line.changes()
                    .forEach(change -> add(new Change(line.order().id(), kind(change.type()), change.decision())));
        }
    }

    private void add(Row row) {
        rows.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row);
    }

    private void add(Change change) {
        if (changes.put(change.decision(), change) != null) {
            throw new AssertionError("I16: a change is archived and still there: " + change);
        }
    }

    /** The status of the row that a line stands for; the API has one name for two of them. */
    static int status(Line line) {
        return switch (line.order().status()) {
            case COMPLETED -> Codes.COMPLETED;
            case REJECTED -> Codes.REJECTED;
            case EXPIRED -> Codes.EXPIRED;
            case REFUNDED -> Codes.REFUNDED;
            case CANCELLED ->
                line.changes().stream()
                                .anyMatch(change ->
                                        change.decision() == line.row().decision())
                        ? Codes.CANCELLED
                        : Codes.RELEASED;
            default -> throw new AssertionError("I16: archived though it is not over: " + line.order());
        };
    }

    /** A line does not tell the refund of some pieces from that of the rest. */
    static Kind kind(Type type) {
        return switch (type) {
            case CANCELLED -> Kind.CANCEL;
            case CONFIRMED -> Kind.CONFIRM;
            case RELEASED -> Kind.RELEASE;
            case EXPIRED -> Kind.EXPIRE;
            case REFUNDED -> Kind.REFUND;
            default -> throw new AssertionError("I16: no change of an order: " + type);
        };
    }

    /** The orders under an id. */
    List<Row> of(UUID id) {
        return rows.getOrDefault(id, List.of());
    }

    boolean isAny(UUID id, Predicate<Row> what) {
        return of(id).stream().anyMatch(what);
    }

    /** All orders. */
    List<Row> orders() {
        return rows.values().stream().flatMap(List::stream).toList();
    }

    boolean isThere(UUID order, Kind kind, long decision) {
        Change change = changes.get(decision);
        return change != null && change.order().equals(order) && change.kind() == kind;
    }

    /** The decision numbers of changes. */
    Collection<Long> changes() {
        return changes.keySet();
    }

    /** All decisions on orders, with the orders. */
    Map<Long, UUID> decisions() {
        Map<Long, UUID> decisions = new HashMap<>();
        orders().stream().filter(Row::isDecided).forEach(row -> decisions.put(row.decision(), row.id()));
        changes.values().forEach(change -> decisions.put(change.decision(), change.order()));
        return decisions;
    }

    /** Decisions that no feed need have told, since they may have gone before there was one. */
    static Set<Long> unread(ArchiveBook archive) {
        Set<Long> unread = new HashSet<>();
        archive.gone().stream().filter(Line::mayBeUnread).forEach(line -> {
            unread.add(line.row().decision());
            line.changes().stream().map(ArchivedChange::decision).forEach(unread::add);
        });
        return unread;
    }
}
