package io.orderflow.internal.admin;

import io.orderflow.OrderPulse;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.JournalBacklog;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** A few numbers about a shop, by a few statements. Thread-safe. */
final class PulseReads {
    private final Tables tables;
    private final JournalBacklog backlog;

    PulseReads(Tables tables) {
        this.tables = tables;
        this.backlog = new JournalBacklog(tables, OrderPulse.MOST_WAITING);
    }

    /** What batches after a number did. */
    private static final class Sums {
        private long last;
        private long decided;
        private long changed;
        private final Map<RejectReason, Long> rejected = new EnumMap<>(RejectReason.class);

        void verdicts(byte[] verdicts) {
            for (byte verdict : verdicts) {
                Codes.reasonOfVerdict(verdict & 0xff).ifPresent(reason -> rejected.merge(reason, 1L, Long::sum));
            }
        }
    }

    /** Reads; without a position nothing was decided since. */
    OrderPulse pulse(Connection connection, OptionalLong after) throws SQLException {
        Sums sums = new Sums();
        sums.last = after.isPresent() ? after.getAsLong() : last(connection);
        batches(connection, sums);
        JournalBacklog.Size waiting = backlog.size(connection);
        String now = Dialect.of(connection).utcNow();
        return QueryRows.list(
                        connection,
                        "SELECT " + SqlTime.micros(now) + ", (SELECT COUNT(*) FROM (SELECT order_id FROM "
                                + tables.hold()
                                + " WHERE deadline <= " + now + " LIMIT " + OrderPulse.MOST_HOLDS
                                + ") due), (SELECT COUNT(*) FROM " + tables.deadLetter() + ")",
                        row -> new OrderPulse(
                                SqlTime.instant(row, 1),
                                sums.last,
                                sums.decided,
                                sums.rejected,
                                sums.changed,
                                waiting.orders(),
                                waiting.urgent(),
                                waiting.oldest(),
                                row.getLong(2),
                                row.getLong(3)))
                .get(0);
    }

    private long last(Connection connection) throws SQLException {
        return QueryRows.list(connection, "SELECT MAX(id) FROM " + tables.batch(), row -> row.getLong(1))
                .get(0);
    }

    /** Only the verdicts are read of a batch's members, and a batch in which all were completed has none. */
    private void batches(Connection connection, Sums sums) throws SQLException {
        QueryRows.each(
                connection,
                "SELECT id, kind, size, SUBSTRING(members, size * " + OrderIds.BYTES + " + 1) FROM " + tables.batch()
                        + " WHERE id > " + sums.last + " ORDER BY id DESC LIMIT " + OrderPulse.MOST_BATCHES,
                row -> {
                    sums.last = Math.max(sums.last, row.getLong(1));
                    int kind = row.getInt(2);
                    byte[] verdicts = row.getBytes(4);
                    if (kind == BatchKind.DECIDED.code()) {
                        sums.decided += row.getInt(3);
                        sums.verdicts(verdicts == null ? new byte[0] : verdicts);
                    } else if (kind == BatchKind.CHANGED.code()) {
                        sums.changed += row.getInt(3);
                    }
                });
    }
}
