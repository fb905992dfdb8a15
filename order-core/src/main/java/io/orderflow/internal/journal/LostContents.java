package io.orderflow.internal.journal;

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
     * Sets aside what these groups carry and their orders' rows do not have; commits if there is any.
     *
     * @param groups all of their orders have rows
     * @return the groups whose contents are known, so that they may go
     */
    Set<UUID> setAside(Set<UUID> groups) throws SQLException {
        Set<UUID> known = new HashSet<>();
        Set<OrderEntry> entries = new HashSet<>();
        for (UUID group : groups) {
            if (read(group, entries)) {
                known.add(group);
            }
        }
        setAside(entries);
        return known;
    }

    private boolean read(UUID group, Collection<OrderEntry> entries) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT frame FROM " + tables.pending() + SqlText.BY_PRIMARY_KEY
                        + " WHERE id = " + SqlText.id(group))) {
            if (row.next()) {
                entries.addAll(CarriedOrders.entries(row.getBytes(1)));
            }
            return true;
        } catch (MalformedException e) {
            // the audit names it
            return false;
        }
    }

    /**
     * Sets aside those of the contents under whose ids there are rows with others; commits if there is any.
     *
     * @return what was set aside
     */
    Set<OrderEntry> setAside(Collection<OrderEntry> entries) throws SQLException {
        List<OrderEntry> lost = among(entries);
        for (List<OrderEntry> piece : SqlText.pieces(lost, SqlText.PIECE)) {
            conflicts.setAside(session, piece);
        }
        return Set.copyOf(lost);
    }

    /** Those of the contents under whose ids there are rows with others. */
    List<OrderEntry> among(Collection<OrderEntry> entries) throws SQLException {
        Map<UUID, Fingerprint> rows = fingerprints(entries);
        return entries.stream()
                .filter(entry ->
                        !rows.getOrDefault(entry.id(), entry.fingerprint()).equals(entry.fingerprint()))
                .toList();
    }

    private Map<UUID, Fingerprint> fingerprints(Collection<OrderEntry> entries) throws SQLException {
        Map<UUID, Fingerprint> found = new HashMap<>();
        List<UUID> ids = entries.stream().map(OrderEntry::id).toList();
        for (List<UUID> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            try (Statement statement = session.statement();
                    ResultSet row = statement.executeQuery("SELECT id, fingerprint FROM " + tables.orders()
                            + SqlText.BY_PRIMARY_KEY + " WHERE id IN (" + OrderReader.hexList(piece) + ")")) {
                while (row.next()) {
                    found.put(OrderIds.fromBytes(row.getBytes(1), 0), Fingerprint.fromBytes(row.getBytes(2), 0));
                }
            }
        }
        return found;
    }
}
