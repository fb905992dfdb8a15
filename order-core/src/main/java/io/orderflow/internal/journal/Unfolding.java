package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Gives the orders of a group that carries them rows of their own, pending, so that they are decided as all others of
 * the journal: claimed, tried alone, set aside by their rows. It is for groups whose frames do not come. What a worker
 * decides meanwhile keeps its row. Used by one thread, in a session that is not in autocommit.
 */
final class Unfolding {
    private final Tables tables;
    private final Session session;

    Unfolding(Tables tables, Session session) {
        this.tables = tables;
        this.session = session;
    }

    private record Carrying(long createdAt, byte[] frame) {
        Map<UUID, OrderEntry> entries() throws MalformedException {
            Map<UUID, OrderEntry> entries = new LinkedHashMap<>();
            CarriedOrders.entries(frame).forEach(entry -> entries.putIfAbsent(entry.id(), entry));
            return entries;
        }
    }

    /**
     * Unfolds a group, but for orders whose rows others are inserting at this moment: those stay in the group, which
     * keeps its id, since the process that accepted them remembers them by it. Commits.
     *
     * @return the orders that have rows now; none if the group is gone, or another process looks at it
     * @throws MalformedException if the group's frame cannot be read; nothing was changed
     */
    Set<UUID> unfold(UUID group) throws SQLException, MalformedException {
        Optional<Carrying> seen = read(group, "");
        if (seen.isEmpty()) {
            return Set.of();
        }
        Map<UUID, OrderEntry> entries = seen.get().entries();
        Set<UUID> inserted = OrderReader.written(session, tables, entries.keySet());
        return session.transaction(() -> {
            if (read(group, " FOR UPDATE SKIP LOCKED").isEmpty()) {
                return Set.of();
            }
            Set<UUID> committed = withRows(entries.keySet());
            List<OrderEntry> held = new ArrayList<>();
            List<OrderEntry> free = new ArrayList<>();
            entries.values().stream()
                    .filter(entry -> !committed.contains(entry.id()))
                    .forEach(entry -> (inserted.contains(entry.id()) ? held : free).add(entry));
            return replace(group, seen.get().createdAt(), entries, free, held);
        });
    }

    /** The group's row becomes one of those that name rows; what is held stays. */
    private Set<UUID> replace(
            UUID group, long createdAt, Map<UUID, OrderEntry> entries, List<OrderEntry> free, List<OrderEntry> held)
            throws SQLException {
        if (held.size() == entries.size()) {
            return Set.of();
        }
        String time = SqlTime.literal(createdAt);
        free.sort(Comparator.comparing(OrderEntry::id, OrderIds.UNSIGNED));
        if (!free.isEmpty()) {
            session.update(OrderInsert.rows(tables, time, Codes.PENDING, free));
        }
        session.update("DELETE FROM " + tables.pending() + " WHERE id = " + SqlText.id(group));
        List<OrderEntry> named = new ArrayList<>(entries.values());
        named.removeAll(held);
        session.update(OrderInsert.group(tables, time, OrderIds.next(), GroupKind.WRITTEN, named));
        if (!held.isEmpty()) {
            session.update(GroupInsert.of(tables, time, List.of(new GroupInsert.Carried(group, held))));
        }
        Set<UUID> unfolded = new HashSet<>();
        named.forEach(entry -> unfolded.add(entry.id()));
        return unfolded;
    }

    private Optional<Carrying> read(UUID group, String lock) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT kind, " + SqlTime.micros("created_at") + ", frame FROM "
                        + tables.pending() + SqlText.BY_PRIMARY_KEY + " WHERE id = " + SqlText.id(group) + lock)) {
            return row.next() && row.getInt(1) == GroupKind.CARRYING.code()
                    ? Optional.of(new Carrying(row.getLong(2), row.getBytes(3)))
                    : Optional.empty();
        }
    }

    private Set<UUID> withRows(Set<UUID> orders) throws SQLException {
        return new OrderReader(tables).statuses(session.connection(), orders).keySet();
    }
}
