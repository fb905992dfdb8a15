package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Contents that groups carry and that will never be decided, since a row with another content has their id: two
 * processes accepted both while neither was decided. When the group goes, nothing else would tell of them. Used by one
 * thread, in a session that is not in autocommit.
 */
final class LostContents {
    private final Tables tables;
    private final Session session;
    private final Conflicts conflicts;

    LostContents(Tables tables, Session session, Conflicts conflicts) {
        this.tables = tables;
        this.session = session;
        this.conflicts = conflicts;
    }

    /**
     * Locks groups and says which of them carry nothing but decided orders, as {@link PendingGroups#lockDecided} does.
     * What those carry and the orders' rows do not have is set aside; commits if there is any. A group that cannot be
     * read is not among them.
     */
    Set<UUID> lockDecided(Collection<UUID> groups) throws SQLException {
        Set<UUID> whole = new HashSet<>();
        List<OrderEntry> differ = new ArrayList<>();
        for (Map<UUID, List<OrderEntry>> together : PendingGroups.packed(lock(groups))) {
            Map<UUID, Row> rows =
                    rows(together.values().stream().flatMap(List::stream).toList());
            together.forEach((group, entries) -> {
                if (entries.stream().allMatch(entry -> isDecided(rows.get(entry.id())))) {
                    whole.add(group);
                    entries.stream().filter(entry -> differs(entry, rows)).forEach(differ::add);
                }
            });
        }
        conclude(differ);
        return whole;
    }

    private Map<UUID, List<OrderEntry>> lock(Collection<UUID> groups) throws SQLException {
        Map<UUID, List<OrderEntry>> carried = new HashMap<>();
        if (groups.isEmpty()) {
            return carried;
        }
        List<UUID> sorted = groups.stream().sorted(OrderIds.UNSIGNED).toList();
        try (Statement statement = session.statement();
                ResultSet row =
                        statement.executeQuery("SELECT id, frame FROM " + tables.pending() + SqlText.BY_PRIMARY_KEY
                                + " WHERE id IN (" + OrderReader.hexList(sorted) + ") FOR UPDATE SKIP LOCKED")) {
            while (row.next()) {
                add(OrderIds.fromBytes(row.getBytes(1), 0), row.getBytes(2), carried);
            }
        }
        return carried;
    }

    private static void add(UUID group, byte[] frame, Map<UUID, List<OrderEntry>> carried) {
        try {
            carried.put(group, CarriedOrders.entries(frame));
        } catch (MalformedException e) {
            // it stays, and the audit names it
        }
    }

    /**
     * Sets aside those of the contents under whose ids there are rows with others; commits if there is any.
     *
     * @return what was set aside
     */
    Set<OrderEntry> setAside(Collection<OrderEntry> entries) throws SQLException {
        List<OrderEntry> lost = among(entries);
        conclude(lost);
        return Set.copyOf(lost);
    }

    private void conclude(List<OrderEntry> lost) throws SQLException {
        for (List<OrderEntry> piece : SqlText.pieces(lost, SqlText.PIECE)) {
            conflicts.setAside(session, piece);
        }
    }

    /** Those of the contents under whose ids there are rows with others. */
    List<OrderEntry> among(Collection<OrderEntry> entries) throws SQLException {
        Map<UUID, Row> rows = rows(entries);
        return entries.stream().filter(entry -> differs(entry, rows)).toList();
    }

    private static boolean differs(OrderEntry entry, Map<UUID, Row> rows) {
        Row row = rows.get(entry.id());
        return row != null && !row.fingerprint().equals(entry.fingerprint());
    }

    private static boolean isDecided(Row row) {
        return row != null && !Codes.isUndecided(row.status());
    }

    /** What an order's row says of it. */
    private record Row(int status, Fingerprint fingerprint) {}

    private Map<UUID, Row> rows(Collection<OrderEntry> entries) throws SQLException {
        Map<UUID, Row> found = new HashMap<>();
        List<UUID> ids = entries.stream().map(OrderEntry::id).toList();
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            try (Statement statement = session.statement();
                    ResultSet row = statement.executeQuery("SELECT id, status, fingerprint FROM " + tables.orders()
                            + SqlText.BY_PRIMARY_KEY + " WHERE id IN (" + OrderReader.hexList(piece) + ")")) {
                while (row.next()) {
                    found.put(
                            OrderIds.fromBytes(row.getBytes(1), 0),
                            new Row(row.getInt(2), Fingerprint.fromBytes(row.getBytes(3), 0)));
                }
            }
        }
        return found;
    }
}
