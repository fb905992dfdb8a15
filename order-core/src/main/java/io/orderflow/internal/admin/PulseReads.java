package io.orderflow.internal.admin;

import io.orderflow.OrderPulse;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.GroupKind;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** A few numbers about a shop, by three statements. Thread-safe. */
final class PulseReads {
    private final Tables tables;

    PulseReads(Tables tables) {
        this.tables = tables;
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
        String now = Dialect.of(connection).utcNow();
        String oldest = "(SELECT MIN(created_at) FROM " + tables.pending() + ")";
        return QueryRows.list(
                        connection,
                        "SELECT " + SqlTime.micros(now) + ", " + SqlTime.micros(oldest) + ", " + bytes("") + ", "
                                + bytes(" WHERE kind = " + GroupKind.URGENT.code())
                                + ", (SELECT COUNT(*) FROM (SELECT order_id FROM " + tables.hold()
                                + " WHERE deadline <= " + now + " LIMIT " + OrderPulse.MOST_HOLDS
                                + ") due), (SELECT COUNT(*) FROM " + tables.deadLetter() + ")",
                        row -> {
                            Instant at = SqlTime.instant(row, 1);
                            Duration age = SqlTime.instantIfAny(row, 2)
                                    .map(first -> Duration.between(first, at))
                                    .filter(known -> !known.isNegative())
                                    .orElse(Duration.ZERO);
                            return new OrderPulse(
                                    at,
                                    sums.last,
                                    sums.decided,
                                    sums.rejected,
                                    sums.changed,
                                    row.getLong(3) / OrderIds.BYTES,
                                    row.getLong(4) / OrderIds.BYTES,
                                    age,
                                    row.getLong(5),
                                    row.getLong(6));
                        })
                .get(0);
    }

    /** Of the ids of the orders that groups name. */
    private String bytes(String which) {
        return "(SELECT SUM(OCTET_LENGTH(orders)) FROM " + tables.pending() + which + ")";
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
