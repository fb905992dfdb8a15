package io.orderflow.internal.page;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.admin.Store;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The holds and when they end, by two statements that read the index of the deadlines. Thread-safe. */
public final class HoldsAhead {
    /** More than these are not counted. */
    static final int MOST = 1_000;

    private static final int NEXT = 10;
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LATER = Duration.ofHours(1);

    private final Tables tables;
    private final Store store;

    /** Reads from the tables. */
    public HoldsAhead(Tables tables, Store store) {
        this.tables = requireNonNull(tables, "tables");
        this.store = requireNonNull(store, "store");
    }

    /** A hold and when it ends. */
    private record Next(UUID order, String deadline) {}

    /** Reads, and puts into words what a script shows. */
    PageFields read() {
        return store.read("the holds", handle -> read(handle.getConnection()));
    }

    private PageFields read(Connection connection) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        PageFields counts = QueryRows.list(
                        connection,
                        "SELECT " + count("") + ", " + count(" WHERE deadline <= " + dialect.utcNow()) + ", "
                                + count(between(dialect, SOON)) + ", " + count(between(dialect, LATER)),
                        row -> new PageFields()
                                .put("held", row.getLong(1))
                                .put("due", row.getLong(2))
                                .put("minute", row.getLong(3))
                                .put("hour", row.getLong(4)))
                .get(0);
        List<Next> next = QueryRows.list(
                connection,
                "SELECT order_id, " + SqlTime.micros("deadline") + " FROM " + tables.hold()
                        + " ORDER BY deadline, order_id LIMIT " + NEXT,
                row -> new Next(
                        OrderIds.fromBytes(row.getBytes(1), 0),
                        SqlTime.instant(row, 2).toString()));
        return counts.put("most", MOST)
                .put(
                        "next",
                        next.stream()
                                .map(hold -> new PageFields()
                                        .put("order", hold.order().toString())
                                        .put("deadline", hold.deadline()))
                                .toList());
    }

    private static String between(Dialect dialect, Duration within) {
        return " WHERE deadline > " + dialect.utcNow() + " AND deadline <= " + dialect.utcAfter(within.toMillis());
    }

    private String count(String which) {
        return "(SELECT COUNT(*) FROM (SELECT order_id FROM " + tables.hold() + which + " LIMIT " + MOST + ") found)";
    }
}
