package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Who tries which order apart from the others, and how often such an attempt never ended. A claim is written in a transaction
 * of its own before the attempt and removed after it, so what stays behind is the trace of a worker that died. A claim that
 * is older than the lease, or comes from the future, belongs to nobody.
 *
 * <p>Not thread-safe; one object for each worker, whose claims carry its name.
 */
public final class Attempts {
    /** So far ahead is no drift between two statements. */
    private static final long FUTURE_MILLIS = 60_000;

    private final Tables tables;
    private final Duration lease;
    private final String owner;

    /** Claims in the tables, for an owner whose id is new with every start. */
    public Attempts(Tables tables, Duration lease, UUID owner) {
        this.tables = tables;
        this.lease = lease;
        this.owner = SqlText.id(owner);
    }

    /**
     * Claims orders that nobody tried before, all or none; it does not count as an attempt of one order.
     *
     * @return whether they are claimed now; false when somebody else claimed one of them
     */
    public boolean claimAll(Session session, List<UUID> ids) throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO ").append(tables.attempt());
        sql.append(" (order_id, attempts, owner, claimed_at) VALUES ");
        SqlText.list(
                sql,
                ids.stream().sorted(OrderIds.UNSIGNED).toList(),
                (text, id) -> text.append('(')
                        .append(SqlText.id(id))
                        .append(",0,")
                        .append(owner)
                        .append(',')
                        .append(session.dialect().utcNow())
                        .append(')'));
        try {
            return transaction(session, () -> session.update(sql) > 0);
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.DUPLICATE_KEY) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Begins an attempt of one order alone, whoever claimed it before: what another one began and did not end counts.
     *
     * @param again whether this worker has counted this very attempt before and could not end it, because the database was away
     * @return which attempt this is, from 1
     * @throws RetryBatchException if another one began in the same moment
     */
    public int begin(Session session, UUID id, boolean again) throws SQLException {
        return transaction(session, () -> claim(session, id, again, ""))
                .orElseThrow(() -> new RetryBatchException("order " + id + " was claimed in the same moment"));
    }

    /**
     * Begins an attempt of one order alone, if its claim belongs to nobody.
     *
     * @param again whether this worker has counted this very attempt before and could not end it, because the database was away
     * @return which attempt this is, from 1; empty when another worker holds a claim that is younger than the lease
     */
    public OptionalInt takeOver(Session session, UUID id, boolean again) throws SQLException {
        String free = " AND (owner = " + owner + " OR " + isOver(session, "claimed_at") + ")";
        return transaction(session, () -> claim(session, id, again, free));
    }

    private OptionalInt claim(Session session, UUID id, boolean again, String condition) throws SQLException {
        String now = session.dialect().utcNow();
        int claimed = session.update("UPDATE " + tables.attempt() + " SET attempts = attempts + " + (again ? 0 : 1)
                + ", owner = " + owner + ", claimed_at = " + now + " WHERE order_id = " + SqlText.id(id) + condition);
        if (claimed == 1) {
            return OptionalInt.of(attempts(session, id));
        }
        if (attempts(session, id) >= 0) {
            return OptionalInt.empty();
        }
        session.update("INSERT INTO " + tables.attempt() + " (order_id, attempts, owner, claimed_at) VALUES ("
                + SqlText.id(id) + ", 1, " + owner + ", " + now + ")");
        return OptionalInt.of(1);
    }

    private int attempts(Session session, UUID id) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(
                        "SELECT attempts FROM " + tables.attempt() + " WHERE order_id = " + SqlText.id(id))) {
            return row.next() ? row.getInt(1) : -1;
        }
    }

    /** Removes the claims of this worker on these orders: their attempts ended. */
    public void end(Session session, List<UUID> ids) throws SQLException {
        StringBuilder sql = new StringBuilder("DELETE FROM ").append(tables.attempt());
        sql.append(" WHERE order_id IN (");
        SqlText.list(sql, ids, SqlText::id);
        sql.append(") AND owner = ").append(owner);
        transaction(session, () -> session.update(sql));
    }

    /** Removes all claims of this worker: it tries nothing now, and does not know whether a claim of its own was written. */
    public void endAll(Session session) throws SQLException {
        transaction(session, () -> session.update("DELETE FROM " + tables.attempt() + " WHERE owner = " + owner));
    }

    /**
     * Finds claims on orders of the journal that belong to nobody any more: their workers died, or lost the database for longer
     * than the lease. A claim on an order without a row is left alone: it is the only memory of what a frame did to its worker,
     * and whoever gets the frame counts on.
     */
    public List<UUID> abandoned(Session session, int limit) throws SQLException {
        return transaction(session, () -> {
            List<UUID> ids = new ArrayList<>();
            try (Statement statement = session.statement();
                    ResultSet row = statement.executeQuery("SELECT a.order_id FROM " + tables.attempt() + " a JOIN "
                            + tables.orders() + " o ON o.id = a.order_id WHERE "
                            + isOver(session, "a.claimed_at") + " ORDER BY a.claimed_at LIMIT "
                            + limit)) {
                while (row.next()) {
                    ids.add(OrderIds.fromBytes(row.getBytes(1), 0));
                }
            }
            return ids;
        });
    }

    /** That a claim's lease is over; also when it was written by a clock that was wrong and shows a time to come. */
    private String isOver(Session session, String claimedAt) {
        return "(" + claimedAt + " < " + session.dialect().utcBefore(lease.toMillis()) + " OR " + claimedAt + " > "
                + session.dialect().utcBefore(-FUTURE_MILLIS) + ")";
    }

    /** Statements that belong together. */
    @FunctionalInterface
    private interface Statements<T> {
        T run() throws SQLException;
    }

    private static <T> T transaction(Session session, Statements<T> statements) throws SQLException {
        try {
            T result = statements.run();
            session.connection().commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            session.rollback(e);
            throw e;
        }
    }
}
