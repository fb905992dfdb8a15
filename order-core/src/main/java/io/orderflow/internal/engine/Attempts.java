package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Codes;
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
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * Who tries which order apart from the others, and how often such an attempt never ended. A claim is written in a
 * transaction of its own before the attempt and removed after it, so what stays behind is the trace of a worker that
 * died.
 *
 * <p>A claim counts against an order only when its lease is over, or its time lies in the future: until then its owner
 * is taken to be alive, and nobody else begins. The lease is longer than all that one attempt may wait for, and a
 * worker that tries again begins its lease anew. One that was held up for longer all the same, frozen or without the
 * database, takes back what was counted for it.
 *
 * <p>Thread-safe; all that claim in one name must see to it that no two of them try the same order at the same time.
 */
public final class Attempts {
    /** So far ahead is no drift between two statements. */
    private static final long FUTURE_MILLIS = 60_000;

    /** The owner of a claim that is kept for its count alone, from a time that makes it anybody's. */
    private static final String NOBODY = SqlText.id(new UUID(0, 0));

    private static final String LONG_AGO = "'1970-01-02 00:00:00'";

    private final Tables tables;
    private final Duration lease;
    private final String owner;

    /**
     * Claims in the tables.
     *
     * @param lease how long a claim is its owner's; longer than one attempt may take, with all its waits
     * @param owner an id that is new with every start
     */
    public Attempts(Tables tables, Duration lease, UUID owner) {
        this.tables = tables;
        this.lease = lease;
        this.owner = SqlText.id(owner);
    }

    /**
     * What came of claiming some orders; all that are named in neither set are the caller's.
     *
     * @param abandoned orders whose claims were left by a worker that died: to be tried alone
     * @param others orders that somebody else tries now
     */
    public record Claims(Set<UUID> abandoned, Set<UUID> others) {
        /** Copies nothing. */
        public Claims {}

        /** Whether the order is the caller's. */
        public boolean isMine(UUID id) {
            return !abandoned.contains(id) && !others.contains(id);
        }
    }

