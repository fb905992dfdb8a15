package io.orderflow.internal.feed;

import io.orderflow.DeadLetterReason;
import io.orderflow.Order;
import io.orderflow.OrderEvent;
import io.orderflow.OrderEvent.Type;
import io.orderflow.OrderStatus;
import io.orderflow.RejectReason;
import io.orderflow.internal.admin.EventTypes;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.HoldEnd;
import io.orderflow.internal.engine.Members.Member;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.internal.feed.Stretch.Gap;
import io.orderflow.internal.feed.Stretch.Row;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Reads events. What an order came to stands in the row of its batch, so that it is told as it was, whatever happened
 * since. Thread-safe.
 */
final class EventReader {
    private final Tables tables;
    private final OrderReader orders;

    EventReader(Tables tables, OrderReader orders) {
        this.tables = tables;
        this.orders = orders;
    }

    /**
     * What was read.
     *
     * @param position everything up to it is in the events, or before them, or is no event
     * @param more whether there is more now, or may be
     * @param gap what is missing there
     */
    record Reach(List<OrderEvent> events, long position, boolean more, Optional<Gap> gap) {}

    /** A member of a batch, before its rows are read. */
    private record Place(long position, BatchKind kind, Instant at, Member member) {}

    /** A recorded change. */
    private record Change(UUID orderId, Type type, long amount, String reference) {}

    /**
     * Reads the next ones, as the connection sees them.
     *
     * @param position everything up to it was read before
     * @param max most events
     */
    Reach after(Connection connection, long position, int max) throws SQLException {
        Stretch stretch = Stretch.read(connection, tables, FeedPosition.next(position));
        List<Place> places = new ArrayList<>();
        long reached = position;
        for (Row batch : stretch.batches()) {
            for (int place = 0; place < batch.members().size(); place++) {
                long number = DecisionNumber.of(batch.id(), place);
                if (number <= position) {
                    continue;
                }
                if (places.size() == max) {
                    return new Reach(events(connection, places), reached, true, Optional.empty());
                }
                places.add(new Place(
                        number, batch.kind(), batch.at(), batch.members().get(place)));
                reached = number;
            }
            reached = FeedPosition.after(batch.id());
        }
        return new Reach(events(connection, places), reached, stretch.more(), stretch.gap());
    }

    private List<OrderEvent> events(Connection connection, List<Place> places) throws SQLException {
        if (places.isEmpty()) {
            return List.of();
        }
        Map<UUID, Change> changes = changes(connection, places);
        Set<UUID> ids = new LinkedHashSet<>();
        places.forEach(place -> orderOf(place, changes).ifPresent(ids::add));
        Map<UUID, Order> stored = orders.orders(connection, ids);
        List<OrderEvent> events = new ArrayList<>(places.size());
        OptionalLong gone = OptionalLong.empty();
        for (Place place : places) {
            Optional<Order> order = orderOf(place, changes).map(stored::get);
            if (order.isEmpty() && gone.isEmpty()) {
                gone = OptionalLong.of(Stretch.gone(connection, tables));
            }
            if (order.isPresent()
                    ? order.get().status() != OrderStatus.ARCHIVED
                    : DecisionNumber.batch(place.position()) > gone.getAsLong()) {
                events.add(event(place, changes, order));
            }
        }
        return events;
    }

    /** Empty for a change that is not there. */
    private static Optional<UUID> orderOf(Place place, Map<UUID, Change> changes) {
        UUID id = place.member().id();
        return place.kind() == BatchKind.CHANGED
                ? Optional.ofNullable(changes.get(id)).map(Change::orderId)
                : Optional.of(id);
    }

    private static Change change(Place place, Map<UUID, Change> changes) {
        Change change = changes.get(place.member().id());
        if (change == null) {
            throw new IllegalStateException("the change with decision number " + place.position()
                    + " is not in the tables; did someone delete rows? The audit names what differs");
        }
        return change;
    }

    private static OrderEvent event(Place place, Map<UUID, Change> changes, Optional<Order> order) {
        Type type = Type.REDRIVEN;
        Optional<RejectReason> rejected = Optional.empty();
        Optional<DeadLetterReason> parked = Optional.empty();
        Optional<String> reference = Optional.empty();
        long amount = 0;
        switch (place.kind()) {
            case DECIDED -> {
                type = EventTypes.ofVerdict(Codes.statusOfVerdict(place.member().code()));
                rejected = Codes.reasonOfVerdict(place.member().code());
                amount = type != Type.REJECTED ? order.map(Order::total).orElse(0L) : 0;
            }
            case CHANGED -> {
                Change change = change(place, changes);
                type = change.type();
                amount = change.amount();
                reference = Optional.of(change.reference()).filter(name -> !name.equals(HoldEnd.EXPIRED));
            }
            case PARKED -> {
                type = Type.PARKED;
                parked = Codes.deadLetterReason(place.member().code());
            }
            default -> {}
        }
        return new OrderEvent(
                place.position(),
                type,
                orderOf(place, changes).orElseThrow(),
                place.at(),
                rejected,
                parked,
                amount,
                reference,
                order);
    }

    private Map<UUID, Change> changes(Connection connection, List<Place> places) throws SQLException {
        List<UUID> ids = places.stream()
                .filter(place -> place.kind() == BatchKind.CHANGED)
                .map(place -> place.member().id())
                .toList();
        Map<UUID, Change> changes = new HashMap<>();
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT id, order_id, kind, amount, reference FROM ");
            sql.append(tables.orderChange()).append(" WHERE id IN (");
            SqlText.list(sql, piece, SqlText::id);
            QueryRows.look(
                    connection,
                    sql.append(')'),
                    row -> changes.put(
                            OrderIds.fromBytes(row.getBytes(1), 0),
                            new Change(
                                    OrderIds.fromBytes(row.getBytes(2), 0),
                                    EventTypes.ofChange(Kind.of(row.getInt(3))),
                                    row.getLong(4),
                                    row.getString(5))));
        }
        return changes;
    }
}
