package io.orderflow.internal.archive;

import io.orderflow.ArchiveConfig;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.archive.OldOrders.Piece;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What an archive run reads, each on a connection that goes back at once. Thread-safe. */
final class ArchiveReads {
    private static final String WHAT = "the orders to archive";

    private final Tables tables;
    private final Store store;
    private final OrderReader orders;

    ArchiveReads(Tables tables, Store store, OrderReader orders) {
        this.tables = tables;
        this.store = store;
        this.orders = orders;
    }

    Bounds bounds(Duration age) {
        return store.read(WHAT, handle -> Bounds.read(handle.getConnection(), tables, age));
    }

    /** What was archived before that is forgotten now: microseconds since 1970 of the database's clock. */
    long forgetBefore(Duration keepKeys) {
        return store.read(WHAT, handle -> {
            Connection connection = handle.getConnection();
            String bound = Dialect.of(connection).utcBefore(keepKeys.toMillis());
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT " + SqlTime.micros(bound))) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /** How many orders old batches have decided that are not archived. */
    long membersLeft(Duration age) {
        Bounds bounds = bounds(age);
        return store.read(WHAT, handle -> {
            try (Statement statement = handle.getConnection().createStatement();
                    ResultSet row = statement.executeQuery("SELECT SUM(size - archived) FROM " + tables.batch()
                            + " WHERE kind = " + BatchKind.DECIDED.code() + " AND id <= " + bounds.read()
                            + " AND decided_at < " + SqlTime.literal(bounds.before()))) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    List<OldBatch> batches(long after) {
        return store.read(WHAT, handle -> OldBatch.after(handle.getConnection(), tables, after));
    }

    Piece piece(Collection<UUID> ids, Bounds bounds, ArchiveConfig config) {
        return store.read(
                WHAT, handle -> new OldOrders(handle.getConnection(), tables, orders).read(ids, bounds, config));
    }

    /** The orders that were decided by these changes: they were cancelled while they were pending. */
    List<UUID> decidedBy(Collection<UUID> changes) {
        return store.read(WHAT, handle -> decidedBy(handle.getConnection(), changes));
    }

    private List<UUID> decidedBy(Connection connection, Collection<UUID> changes) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT o.id FROM ").append(tables.orderChange());
        sql.append(" c JOIN ").append(tables.orders());
        sql.append(" o ON o.id = c.order_id AND o.batch_id = c.batch_id WHERE c.id IN (");
        SqlText.list(sql, List.copyOf(changes), SqlText::id);
        List<UUID> found = new ArrayList<>();
        QueryRows.look(connection, sql.append(')'), row -> found.add(OrderIds.fromBytes(row.getBytes(1), 0)));
        return found;
    }

    /** Whether one of the orders is there and is not archived. */
    boolean anyIsThere(Collection<UUID> ids) {
        return store.read(WHAT, handle -> orders.statuses(handle.getConnection(), ids)).values().stream()
                .anyMatch(status -> status != Codes.ARCHIVED);
    }
}
