package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Deletes rows of batches that stand for nothing any more, and the keys of archived orders. Used once. */
public final class ForgetTransaction {
    private final Tables tables;
    private final Session session;

    /** Prepares the transaction. */
    public ForgetTransaction(Tables tables, Session session) {
        this.tables = tables;
        this.session = session;
    }

    /**
     * Deletes the rows of batches that have no order, change or adjustment, and commits.
     *
     * @param batches 1 to 500, ascending
     */
    public void batches(List<Long> batches) throws SQLException {
        session.transaction(() -> {
            OpeningBalances.gone(tables, session, batches.get(batches.size() - 1));
            return delete(batches);
        });
    }

    /**
     * Deletes the keys that were kept together, and commits. A key that somebody holds, or that has a dead letter,
     * keeps all of them.
     *
     * @param batch the batch that archived them
     * @param keys 1 to 500
     * @return whether they are forgotten
     */
    public boolean keys(long batch, Collection<UUID> keys) throws SQLException {
        return session.transaction(() -> {
            LockingReads reads = LockingReads.around(tables, session);
            long locked = reads.lockStatuses(List.copyOf(keys)).values().stream()
                    .filter(row -> row.status() == Codes.ARCHIVED)
                    .count();
            if (locked < keys.size() || hasLetters(keys)) {
                return false;
            }
            OpeningBalances.gone(tables, session, batch);
            int gone = OrderRows.delete(tables, session, keys);
            BatchWrites.expect(gone, keys.size(), tables.orders(), batch);
            delete(List.of(batch));
            return true;
        });
    }

    private boolean hasLetters(Collection<UUID> keys) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT 1 FROM ").append(tables.deadLetter());
        sql.append(" WHERE order_id IN (");
        SqlText.list(sql, List.copyOf(keys), SqlText::id);
        try (var statement = session.statement();
                var row = statement.executeQuery(sql.append(") LIMIT 1").toString())) {
            return row.next();
        }
    }

    private int delete(List<Long> batches) throws SQLException {
        StringBuilder sql = new StringBuilder("DELETE FROM ").append(tables.batch());
        sql.append(" WHERE id IN (");
        SqlText.list(sql, batches, StringBuilder::append);
        return session.update(sql.append(')'));
    }
}
