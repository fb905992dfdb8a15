package io.orderflow.internal.admin;

import io.orderflow.AuditReport;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.engine.Codes;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Recomputes every wallet and every product from the records, in one snapshot, and names each difference. The database adds
 * up, only differences travel, so it takes constant memory here. Used once, by one thread.
 */
public final class Audit {
    /** Longest time of one statement, which reads a whole table or two. */
    private static final Duration LONGEST_STATEMENT = Duration.ofHours(6);

    private final Connection connection;
    private final Tables tables;
    private final Consumer<String> listener;
    private final List<String> examples = new ArrayList<>();
    private final long[] byStatus = new long[5];
    private Dialect dialect;
    private long differences;

    /** An audit on a connection that nobody else uses meanwhile. */
    public Audit(Connection connection, Tables tables, Consumer<String> listener) {
        this.connection = connection;
        this.tables = tables;
        this.listener = listener;
    }

    /** Runs in one snapshot and leaves the connection as it was. */
    public AuditReport run() throws SQLException {
        long start = System.nanoTime();
        dialect = Dialect.of(connection);
        int isolation = connection.getTransactionIsolation();
        boolean autoCommit = connection.getAutoCommit();
        int networkTimeout = connection.getNetworkTimeout();
        AuditReport report;
        try {
            if (!autoCommit) {
                // somebody left a transaction open, and its snapshot is old
                connection.rollback();
            }
            // adding up takes longer than a pool lets a statement take
            connection.setNetworkTimeout(Runnable::run, (int) LONGEST_STATEMENT.toMillis());
            connection.setTransactionIsolation(dialect.snapshot());
            connection.setAutoCommit(false);
            report = recompute(start);
        } catch (SQLException | RuntimeException e) {
            try {
                setBack(autoCommit, isolation, networkTimeout);
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        setBack(autoCommit, isolation, networkTimeout);
        return report;
    }

    private void setBack(boolean autoCommit, int isolation, int networkTimeout) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        connection.setAutoCommit(autoCommit);
        connection.setTransactionIsolation(isolation);
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
    }

    private AuditReport recompute(long start) throws SQLException {
        rows(
                "SELECT status, COUNT(*) FROM " + tables.orders() + " GROUP BY status",
                row -> byStatus[row.getInt(1)] = row.getLong(2));
        long products = count(tables.stock());
        long wallets = count(tables.wallet());
        wallets();
        stock();
        prices();
        lines();
        decisions();
        states();
        long orders = 0;
        for (long count : byStatus) {
            orders += count;
        }
        return new AuditReport(
                orders,
                byStatus[Codes.PENDING] + byStatus[Codes.PLACED],
                byStatus[Codes.COMPLETED],
                byStatus[Codes.REJECTED],
                byStatus[Codes.PARKED],
                products,
                wallets,
                differences,
                examples,
                Duration.ofNanos(System.nanoTime() - start));
    }

    private void wallets() throws SQLException {
        rows(
                "SELECT buyer, SUM(v), SUM(b) FROM (SELECT buyer, balance AS v, balance AS b FROM " + tables.wallet()
                        + " UNION ALL SELECT subject, -amount, 0 FROM " + tables.adjustment() + " WHERE kind >= "
                        + Kind.FIRST_WALLET_CODE + " UNION ALL SELECT buyer, total, 0 FROM " + tables.orders()
                        + " WHERE status = " + Codes.COMPLETED + ") t GROUP BY buyer HAVING SUM(v) <> 0 OR SUM(b) < 0",
                row -> differs("wallet of buyer " + row.getLong(1) + " has a balance of " + row.getString(3)
                        + ", which is " + row.getString(2) + " more than its adjustments and completed orders give"));
    }

    private void stock() throws SQLException {
        rows(
                "SELECT product, SUM(v), SUM(a) FROM (SELECT product, available AS v, available AS a FROM "
                        + tables.stock()
                        + " UNION ALL SELECT subject, -amount, 0 FROM " + tables.adjustment() + " WHERE kind < "
                        + Kind.FIRST_WALLET_CODE + " UNION ALL SELECT product, quantity, 0 FROM " + tables.orderLine()
                        + ") t GROUP BY product HAVING SUM(v) <> 0 OR SUM(a) < 0",
                row -> differs("product " + row.getLong(1) + " has " + row.getString(3) + " pieces available, which is "
                        + row.getString(2) + " more than its adjustments and completed order lines give"));
    }

    private void prices() throws SQLException {
        String priced = " IN (" + Kind.DEFINE.code() + "," + Kind.SET_PRICE.code() + ")";
        rows(
                "SELECT s.product, s.unit_price, a.unit_price FROM " + tables.stock() + " s JOIN " + tables.adjustment()
                        + " a ON a.subject = s.product WHERE a.kind" + priced
                        + " AND a.unit_price <> s.unit_price AND NOT EXISTS (SELECT 1 FROM " + tables.adjustment()
                        + " l WHERE l.subject = s.product AND l.kind" + priced
                        + " AND (l.batch_id > a.batch_id OR l.batch_id = a.batch_id AND l.place > a.place))",
                row -> differs("product " + row.getLong(1) + " has the price " + row.getLong(2)
                        + ", and its adjustments say " + row.getLong(3)));
    }

    private void lines() throws SQLException {
        rows(
                "SELECT id, SUM(v), MAX(o), MAX(l) FROM (SELECT id, total AS v, 1 AS o, 0 AS l FROM " + tables.orders()
                        + " WHERE status = " + Codes.COMPLETED
                        + " UNION ALL SELECT order_id, -(quantity * unit_price), 0, 1 FROM " + tables.orderLine()
                        + ") t GROUP BY id HAVING SUM(v) <> 0 OR MAX(o) <> MAX(l)",
                row -> differs(
                        "order " + OrderIds.fromBytes(row.getBytes(1), 0) + " has a total that is " + row.getString(2)
                                + " more than its lines" + (row.getInt(3) == 0 ? ", and is not completed" : "")
                                + (row.getInt(4) == 0 ? ", and has no lines" : "")));
    }

    private void decisions() throws SQLException {
        String decided = " WHERE status IN (" + Codes.COMPLETED + "," + Codes.REJECTED + ")";
        rows(
                "SELECT id, SUM(v) FROM (SELECT id, size AS v FROM " + tables.batch()
                        + " UNION ALL SELECT batch_id, -1 FROM "
                        + tables.orders() + decided + " UNION ALL SELECT batch_id, -1 FROM " + tables.adjustment()
                        + ") t GROUP BY id HAVING SUM(v) <> 0",
                row -> differs("batch " + row.getLong(1) + " says that it decided " + row.getString(2)
                        + " more orders and adjustments than there are with its number"));
        rows(
                "SELECT batch_id, place, COUNT(*) FROM (SELECT batch_id, place FROM " + tables.orders() + decided
                        + " UNION ALL SELECT batch_id, place FROM " + tables.adjustment()
                        + ") t GROUP BY batch_id, place HAVING COUNT(*) > 1",
                row -> differs("decision number " + row.getLong(1) + "/" + row.getInt(2) + " stands at "
                        + row.getLong(3) + " orders or adjustments"));
    }

    private void states() throws SQLException {
        rows(
                "SELECT id, reason, total FROM " + tables.orders() + " WHERE status = " + Codes.REJECTED
                        + " AND (reason = 0 OR total <> 0)",
                row -> differs("order " + OrderIds.fromBytes(row.getBytes(1), 0) + " is rejected with reason code "
                        + row.getInt(2) + " and a total of " + row.getLong(3)));
        rows(
                "SELECT o.id FROM " + tables.orders() + " o LEFT JOIN " + tables.deadLetter()
                        + " d ON d.order_id = o.id WHERE o.status = " + Codes.PARKED + " AND d.hash IS NULL",
                row -> differs(
                        "order " + OrderIds.fromBytes(row.getBytes(1), 0) + " is parked and not in the dead letters"));
    }

    private void differs(String difference) {
        differences++;
        if (examples.size() < AuditReport.EXAMPLES) {
            examples.add(difference);
        }
        listener.accept(difference);
    }

    private long count(String table) throws SQLException {
        long[] count = {0};
        rows("SELECT COUNT(*) FROM " + table, row -> count[0] = row.getLong(1));
        return count[0];
    }

    private void rows(String query, RowReader reader) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            dialect.rowByRow(statement);
            try (ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    reader.read(row);
                }
            }
        }
    }

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }
}
