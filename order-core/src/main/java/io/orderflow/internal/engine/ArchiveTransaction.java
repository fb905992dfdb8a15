package io.orderflow.internal.engine;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Deletes orders that were read without a lock, and kept elsewhere since. Used once, by one thread.
 *
 * <ol>
 *   <li>lock the order rows, ascending, without those that somebody holds; whoever changes an order holds its row, so
 *       what is recorded of it can be compared now, and what differs from what was read stays;
 *   <li>add what they took to the opening balances;
 *   <li>delete their lines and changes, and the orders; one whose id stays known keeps a row without content;
 *   <li>count them off at the batches that decided them, whose rows go when nothing is left of them.
 * </ol>
 *
 * No wallet, no stock and no row that is still at work is touched.
 */
public final class ArchiveTransaction {
    private final Tables tables;
    private final Session session;
    private final List<OldOrder> orders;

    /**
     * Prepares the transaction.
     *
     * @param orders 1 to 500
     */
    public ArchiveTransaction(Tables tables, Session session, List<OldOrder> orders) {
        this.tables = tables;
        this.session = session;
        this.orders = orders.stream()
                .sorted(Comparator.comparing(OldOrder::id, OrderIds.UNSIGNED))
                .toList();
    }

    /**
     * Runs and commits.
     *
     * @return the orders that are archived
     */
    public List<UUID> run() throws SQLException {
        return session.transaction(() -> {
            List<OldOrder> archived = unchanged();
            if (!archived.isEmpty()) {
                OpeningBalances.add(tables, session, archived);
                deleteChanges(archived);
                deleteOrders(archived);
                countOff(archived);
            }
            return archived.stream().map(OldOrder::id).toList();
        });
    }

    private List<OldOrder> unchanged() throws SQLException {
        Map<UUID, String> rows = new HashMap<>();
        StringBuilder sql = new StringBuilder("SELECT id, status, batch_id, place FROM ").append(tables.orders());
        sql.append(SqlText.BY_PRIMARY_KEY).append(" WHERE id IN (");
        SqlText.list(sql, orders, ArchiveTransaction::id);
        read(
                sql.append(") FOR UPDATE SKIP LOCKED"),
                row -> rows.put(id(row), state(row.getInt(2), row.getLong(3), row.getInt(4))));
        Map<UUID, Set<UUID>> changes = changes(List.copyOf(rows.keySet()));
        Set<UUID> letters = letters(List.copyOf(rows.keySet()));
        return orders.stream()
                .filter(order ->
                        state(order.status(), order.batch(), order.place()).equals(rows.get(order.id())))
                .filter(order -> order.changes().keySet().equals(changes.getOrDefault(order.id(), Set.of())))
                .filter(order -> !letters.contains(order.id()))
                .toList();
    }

    private static String state(int status, long batch, int place) {
        return status + " " + batch + " " + place;
    }

    private Map<UUID, Set<UUID>> changes(List<UUID> ids) throws SQLException {
        Map<UUID, Set<UUID>> changes = new HashMap<>();
        if (!ids.isEmpty()) {
            StringBuilder sql = new StringBuilder("SELECT id, order_id FROM ").append(tables.orderChange());
            sql.append(" WHERE order_id IN (");
            SqlText.list(sql, ids, SqlText::id);
            read(
                    sql.append(')'),
                    row -> changes.computeIfAbsent(OrderIds.fromBytes(row.getBytes(2), 0), order -> new HashSet<>())
                            .add(id(row)));
        }
        return changes;
    }

    /** Also those that came while the orders were written. */
    private Set<UUID> letters(List<UUID> ids) throws SQLException {
        Set<UUID> letters = new HashSet<>();
        if (!ids.isEmpty()) {
            StringBuilder sql = new StringBuilder("SELECT order_id FROM ").append(tables.deadLetter());
            sql.append(" WHERE order_id IN (");
            SqlText.list(sql, ids, SqlText::id);
            read(sql.append(')'), row -> letters.add(id(row)));
        }
        return letters;
    }