    /**
     * Claims those of the orders that nobody tries and nobody left behind; it does not count as an attempt of one
     * order. The leases of the caller's own claims begin anew.
     *
     * @param ids 1 to 500 distinct ids
     * @throws SQLException if it could not be done, also because somebody else claimed one of them in the same moment
     */
    public Claims claim(Session session, List<UUID> ids) throws SQLException {
        List<UUID> sorted = ids.stream().sorted(OrderIds.UNSIGNED).toList();
        try {
            return session.transaction(() -> {
                insert(session, sorted);
                return new Claims(Set.of(), Set.of());
            });
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                throw e;
            }
        }
        return session.transaction(() -> claimRest(session, sorted));
    }

    /**
     * As {@link #claim}, for orders of the journal: those that were decided in the meantime are not claimed when it is
     * all of them, and are worth no transaction then.
     *
     * @param ids as for {@link #claim}
     * @return those that are the caller's now, in the order of the ids; some of them may be decided
     * @throws SQLException as for {@link #claim}
     */
    public List<UUID> claimUndecided(Session session, List<UUID> ids) throws SQLException {
        List<UUID> sorted = ids.stream().sorted(OrderIds.UNSIGNED).toList();
        try {
            int claimed = session.transaction(() -> insertUndecided(session, sorted));
            return claimed == 0 ? List.of() : ids;
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                throw e;
            }
        }
        Claims claims = session.transaction(() -> claimRest(session, sorted));
        return ids.stream().filter(claims::isMine).toList();
    }

    /** In READ COMMITTED what is read for an insert is not locked. */
    private int insertUndecided(Session session, List<UUID> ids) throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO ").append(tables.attempt());
        sql.append(" (order_id, attempts, owner, claimed_at) SELECT id, 0, ").append(owner);
        sql.append(", ").append(session.dialect().utcNow());
        sql.append(" FROM ").append(tables.orders()).append(SqlText.BY_PRIMARY_KEY);
        sql.append(" WHERE id IN (");
        SqlText.list(sql, ids, SqlText::id);
        sql.append(") AND status IN (" + Codes.PENDING + ", " + Codes.PLACED + ")");
        return session.update(sql);
    }

    private Claims claimRest(Session session, List<UUID> ids) throws SQLException {
        StringBuilder which = new StringBuilder(" WHERE order_id IN (");
        SqlText.list(which, ids, SqlText::id);
        which.append(')');
        session.update("UPDATE " + tables.attempt() + " SET claimed_at = "
                + session.dialect().utcNow() + which + " AND owner = " + owner);
        Claims claims = new Claims(new HashSet<>(), new HashSet<>());
        Set<UUID> free = new LinkedHashSet<>(ids);
        String whose =
                "CASE WHEN owner = " + owner + " THEN 0 WHEN " + isOver(session, "claimed_at") + " THEN 1 ELSE 2 END";
        try (Statement statement = session.statement();
                ResultSet row =
                        statement.executeQuery("SELECT order_id, " + whose + " FROM " + tables.attempt() + which)) {
            while (row.next()) {
                UUID id = OrderIds.fromBytes(row.getBytes(1), 0);
                free.remove(id);
                if (row.getInt(2) > 0) {
                    (row.getInt(2) == 1 ? claims.abandoned : claims.others).add(id);
                }
            }
        }
        if (!free.isEmpty()) {
            insert(session, List.copyOf(free));
        }
        return claims;
    }

    private void insert(Session session, List<UUID> ids) throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO ").append(tables.attempt());
        sql.append(" (order_id, attempts, owner, claimed_at) VALUES ");
        String rest = ",0," + owner + "," + session.dialect().utcNow() + ")";
        SqlText.list(sql, ids, (text, id) -> {
            text.append('(');
            SqlText.id(text, id);
            text.append(rest);
        });
        session.update(sql);
    }

    /**
     * Begins an attempt of one order alone, unless another worker is at it; what others began and never ended counts.
     *
     * @param again whether this worker has begun this very attempt before and could not end it
     * @return which attempt this is, from 1; empty when somebody else's claim on the order is not over
     * @throws SQLException if it could not be done, also because somebody else claimed it in the same moment
     */
    public OptionalInt begin(Session session, UUID id, boolean again) throws SQLException {
        return session.transaction(() -> {
            String now = session.dialect().utcNow();
            int begun = session.update("UPDATE " + tables.attempt() + " SET attempts = attempts + " + (again ? 0 : 1)
                    + ", owner = " + owner + ", claimed_at = " + now + " WHERE order_id = " + SqlText.id(id)
                    + " AND (owner = "
                    + owner + " OR " + isOver(session, "claimed_at") + ")");
            int attempts = attempts(session, id);
            if (begun == 1) {
                return OptionalInt.of(attempts);
            }
            if (attempts >= 0) {
                if (again) {
                    takeBack(session, id);
                }
                return OptionalInt.empty();
            }
            session.update("INSERT INTO " + tables.attempt() + " (order_id, attempts, owner, claimed_at) VALUES ("
                    + SqlText.id(id) + ", 1, " + owner + ", " + now + ")");
            return OptionalInt.of(1);
        });
    }

    /** Somebody took this worker for dead and counted its attempt. */
    private void takeBack(Session session, UUID id) throws SQLException {
        session.update("UPDATE " + tables.attempt() + " SET attempts = attempts - 1 WHERE order_id = " + SqlText.id(id)
                + " AND owner <> " + owner + " AND owner <> " + NOBODY + " AND attempts > 0");
    }

    private int attempts(Session session, UUID id) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(
                        "SELECT attempts FROM " + tables.attempt() + " WHERE order_id = " + SqlText.id(id))) {
            return row.next() ? row.getInt(1) : -1;
        }
    }

    /**
     * Ends this worker's attempt of an undecided order without a verdict: it does not count, but those before it still
     * do.
     */
    public void release(Session session, UUID id) throws SQLException {
        session.transaction(() -> {
            String mine = " WHERE order_id = " + SqlText.id(id) + " AND owner = " + owner;
            int released = session.update("UPDATE " + tables.attempt() + " SET attempts = attempts - 1, owner = "
                    + NOBODY + ", claimed_at = " + LONG_AGO + mine + " AND attempts > 1");
            if (released == 0 && session.update("DELETE FROM " + tables.attempt() + mine) == 0) {
                takeBack(session, id);
            }
            return released;
        });
    }

    /** Removes the claims of this worker on these orders: their attempts ended. */
    public void end(Session session, List<UUID> ids) throws SQLException {
        StringBuilder sql = new StringBuilder("DELETE FROM ").append(tables.attempt());
        sql.append(" WHERE order_id IN (");
        SqlText.list(sql, ids, SqlText::id);
        sql.append(") AND owner = ").append(owner);
        session.transaction(() -> session.update(sql));
    }

    /**
     * Removes all claims of this worker: it tries nothing now, and does not know whether a claim of its own was
     * written.
     */
    public void endAll(Session session) throws SQLException {
        session.transaction(() -> session.update("DELETE FROM " + tables.attempt() + " WHERE owner = " + owner));
    }

    /**
     * Finds claims on orders of the journal that belong to nobody any more: their workers died, or lost the database
     * for longer than the lease. A claim on an order without a row is left alone: it is the only memory of what a frame
     * did to its worker, and the worker that gets the frame counts on.
     */
    public List<UUID> abandoned(Session session, int limit) throws SQLException {
        return session.transaction(() -> {
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
}
