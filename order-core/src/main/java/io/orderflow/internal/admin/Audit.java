package io.orderflow.internal.admin;

import io.orderflow.AuditReport;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.engine.OpeningBalances;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Snapshot;
import io.orderflow.internal.sql.Tables;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Recomputes every wallet and every product from the records, in one snapshot, looks at each record by itself, and
 * names each difference. The database adds up, and records are read a page at a time, so it takes constant memory here.
 * Used once, by one thread.
 */
public final class Audit {
    /** Longest time of one statement, which reads a whole table or two. */
    private static final Duration LONGEST_STATEMENT = Duration.ofHours(6);

    private final Connection connection;
    private final Tables tables;
    private final Consumer<String> listener;
    private final List<String> examples = new ArrayList<>();
    private final Map<Integer, Long> byStatus = new HashMap<>();
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
        return Snapshot.read(connection, LONGEST_STATEMENT, same -> recompute(start));
    }

    private AuditReport recompute(long start) throws SQLException {
        long products = count(tables.stock());
        long wallets = count(tables.wallet());
        wallets();
        stock();
        prices();
        rows(PriceAudit.query(tables, completedLines()), new PriceAudit(this::differs)::look);
        new LimitAudit(connection, tables, this::differs).run();
        byStatus.putAll(new OrderAudit(connection, tables, this::differs).run());
        long withRow = count(Codes.PENDING) + count(Codes.PLACED);
        long withoutRow = new PendingAudit(connection, tables, withRow, this::differs).run();
        decisions();
        new BatchAudit(connection, tables, this::differs).run();
        new WriterAudit(connection, tables, this::differs).run();
        new AdjustmentAudit(connection, tables, this::differs).run();
        new ChangeAudit(connection, tables, this::differs).run();
        new HoldAudit(connection, tables, this::differs).run();
        new DeadLetterAudit(connection, tables, this::differs).run();
        long archived = new ArchiveAudit(connection, tables, this::differs).run(count(Codes.ARCHIVED));
        // a status that stands for nothing is counted here and named by the look at each order
        long rows = byStatus.values().stream().mapToLong(Long::longValue).sum();
        return new AuditReport(
                rows - count(Codes.ARCHIVED) + withoutRow,
                withRow + withoutRow,
                count(Codes.RESERVED),
                count(Codes.COMPLETED),
                count(Codes.REJECTED),
                count(Codes.CANCELLED) + count(Codes.RELEASED),
                count(Codes.EXPIRED),
                count(Codes.REFUNDED),
                count(Codes.PARKED),
                archived,
                products,
                wallets,
                differences,
                examples,
                Duration.ofNanos(System.nanoTime() - start));
    }

    private void wallets() throws SQLException {
        accounts(
                "SELECT buyer AS id, balance AS v, balance AS b, 1 AS w, 0 AS c FROM " + tables.wallet(),
                "kind >= " + Kind.FIRST_WALLET_CODE,
                Kind.OPEN,
                "SELECT o.buyer, CAST(l.quantity AS DECIMAL(30)) * l.unit_price, 0, 0, 0" + completedLines() + " AND "
                        + Codes.walletPays("o.request")
                        + " UNION ALL SELECT buyer, 0 - CAST(credited AS DECIMAL(30)), 0, 0, 0 FROM "
                        + tables.orderChange() + " WHERE credited <> 0 UNION ALL " + opening(OpeningBalances.WALLET),
                (row, more, now) -> "wallet of buyer " + row.getLong(1) + " has a balance of " + now + ", which is "
                        + more + " more than its adjustments, orders and what they gave back give");
    }

    private void stock() throws SQLException {
        accounts(
                "SELECT product AS id, available AS v, available AS b, 1 AS w, 0 AS c FROM " + tables.stock(),
                "kind < " + Kind.FIRST_WALLET_CODE + " AND kind <> " + Kind.SET_MAX_PER_BUYER.code(),
                Kind.DEFINE,
                "SELECT product, quantity, 0, 0, 0 FROM " + tables.orderLine() + " UNION ALL " + restocked()
                        + " UNION ALL " + opening(OpeningBalances.STOCK),
                (row, more, now) -> "product " + row.getLong(1) + " has " + now + " pieces available, which is " + more
                        + " more than its adjustments, order lines and what was given back give");
    }

    private String opening(int kind) {
        return "SELECT subject, CAST(amount AS DECIMAL(30)), 0, 0, 0 FROM " + tables.opening() + " WHERE kind = "
                + kind;
    }

    private String restocked() {
        return "SELECT l.product, 0 - r.quantity, 0, 0, 0 FROM " + tables.refundLine() + " r JOIN "
                + tables.orderChange() + " c ON c.id = r.change_id JOIN " + tables.orderLine()
                + " l ON l.order_id = c.order_id AND l.line_no = r.line_no WHERE r.restocked <> 0";
    }

    /**
     * What an account has against what it was given and what was taken; its row and what brought it into being, once
     * each.
     */
    private void accounts(String accounts, String kinds, Kind creating, String taken, AccountText text)
            throws SQLException {
        // a wrong amount may be the smallest number there is, which has no opposite
        String given = "SELECT subject, 0 - CAST(amount AS DECIMAL(30)), 0, 0, CASE WHEN kind = " + creating.code()
                + " THEN 1 ELSE 0 END FROM " + tables.adjustment() + " WHERE " + kinds;
        rows(
                "SELECT id, SUM(v), SUM(b), SUM(w), SUM(c) FROM (" + accounts + " UNION ALL " + given + " UNION ALL "
                        + taken + ") t GROUP BY id HAVING SUM(v) <> 0 OR SUM(b) < 0 OR SUM(w) <> 1 OR SUM(c) <> 1",
                row -> {
                    BigDecimal more = row.getBigDecimal(2);
                    BigDecimal now = row.getBigDecimal(3);
                    differs(
                            more.signum() != 0 || now.signum() < 0
                                    ? text.of(row, more.toBigInteger(), now.toBigInteger())
                                    : (creating == Kind.OPEN ? "wallet of buyer " : "product ") + row.getLong(1)
                                            + " has " + row.getLong(4) + " rows, and " + row.getLong(5)
                                            + " adjustments brought it into being");
                });
    }

    private void prices() throws SQLException {
        rows(
                "SELECT s.product, s.unit_price, a.unit_price FROM (SELECT subject, unit_price, ROW_NUMBER() OVER"
                        + " (PARTITION BY subject ORDER BY batch_id DESC, place DESC) AS age FROM "
                        + tables.adjustment() + " WHERE kind IN (" + Kind.DEFINE.code() + "," + Kind.SET_PRICE.code()
                        + ")) a JOIN " + tables.stock()
                        + " s ON s.product = a.subject WHERE a.age = 1 AND a.unit_price <> s.unit_price",
                row -> differs("product " + row.getLong(1) + " has the price " + row.getLong(2)
                        + ", and its adjustments say " + row.getLong(3)));
    }

    private String completedLines() {
        return " FROM " + tables.orders() + " o JOIN " + tables.orderLine()
                + " l ON l.order_id = o.id WHERE o.status IN (" + Codes.charged() + ")";
    }

    private void decisions() throws SQLException {
        // an order that was cancelled while it was pending has the number of its change
        String numbers = "SELECT batch_id, place FROM " + tables.orders() + " WHERE status IN (" + Codes.REJECTED + ","
                + Codes.charged() + ") UNION ALL SELECT batch_id, place FROM "
                + tables.adjustment() + " UNION ALL SELECT batch_id, place FROM " + tables.orderChange();
        rows(
                "SELECT id, SUM(v), MAX(s), MIN(p), MAX(p) FROM (SELECT id, CAST(size AS DECIMAL(20))"
                        + " - archived AS v, size AS s, 0 AS p FROM " + tables.batch() + " WHERE kind IN ("
                        + BatchKind.ADJUSTED.code() + ","
                        + BatchKind.DECIDED.code() + ","
                        + BatchKind.CHANGED.code() + ") UNION ALL SELECT batch_id, -1, 0, place FROM (" + numbers
                        + ") n) t GROUP BY id HAVING SUM(v) <> 0 OR MAX(s) < 1 OR MIN(p) < 0 OR MAX(p) >= MAX(s)",
                row -> differs(
                        row.getBigDecimal(2).signum() != 0
                                ? "batch " + row.getLong(1) + " says that it decided "
                                        + row.getBigDecimal(2).toBigInteger()
                                        + " more orders, adjustments and changes than there are with its number"
                                : "batch " + row.getLong(1) + " says that it decided " + row.getLong(3)
                                        + " orders, adjustments and changes, and their places are " + row.getLong(4)
                                        + " to "
                                        + row.getLong(5)));
        rows(
                "SELECT batch_id, place, COUNT(*) FROM (" + numbers
                        + ") t GROUP BY batch_id, place HAVING COUNT(*) > 1",
                row -> differs("decision number " + row.getLong(1) + "/" + row.getInt(2) + " stands at "
                        + row.getLong(3) + " orders, adjustments or changes"));
    }

    private void differs(String difference) {
        differences++;
        if (examples.size() < AuditReport.EXAMPLES) {
            examples.add(difference);
        }
        listener.accept(difference);
    }

    private long count(int status) {
        return byStatus.getOrDefault(status, 0L);
    }

    private long count(String table) throws SQLException {
        long[] count = {0};
        rows("SELECT COUNT(*) FROM " + table, row -> count[0] = row.getLong(1));
        return count[0];
    }

    private void rows(String query, QueryRows.RowLook look) throws SQLException {
        QueryRows.each(connection, query, look);
    }

    /** Says what is wrong with an account. */
    @FunctionalInterface
    private interface AccountText {
        String of(ResultSet row, BigInteger more, BigInteger now) throws SQLException;
    }
}
