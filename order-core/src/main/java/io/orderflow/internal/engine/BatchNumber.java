package io.orderflow.internal.engine;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

/**
 * Draws the number of a transaction, by inserting its row into the batch table; all locks must be held. A reader of the
 * feed inserts a row for a number that is missing, so that nobody else gets it. Whoever has drawn that number and was
 * about to insert it meets the key, and draws another one: it is higher, and the locks are held as before.
 */
public final class BatchNumber {
    private static final int MOST_DRAWS = 5;

    private BatchNumber() {}

    /**
     * Draws the number of a transaction that gave no order a verdict.
     *
     * @param size how many things it did
     * @param members a literal of {@link Members}, or NULL
     */
    public static long draw(Tables tables, Session session, BatchKind kind, int size, String members)
            throws SQLException {
        return drawFrom(tables, session, "VALUES (" + row(session, kind, size, "NULL", members) + ")")
                .getAsLong();
    }

    /**
     * Draws the number of a transaction that gives verdicts; nothing while deciding is paused, see {@link PauseRow}.
     *
     * @param oldest an expression for a time before which none of its orders was created
     */
    static OptionalLong drawToDecide(Tables tables, Session session, int size, String oldest, String members)
            throws SQLException {
        String row = row(session, BatchKind.DECIDED, size, oldest, members);
        return drawFrom(tables, session, "SELECT " + row + PauseRow.whileNotPaused(tables, session.dialect()));
    }

    private static String row(Session session, BatchKind kind, int size, String oldest, String members) {
        Dialect dialect = session.dialect();
        return dialect.utcNow() + ", " + size + ", " + oldest + ", " + kind.code() + ", " + members + ", "
                + dialect.serverNumber();
    }

    /**
     * Draws a number if the source has a row.
     *
     * @param source where time, size, {@code oldest}, kind, members and server come from
     */
    static OptionalLong drawFrom(Tables tables, Session session, String source) throws SQLException {
        String sql = "INSERT INTO " + tables.batch() + " (decided_at, size, oldest, kind, members, server) " + source;
        for (int left = MOST_DRAWS - 1; ; left--) {
            try {
                return insert(session, sql);
            } catch (SQLException e) {
                if (left == 0 || SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                    throw e;
                }
            }
        }
    }

    private static OptionalLong insert(Session session, String sql) throws SQLException {
        try (Statement statement = session.statement()) {
            if (statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS) == 0) {
                return OptionalLong.empty();
            }
            try (ResultSet key = statement.getGeneratedKeys()) {
                key.next();
                return OptionalLong.of(key.getLong(1));
            }
        }
    }
}