    private void deleteChanges(List<OldOrder> archived) throws SQLException {
        List<UUID> changes = archived.stream()
                .flatMap(order -> order.changes().keySet().stream())
                .sorted(OrderIds.UNSIGNED)
                .toList();
        for (List<UUID> piece : SqlText.pieces(changes, SqlText.PIECE)) {
            delete(tables.refundLine(), "change_id", piece);
            expect(delete(tables.orderChange(), "id", piece), piece, tables.orderChange());
        }
    }

    private void deleteOrders(List<OldOrder> archived) throws SQLException {
        delete(tables.orderLine(), "order_id", ids(archived));
        List<UUID> kept = ids(archived.stream().filter(OldOrder::keepKey).toList());
        List<UUID> gone =
                ids(archived.stream().filter(order -> !order.keepKey()).toList());
        if (!gone.isEmpty()) {
            expect(OrderRows.delete(tables, session, gone), gone, tables.orders());
        }
        if (!kept.isEmpty()) {
            StringBuilder sql =
                    new StringBuilder("UPDATE ").append(tables.orders()).append(SqlText.BY_PRIMARY_KEY);
            sql.append(" SET status = ").append(Codes.ARCHIVED).append(", reason = 0, request = x'' WHERE id IN (");
            SqlText.list(sql, kept, SqlText::id);
            expect(session.update(sql.append(')')), kept, tables.orders());
            BatchNumber.draw(tables, session, BatchKind.ARCHIVED, kept.size(), Members.literal(kept, id -> id));
        }
    }

    private void countOff(List<OldOrder> archived) throws SQLException {
        SortedMap<Long, Integer> counts = new TreeMap<>();
        for (OldOrder order : archived) {
            if (order.hasNumber()) {
                counts.merge(order.batch(), 1, Integer::sum);
            }
            order.changes().values().forEach(batch -> counts.merge(batch, 1, Integer::sum));
        }
        for (List<Long> piece : SqlText.pieces(List.copyOf(counts.keySet()), SqlText.PIECE)) {
            StringBuilder sql =
                    new StringBuilder("UPDATE ").append(tables.batch()).append(SqlText.BY_PRIMARY_KEY);
            sql.append(" SET archived = archived + ");
            SqlText.caseOf(sql, "id", piece, StringBuilder::append, counts::get);
            sql.append(" WHERE id IN (");
            SqlText.list(sql, piece, StringBuilder::append);
            expect(session.update(sql.append(')')), piece, tables.batch());
            sql = new StringBuilder("DELETE FROM ").append(tables.batch()).append(" WHERE id IN (");
            SqlText.list(sql, piece, StringBuilder::append);
            session.update(sql.append(") AND archived = size"));
        }
        OpeningBalances.gone(tables, session, counts.lastKey());
    }

    private int delete(String table, String column, List<UUID> ids) throws SQLException {
        StringBuilder sql = new StringBuilder("DELETE FROM ").append(table);
        sql.append(" WHERE ").append(column).append(" IN (");
        SqlText.list(sql, ids, SqlText::id);
        return session.update(sql.append(')'));
    }

    private static void expect(int matched, List<?> rows, String table) {
        BatchWrites.expect(matched, rows.size(), table, rows.get(0));
    }

    private void read(StringBuilder sql, QueryRows.RowLook look) throws SQLException {
        QueryRows.look(session.connection(), sql, look);
    }

    private static List<UUID> ids(List<OldOrder> orders) {
        return orders.stream().map(OldOrder::id).toList();
    }

    private static void id(StringBuilder sql, OldOrder order) {
        SqlText.id(sql, order.id());
    }

    private static UUID id(ResultSet row) throws SQLException {
        return OrderIds.fromBytes(row.getBytes(1), 0);
    }
}
