package io.orderflow.internal.journal;

import static java.util.Comparator.comparing;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.OrderReader.Position;
import io.orderflow.internal.journal.OrderReader.Stored;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Orders that the row of their group alone has: they are undecided, and no index tells which group has which order.
 * What this process accepted is at hand, all else is searched in the groups. A group may be there for a while after its
 * orders were decided, so whoever asks looks at the orders' rows first. Thread-safe.
 */
public final class CarriedOrders {
    /** Newest groups that are looked through for a buyer's orders; each is up to 56 KB. */
    private static final int MOST_GROUPS = 200;

    private static final Comparator<Order> NEWEST_FIRST = comparing(Order::createdAt)
            .thenComparing(Order::id, OrderIds.UNSIGNED)
            .reversed();

    private final Tables tables;
    private final AcceptedOrders accepted;

    /** Reads from the tables, and from what this process accepted. */
    public CarriedOrders(Tables tables, AcceptedOrders accepted) {
        this.tables = tables;
        this.accepted = accepted;
    }

    /** Finds an order that has no row; empty if no group has it either. */
    public Optional<Stored> find(Connection connection, UUID id) throws SQLException {
        Optional<AcceptedOrders.Accepted> here = accepted.find(id);
        return here.isPresent() ? here.map(CarriedOrders::stored) : search(connection, id);
    }

    /**
     * The contents of those of the orders that have no row and that groups carry, as committed. One of them may be
     * decided meanwhile: then its row is there.
     */
    public Map<UUID, OrderEntry> withoutRows(Connection connection, Collection<UUID> ids) throws SQLException {
        Set<UUID> missing = new HashSet<>(ids);
        missing.removeAll(new OrderReader(tables).statuses(connection, ids).keySet());
        Map<UUID, OrderEntry> found = new HashMap<>();
        for (UUID id : missing) {
            Optional<AcceptedOrders.Accepted> here = accepted.find(id);
            Optional<OrderEntry> entry =
                    here.isPresent() ? here.map(AcceptedOrders.Accepted::entry) : searchEntry(connection, id);
            entry.ifPresent(content -> found.put(id, content));
        }
        return found;
    }

    /** The content of an order that this process accepted and that is not known to be decided. */
    public Optional<OrderEntry> remembered(UUID id) {
        return accepted.find(id).map(AcceptedOrders.Accepted::entry);
    }

    private Optional<OrderEntry> searchEntry(Connection connection, UUID id) throws SQLException {
        Optional<GroupSearch.Found> group = GroupSearch.of(connection, tables, id);
        if (group.isEmpty()) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        select() + " AND id = " + SqlText.id(group.get().group()))) {
            List<OrderEntry> entries = row.next() ? entries(row.getBytes(1)) : List.of();
            return entries.stream().filter(entry -> entry.id().equals(id)).findFirst();
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    private Optional<Stored> search(Connection connection, UUID id) throws SQLException {
        Optional<GroupSearch.Found> group = GroupSearch.of(connection, tables, id);
        if (group.isEmpty()) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        select() + " AND id = " + SqlText.id(group.get().group()))) {
            List<Stored> orders = row.next() ? orders(row) : List.of();
            return orders.stream()
                    .filter(stored -> stored.order().id().equals(id))
                    .findFirst();
        }
    }

    private String select() {
        return "SELECT frame, " + SqlTime.micros("created_at") + " FROM " + tables.pending() + " WHERE kind = "
                + GroupKind.CARRYING.code();
    }

    /**
     * Finds a buyer's orders in the newest groups, newest first; some of them may have been decided. What this process
     * accepted is in the groups too, with the database's time: one order with two times would move between the pages.
     *
     * @param after where the page begins
     */
    public List<Order> ofBuyer(Connection connection, long buyer, Optional<Position> after) throws SQLException {
        Map<UUID, Order> found = new HashMap<>();
        String newest = " ORDER BY created_at DESC, id DESC LIMIT " + MOST_GROUPS;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(select() + newest)) {
            while (row.next()) {
                for (Stored stored : orders(row)) {
                    if (stored.order().buyer() == buyer) {
                        // accepted more than once: the oldest group tells when it was first
                        found.put(stored.order().id(), stored.order());
                    }
                }
            }
        }
        return found.values().stream()
                .filter(order -> after.isEmpty() || isAfter(order, after.get()))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** Newest first, orders that have rows and others. */
    public static List<Order> merged(List<Order> rows, List<Order> carried) {
        List<Order> all = new ArrayList<>(rows);
        all.addAll(carried);
        all.sort(NEWEST_FIRST);
        return all;
    }

    private static boolean isAfter(Order order, Position position) {
        LocalDateTime createdAt = LocalDateTime.ofInstant(order.createdAt(), ZoneOffset.UTC);
        int time = createdAt.compareTo(position.createdAt());
        return time < 0 || time == 0 && OrderIds.compare(order.id(), position.id()) < 0;
    }

    /** A group that cannot be read is the audit's to tell of. */
    private static List<Stored> orders(ResultSet row) throws SQLException {
        Instant createdAt = SqlTime.instant(row, 2);
        try {
            return entries(row.getBytes(1)).stream()
                    .map(entry -> new Stored(pending(entry, createdAt), entry.fingerprint()))
                    .toList();
        } catch (MalformedException e) {
            return List.of();
        }
    }

    static Stored stored(AcceptedOrders.Accepted accepted) {
        return new Stored(
                pending(accepted.entry(), accepted.at()), accepted.entry().fingerprint());
    }

    /** An order that was accepted and is not decided. */
    public static Order pending(OrderEntry entry, Instant createdAt) {
        return new Order(
                entry.id(),
                entry.buyer(),
                OrderStatus.PENDING,
                Optional.empty(),
                entry.lines(),
                entry.payment(),
                entry.holdFor(),
                Optional.empty(),
                entry.isUrgent(),
                0,
                0,
                createdAt,
                Optional.empty(),
                OptionalLong.empty(),
                entry.hostData());
    }

    /**
     * The orders that a group's row carries.
     *
     * @param frame null where the row has none
     */
    static List<OrderEntry> entries(byte[] frame) throws MalformedException {
        return FrameCodec.decode(frame == null ? new byte[0] : frame).entries();
    }
}
