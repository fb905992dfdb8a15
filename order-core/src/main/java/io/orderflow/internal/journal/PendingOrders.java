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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Finds orders of the journal that wait for their decision: a plain, bounded read of ids, oldest first, with no memory
 * of where the last read ended, since rows appear in the order of their commits and not of their times. Orders that
 * somebody tries apart (the attempt table) are left out.
 */
public final class PendingOrders {
    private final Tables tables;

    /** Reads from the tables. */
    public PendingOrders(Tables tables) {
        this.tables = tables;
    }

    /** Orders that hosts placed in transactions of their own: no frame carries them. */
    public List<UUID> placed(Session session, int limit) throws SQLException {
        return ids(session, "o.status = " + Codes.PLACED, limit);
    }

    /** Orders that wait longer than the given age by the database's clock, or that come from the future. */
    public List<UUID> olderThan(Session session, Duration age, int limit) throws SQLException {
        String pending = "o.status = " + Codes.PENDING;
        if (age.isZero()) {
            return ids(session, pending, limit);
        }
        String tooOld = " AND o.created_at < " + session.dialect().utcBefore(age.toMillis());
        List<UUID> old = ids(session, pending + tooOld, limit);
        if (!old.isEmpty()) {
            return old;
        }
        // a minute ahead is no drift between two statements but a clock that was wrong
        return ids(session, pending + " AND o.created_at > " + session.dialect().utcBefore(-60_000), limit);
    }

    /**
     * How old the youngest of some orders is, whatever became of it, by the database's clock; empty when none has a
     * row.
     */
    public Optional<Duration> youngest(Session session, List<UUID> ids) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT ").append(SqlTime.micros("created_at"));
        sql.append(", ").append(SqlTime.micros(session.dialect().utcNow()));
        sql.append(" FROM ")
                .append(tables.orders())
                .append(SqlText.BY_PRIMARY_KEY)
                .append(" WHERE id IN (");
        SqlText.list(sql, ids, SqlText::id);
        Optional<Duration> youngest = Optional.empty();
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(sql.append(')').toString())) {
            while (row.next()) {
                Duration age = Duration.between(SqlTime.instant(row, 1), SqlTime.instant(row, 2));
                youngest = Optional.of(
                        youngest.filter(other -> other.compareTo(age) < 0).orElse(age));
            }
        }
        return youngest;
    }

    /** How long the oldest order without a verdict has waited, by the database's clock; zero when there is none. */
    public Duration oldest(Session session) throws SQLException {
        String first = "(SELECT " + SqlTime.micros("MIN(created_at)") + " FROM " + tables.orders() + " WHERE status = ";
        String sql = "SELECT " + SqlTime.micros(session.dialect().utcNow()) + ", " + first + Codes.PENDING + "), "
                + first + Codes.PLACED + ")";
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            Instant now = SqlTime.instant(row, 1);
            return Stream.of(SqlTime.instantIfAny(row, 2), SqlTime.instantIfAny(row, 3))
                    .flatMap(Optional::stream)
                    .filter(created -> created.isBefore(now))
                    .map(created -> Duration.between(created, now))
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
        }
    }

    private List<UUID> ids(Session session, String condition, int limit) throws SQLException {
        String sql = "SELECT o.id FROM " + tables.orders() + " o LEFT JOIN " + tables.attempt()
                + " a ON a.order_id = o.id WHERE " + condition + " AND a.order_id IS NULL ORDER BY o.created_at LIMIT "
                + limit;
        List<UUID> ids = new ArrayList<>();
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                ids.add(OrderIds.fromBytes(row.getBytes(1), 0));
            }
        }
        return ids;
    }
}
