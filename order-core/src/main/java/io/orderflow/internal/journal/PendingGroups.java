package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The rows that name what is undecided, one for each group of the journal. A batch that decides a whole group takes its
 * row out; who searches takes out the others whose orders are all decided. Used by one thread, in a session that is not
 * in autocommit.
 */
final class PendingGroups {
    /** Groups that are read at a time, without their orders. */
    static final int PAGE = 500;

    private final Tables tables;
    private final Session session;

    PendingGroups(Tables tables, Session session) {
        this.tables = tables;
        this.session = session;
    }

    /**
     * One row, without its orders but for the first.
     *
     * @param createdAt microseconds since 1970
     * @param age microseconds, by the database's clock
     * @param size how many orders it names
     */
    record Head(UUID id, long createdAt, long age, int size, UUID first) {}

    /** Reads the next groups, oldest first. Locks nothing. */
    List<Head> after(Optional<Head> last, GroupKind kind) throws SQLException {
        return heads(kind, last.map(PendingGroups::behind).orElse(""));
    }

    private static String behind(Head last) {
        String time = SqlTime.literal(last.createdAt());
        return " AND created_at >= " + time + " AND (created_at > " + time + " OR id > " + SqlText.id(last.id()) + ")";
    }

    /** Reads groups of a time after the given one. Locks nothing. */
    List<Head> createdAfter(String time, GroupKind kind) throws SQLException {
        return heads(kind, " AND created_at > " + time);
    }

    private List<Head> heads(GroupKind kind, String condition) throws SQLException {
        List<Head> heads = new ArrayList<>();
        String created = SqlTime.micros("created_at");
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT id, " + created + ", "
                        + SqlTime.micros(session.dialect().utcNow()) + " - " + created + ", OCTET_LENGTH(orders) / "
                        + OrderIds.BYTES + ", SUBSTRING(orders, 1, " + OrderIds.BYTES + ") FROM " + tables.pending()
                        + " WHERE kind = " + kind.code() + condition + " ORDER BY created_at, id LIMIT " + PAGE)) {
            while (row.next()) {
                UUID first = OrderIds.fromBytes(row.getBytes(5), 0);
                heads.add(new Head(
                        OrderIds.fromBytes(row.getBytes(1), 0), row.getLong(2), row.getLong(3), row.getInt(4), first));
            }
        }
        return heads;
    }

    /** Reads the ids of the groups' orders; a group that is gone is left out. */
    Map<UUID, List<UUID>> orders(Collection<UUID> groups) throws SQLException {
        return orders(groups, "");
    }

    /**
     * Locks groups and says which of them have nothing but decided orders. A proxy that sends reads elsewhere does not
     * do so after that, and an order that such a read does not show is not decided. Groups that another process looks
     * at are left to it.
     */
    Set<UUID> lockDecided(Collection<UUID> groups) throws SQLException {
        Set<UUID> whole = new HashSet<>();
        for (Map<UUID, List<UUID>> together : packed(orders(groups, " FOR UPDATE SKIP LOCKED"))) {
            whole.addAll(decided(together));
        }
        return whole;
    }

    /** Takes out groups, and commits. */
    void remove(Set<UUID> groups) throws SQLException {
        if (!groups.isEmpty()) {
            session.update("DELETE FROM " + tables.pending() + " WHERE id IN (" + OrderReader.hexList(groups) + ")");
        }
        session.connection().commit();
    }

    /** Those of the orders of such groups that have no verdict and are not set aside, as committed. */
    Set<UUID> undecided(GroupKind kind, Collection<UUID> orders) throws SQLException {
        if (kind != GroupKind.CARRYING) {
            return withStatus("IN", orders);
        }
        Set<UUID> undecided = new HashSet<>(orders);
        undecided.removeAll(withStatus("NOT IN", orders));
        return undecided;
    }

    /** Those of the orders that somebody tries apart. */
    Set<UUID> claimed(Collection<UUID> orders) throws SQLException {
        Set<UUID> claimed = new HashSet<>();
        for (List<UUID> piece : SqlText.pieces(List.copyOf(orders), SqlText.PIECE)) {
            ids(
                    "SELECT order_id FROM " + tables.attempt() + " WHERE order_id IN (" + OrderReader.hexList(piece)
                            + ")",
                    claimed);
        }
        return claimed;
    }

    /** Whole groups together, as many as one statement asks for. */
    private static List<Map<UUID, List<UUID>>> packed(Map<UUID, List<UUID>> orders) {
        List<Map<UUID, List<UUID>>> packs = new ArrayList<>();
        int room = 0;
        for (Map.Entry<UUID, List<UUID>> group : orders.entrySet()) {
            if (packs.isEmpty() || room < group.getValue().size()) {
                packs.add(new HashMap<>());
                room = SqlText.PIECE;
            }
            packs.get(packs.size() - 1).put(group.getKey(), group.getValue());
            room -= group.getValue().size();
        }
        return packs;
    }

    private Set<UUID> decided(Map<UUID, List<UUID>> groups) throws SQLException {
        Set<UUID> orders = new HashSet<>();
        groups.values().forEach(orders::addAll);
        if (countDecided(orders) == orders.size()) {
            return groups.keySet();
        }
        Set<UUID> decided = withStatus("NOT IN", orders);
        Set<UUID> whole = new HashSet<>(groups.keySet());
        whole.removeIf(group -> !decided.containsAll(groups.get(group)));
        return whole;
    }

    /** Mostly all of them are, and then no row has to be sent. */
    private int countDecided(Set<UUID> orders) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*)" + ofOrders("NOT IN", orders))) {
            row.next();
            return row.getInt(1);
        }
    }

    private String ofOrders(String isUndecided, Collection<UUID> orders) {
        return " FROM " + tables.orders() + SqlText.BY_PRIMARY_KEY + " WHERE id IN (" + OrderReader.hexList(orders)
                + ") AND status " + isUndecided + " (" + Codes.PENDING + "," + Codes.PLACED + ")";
    }

    private Set<UUID> withStatus(String isUndecided, Collection<UUID> orders) throws SQLException {
        Set<UUID> found = new HashSet<>(orders.size() * 2);
        for (List<UUID> piece : SqlText.pieces(List.copyOf(orders), SqlText.PIECE)) {
            ids("SELECT id" + ofOrders(isUndecided, piece), found);
        }
        return found;
    }

    private void ids(String query, Set<UUID> found) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                found.add(OrderIds.fromBytes(row.getBytes(1), 0));
            }
        }
    }

    private Map<UUID, List<UUID>> orders(Collection<UUID> groups, String lock) throws SQLException {
        Map<UUID, List<UUID>> found = new HashMap<>();
        if (groups.isEmpty()) {
            return found;
        }
        List<UUID> sorted = groups.stream().sorted(OrderIds.UNSIGNED).toList();
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT id, orders FROM " + tables.pending()
                        + SqlText.BY_PRIMARY_KEY + " WHERE id IN (" + OrderReader.hexList(sorted) + ")" + lock)) {
            while (row.next()) {
                found.put(OrderIds.fromBytes(row.getBytes(1), 0), OrderIds.allFrom(row.getBytes(2)));
            }
        }
        return found;
    }
}
