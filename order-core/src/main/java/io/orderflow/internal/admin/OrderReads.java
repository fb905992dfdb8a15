package io.orderflow.internal.admin;

import io.orderflow.Order;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.journal.OrderReader.Position;
import io.orderflow.internal.journal.OrderReader.Stored;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ValueRange;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Orders as the host asks for them. Thread-safe. */
public final class OrderReads {
    /** Other years no column holds, and a database that is asked for one refuses the statement. */
    private static final ValueRange COLUMN_YEARS = ValueRange.of(1000, 9999);

    private final Store store;
    private final OrderReader reader;
    private final CarriedOrders carried;

    /** Reads from the store. */
    public OrderReads(Store store, OrderReader reader, CarriedOrders carried) {
        this.store = store;
        this.reader = reader;
        this.carried = carried;
    }

    /** Reads one order. */
    public Optional<Order> find(UUID id) {
        Optional<Stored> found = store.read("order " + id, handle -> find(handle.getConnection(), id));
        return found.map(Stored::order);
    }

    /** The row is looked for again: it may have come, and the group gone, since the first look. */
    private Optional<Stored> find(Connection connection, UUID id) throws SQLException {
        Optional<Stored> row = row(connection, id);
        if (row.isPresent()) {
            return row;
        }
        Optional<Stored> group = carried.find(connection, id);
        return group.isPresent() ? group : row(connection, id);
    }

    private Optional<Stored> row(Connection connection, UUID id) throws SQLException {
        return Optional.ofNullable(reader.byIds(connection, List.of(id)).get(id));
    }

    /** Reads one order that has a row, with its fingerprint. */
    public Optional<Stored> stored(UUID id) {
        return store.read("order " + id, handle -> row(handle.getConnection(), id));
    }

    /** Reads a page of one buyer's orders. */
    public Page<Order> ofBuyer(long buyer, PageRequest page) {
        Optional<Position> after = page.after().map(OrderReads::position);
        List<Order> found = store.read(
                "orders of buyer " + buyer, handle -> ofBuyer(handle.getConnection(), buyer, after, page.size() + 1));
        if (found.size() <= page.size()) {
            return new Page<>(found, Optional.empty());
        }
        List<Order> entries = found.subList(0, page.size());
        Order last = entries.get(entries.size() - 1);
        return new Page<>(
                entries, Optional.of(LocalDateTime.ofInstant(last.createdAt(), ZoneOffset.UTC) + "_" + last.id()));
    }

    /**
     * The page of rows is read last: an order that leaves a group for a row in between is not missed, and not twice on
     * the page.
     */
    private List<Order> ofBuyer(Connection connection, long buyer, Optional<Position> after, int limit)
            throws SQLException {
        List<Order> groups = carried.ofBuyer(connection, buyer, after);
        if (groups.isEmpty()) {
            return reader.ofBuyer(connection, buyer, after, limit);
        }
        Set<UUID> withRows = new HashSet<>(
                reader.statuses(connection, groups.stream().map(Order::id).toList())
                        .keySet());
        List<Order> rows = reader.ofBuyer(connection, buyer, after, limit);
        rows.forEach(order -> withRows.add(order.id()));
        List<Order> undecided =
                groups.stream().filter(order -> !withRows.contains(order.id())).toList();
        return CarriedOrders.merged(rows, undecided).stream().limit(limit).toList();
    }

    private static Position position(String next) {
        int cut = next.indexOf('_');
        try {
            LocalDateTime createdAt = LocalDateTime.parse(next.substring(0, Math.max(0, cut)));
            COLUMN_YEARS.checkValidValue(createdAt.getYear(), ChronoField.YEAR);
            return new Position(
                    createdAt, OrderIds.read(next.substring(cut + 1)).orElseThrow(IllegalArgumentException::new));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException("after must be the next of a page of orders: " + next, e);
        }
    }
}
