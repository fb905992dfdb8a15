package io.orderflow.internal.feed;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.feed.Stretch.Gap;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Finds out what became of a number that is missing, though a higher one is there: its transaction is open, or was
 * rolled back, or drew it and is about to insert its row. A row with this number is inserted. That waits for a
 * transaction that has inserted it and is open; it meets the key when that one commits, and succeeds when nobody has
 * it. Whoever inserts it later meets the key and draws another number. So nothing is guessed from how long it takes.
 * Thread-safe.
 */
final class Gaps {
    /** So many numbers are taken at a time. */
    private static final int MOST = 1_000;

    private final Tables tables;

    Gaps(Tables tables) {
        this.tables = tables;
    }

    /**
     * Tries to settle the first numbers of a gap, in a transaction of its own.
     *
     * @param alone whether only the first one: where others are open, those before them are not held meanwhile
     * @return whether they are nobody's now; else somebody has one of them, and the rows must be read again
     */
    boolean settle(Session session, Gap gap, boolean alone) throws SQLException {
        long last = alone ? gap.first() : Math.min(gap.last(), gap.first() + MOST - 1);
        String row = ", " + session.dialect().utcNow() + ", 0, " + BatchKind.UNUSED.code() + ")";
        String rows = LongStream.rangeClosed(gap.first(), last)
                .mapToObj(id -> "(" + id + row)
                .collect(Collectors.joining(","));
        try {
            session.transaction(() ->
                    session.update("INSERT INTO " + tables.batch() + " (id, decided_at, size, kind) VALUES " + rows));
            return true;
        } catch (SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            if (failure == SqlFailure.DUPLICATE_KEY || failure == SqlFailure.CONTENTION) {
                return false;
            }
            throw e;
        }
    }
}
