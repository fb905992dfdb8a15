package io.orderflow.internal.journal;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Orders of the journal without a verdict, as the groups name them. Locks nothing. Thread-safe. */
public final class UndecidedOrders {
    /** Groups that are read at a time; one that carries its orders is up to 64 KB. */
    private static final int GROUPS = 50;

    private final Tables tables;
    private final OrderReader reader;

    /** Reads from the tables. */
    public UndecidedOrders(Tables tables, OrderReader reader) {
        this.tables = tables;
        this.reader = reader;
    }

    /**
     * One of them.
     *
     * @param since when its group was written
     */
    public record Undecided(Order order, GroupKind kind, Instant since) {}

    private record GroupRow(UUID id, String createdAt, Instant since, List<UUID> orders, byte[] frame) {}

    /** Reads those whose groups are older, oldest first. */
    public List<Undecided> olderThan(Connection connection, Duration age, int most) throws SQLException {
        Map<UUID, Undecided> found = new LinkedHashMap<>();
        String before = Dialect.of(connection).utcBefore(age.toMillis());
        for (GroupKind kind : GroupKind.CARRYING_FIRST) {
            ofKind(connection, kind, before, most).forEach(one -> found.putIfAbsent(one.order.id(), one));
        }
        return found.values().stream()
                .sorted(Comparator.comparing(Undecided::since))
                .limit(most)
                .toList();
    }

    private List<Undecided> ofKind(Connection connection, GroupKind kind, String before, int most) throws SQLException {
        List<Undecided> found = new ArrayList<>();
        String behind = "";
        List<GroupRow> groups;
        do {
            groups = groups(connection, kind, " AND created_at <= " + before + behind);
            for (GroupRow group : groups) {
                for (Order order : undecided(connection, kind, group)) {
                    found.add(new Undecided(order, kind, group.since()));
                }
                behind = " AND created_at >= " + group.createdAt() + " AND (created_at > " + group.createdAt()
                        + " OR id > " + SqlText.id(group.id()) + ")";
            }
        } while (groups.size() == GROUPS && found.size() < most);
        return found;
    }

    private List<GroupRow> groups(Connection connection, GroupKind kind, String condition) throws SQLException {
        return QueryRows.list(
                connection,
                "SELECT id, " + SqlTime.micros("created_at") + ", orders, frame FROM " + tables.pending()
                        + " WHERE kind = " + kind.code() + condition + " ORDER BY created_at, id LIMIT " + GROUPS,
                row -> new GroupRow(
                        OrderIds.fromBytes(row.getBytes(1), 0),
                        SqlTime.literal(row.getLong(2)),
                        SqlTime.instant(row, 2),
                        OrderIds.allFrom(row.getBytes(3)),
                        row.getBytes(4)));
    }

    private List<Order> undecided(Connection connection, GroupKind kind, GroupRow group) throws SQLException {
        if (kind != GroupKind.CARRYING) {
            Map<UUID, Order> rows = reader.orders(connection, group.orders());
            return rows.values().stream()
                    .filter(order -> order.status() == OrderStatus.PENDING)
                    .toList();
        }
        Set<UUID> decided = reader.statuses(connection, group.orders()).keySet();
        return carried(group).stream()
                .filter(entry -> !decided.contains(entry.id()))
                .map(entry -> CarriedOrders.pending(entry, group.since()))
                .toList();
    }

    /** A group that cannot be read is the audit's to tell of. */
    private static List<OrderEntry> carried(GroupRow group) {
        try {
            return CarriedOrders.entries(group.frame());
        } catch (MalformedException e) {
            return List.of();
        }
    }
}
