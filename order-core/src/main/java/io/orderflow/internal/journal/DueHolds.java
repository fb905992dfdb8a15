package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The holds that are over, by the database's clock and without locks. Thread-safe. */
public final class DueHolds {
    private static final String DEADLINE = SqlTime.micros("deadline");

    private final Tables tables;

    /** Reads from the tables. */
    public DueHolds(Tables tables) {
        this.tables = tables;
    }

    /**
     * A hold that is over.
     *
     * @param deadline in microseconds since 1970
     */
    public record Due(UUID order, long deadline) {}

    /** A query that finds something when a hold is over within the time; when it is not known how to ask, any hold. */
    public String look(Optional<Dialect> dialect, Duration within) {
        String due = dialect.map(known -> " WHERE deadline <= " + known.utcAfter(within.toMillis()))
                .orElse("");
        return "SELECT 1 FROM " + tables.hold() + due + " LIMIT 1";
    }

    /** For how long the first hold is over, negative while it is not; empty if there is none. */
    public Optional<Duration> oldest(Session session) throws SQLException {
        String sql = "SELECT " + SqlTime.micros(session.dialect().utcNow()) + " - " + SqlTime.micros("MIN(deadline)")
                + " FROM " + tables.hold();
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return SqlTime.microsIfAny(row, 1).map(micros -> Duration.of(micros, ChronoUnit.MICROS));
        }
    }

    /**
     * Reads holds that are over, the first ones first.
     *
     * @param after the last one that was read before
     */
    public List<Due> after(Session session, Optional<Due> after, int limit) throws SQLException {
        List<Due> found = new ArrayList<>();
        if (after.isPresent()) {
            // one condition on both columns would have the server begin at the first hold of that moment
            read(session, sameMoment(after.get()), limit, found);
        }
        if (found.size() < limit) {
            String later = after.map(last -> " AND deadline > " + SqlTime.literal(last.deadline()))
                    .orElse("");
            read(session, "deadline <= " + session.dialect().utcNow() + later, limit - found.size(), found);
        }
        return found;
    }

    private static String sameMoment(Due last) {
        return "deadline = " + SqlTime.literal(last.deadline()) + " AND order_id > " + SqlText.id(last.order());
    }

    private void read(Session session, String which, int limit, List<Due> into) throws SQLException {
        String sql = "SELECT order_id, " + DEADLINE + " FROM " + tables.hold() + " WHERE " + which
                + " ORDER BY deadline, order_id LIMIT " + limit;
        QueryRows.look(
                session.connection(),
                sql,
                row -> into.add(new Due(OrderIds.fromBytes(row.getBytes(1), 0), row.getLong(2))));
    }

    /** Has a hold end later, counted from now. */
    public void postpone(Session session, UUID order, Duration by) throws SQLException {
        session.transaction(() -> session.update("UPDATE " + tables.hold() + " SET deadline = "
                + session.dialect().utcAfter(by.toMillis()) + " WHERE order_id = " + SqlText.id(order)));
    }
}
