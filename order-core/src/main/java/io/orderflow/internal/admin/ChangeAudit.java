package io.orderflow.internal.admin;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.OrderChange;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Each change of an order by itself: its id against its order and reference, its numbers against its kind, its order
 * and its pieces. Then the orders against all of their changes: no more given back than there was, all of it exactly
 * when the status says so, cancelled, confirmed and the like exactly when a change says so.
 */
final class ChangeAudit extends AuditPart {
    private static final int PAGE = 1_000;

    ChangeAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    /**
     * A change with its order and its pieces.
     *
     * @param status the order's, -1 if it has no row
     * @param sameBuyer whether the order has that buyer
     * @param sameNumber whether the order has that decision number
     * @param isAfter whether the order has an earlier one
     * @param walletPays whether the buyer's wallet paid
     * @param holds whether the order was to hold what it takes
     * @param lines how many lines are given back
     * @param restocked how many of them went back to the stock
     * @param wrong how many of them have no pieces, or went to no known place
     * @param charged what was charged for the pieces
     */
    private record Row(
            UUID id,
            UUID order,
            int kind,
            long amount,
            long credited,
            String reference,
            int status,
            boolean sameBuyer,
            boolean sameNumber,
            boolean isAfter,
            boolean walletPays,
            boolean holds,
            long lines,
            long restocked,
            long wrong,
            BigInteger charged) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    OrderIds.fromBytes(row.getBytes(1), 0),
                    OrderIds.fromBytes(row.getBytes(2), 0),
                    row.getInt(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getString(6),
                    row.getInt(7),
                    row.getBoolean(8),
                    row.getBoolean(9),
                    row.getBoolean(10),
                    row.getBoolean(11),
                    row.getBoolean(12),
                    row.getLong(13),
                    row.getLong(14),
                    row.getLong(15),
                    row.getBigDecimal(16).toBigInteger());
        }
    }

    void run() throws SQLException {
        changes();
        orders();
        strayPieces();
    }

    private void changes() throws SQLException {
        String after = "";
        List<Row> page;
        do {
            page = rows(page(after), Row::of);
            page.forEach(row -> differs("change " + row.id() + " of order " + row.order(), faults(row)));
            after = page.isEmpty()
                    ? ""
                    : " WHERE id > " + SqlText.id(page.get(page.size() - 1).id());
        } while (page.size() == PAGE);
    }

    private String page(String after) {
        return "SELECT c.id, c.order_id, c.kind, c.amount, c.credited, c.reference, COALESCE(o.status, -1),"
                + " CASE WHEN o.buyer = c.buyer THEN 1 ELSE 0 END,"
                + " CASE WHEN o.batch_id = c.batch_id AND o.place = c.place THEN 1 ELSE 0 END,"
                + " CASE WHEN o.batch_id < c.batch_id THEN 1 ELSE 0 END,"
                + " CASE WHEN " + Codes.walletPays("o.request") + " THEN 1 ELSE 0 END,"
                + " CASE WHEN " + Codes.holds("o.request") + " THEN 1 ELSE 0 END,"
                + " COUNT(r.line_no), SUM(CASE WHEN r.restocked = 1 THEN 1 ELSE 0 END),"
                + " SUM(CASE WHEN r.quantity < 1 OR r.restocked NOT IN (0, 1) THEN 1 ELSE 0 END),"
                + " COALESCE(SUM(CAST(r.quantity AS DECIMAL(30)) * l.unit_price), 0) FROM (SELECT * FROM "
                + tables.orderChange()
                + after + " ORDER BY id LIMIT " + PAGE + ") c LEFT JOIN " + tables.orders()
                + " o ON o.id = c.order_id LEFT JOIN " + tables.refundLine()
                + " r ON r.change_id = c.id LEFT JOIN " + tables.orderLine()
                + " l ON l.order_id = c.order_id AND l.line_no = r.line_no"
                + " GROUP BY c.id, c.order_id, c.kind, c.amount, c.credited, c.reference, c.buyer, c.batch_id, c.place,"
                + " o.status, o.buyer, o.batch_id, o.place, o.request ORDER BY c.id";
    }

    private static List<String> faults(Row row) {
        List<String> faults = new ArrayList<>();
        if (!OrderChange.idOf(row.order(), row.reference()).equals(row.id())) {
            faults.add("has an order and a reference that do not give its id");
        }
        if (!row.sameBuyer()) {
            faults.add("has another buyer than its order");
        }
        Optional<Kind> kind = Stream.of(Kind.values())
                .filter(known -> known.code() == row.kind())
                .findFirst();
        if (kind.isEmpty()) {
            faults.add("has kind " + row.kind() + ", which none has");
        } else {
            faults(kind.get(), row, faults);
        }
        return faults;
    }

    private static void faults(Kind kind, Row row, List<String> faults) {
        if (row.reference().isEmpty() != (kind == Kind.EXPIRE)) {
            faults.add("has the reference '" + row.reference() + "' and kind " + row.kind());
        }
        switch (kind) {
            case CANCEL -> {
                if (row.status() == Codes.RELEASED) {
                    endOfHold(row, Codes.RELEASED, faults);
                } else {
                    cancellation(row, faults);
                }
            }
            case REFUND, REFUND_REST -> refund(row, faults);
            case CONFIRM -> confirmation(row, faults);
            case RELEASE -> endOfHold(row, Codes.RELEASED, faults);
            case EXPIRE -> endOfHold(row, Codes.EXPIRED, faults);
        }
    }

    private static void confirmation(Row row, List<String> faults) {
        if (!Codes.isCompleted(row.status()) || !row.holds() || !row.isAfter()) {
            faults.add("confirms it, and its row has status code " + row.status() + (row.holds() ? "" : " and no hold")
                    + (row.isAfter() ? "" : " and a later decision number"));
        }
        if (row.amount() != 0 || row.credited() != 0 || row.lines() != 0) {
            faults.add("confirms it and gives back " + row.amount() + ", to the wallet " + row.credited() + ", of "
                    + row.lines() + " lines");
        }
    }

    private static void endOfHold(Row row, int status, List<String> faults) {
        if (row.status() != status) {
            faults.add("gives back what it held, and its row has status code " + row.status());
        }
        if (row.restocked() != row.lines()) {
            faults.add("gives back what it held, and not all of that to the stock");
        }
        givenBack(row, faults);
    }

    private static void cancellation(Row row, List<String> faults) {
        if (row.status() != Codes.CANCELLED || !row.sameNumber()) {
            faults.add("cancels it, and its row has status code " + row.status()
                    + (row.sameNumber() ? "" : " and another decision number"));
        }
        if (row.amount() != 0 || row.credited() != 0 || row.lines() != 0) {
            faults.add("cancels it and gives back " + row.amount() + ", to the wallet " + row.credited() + ", of "
                    + row.lines() + " lines");
        }
    }

    private static void refund(Row row, List<String> faults) {
        boolean isRest = row.kind() == Kind.REFUND_REST.code();
        if (!Codes.isCharged(row.status()) || isRest && row.status() != Codes.REFUNDED) {
            faults.add("gives back " + (isRest ? "all that was left" : "something") + ", and its row has status code "
                    + row.status());
        }
        givenBack(row, faults);
    }

    private static void givenBack(Row row, List<String> faults) {
        if (!row.isAfter()) {
            faults.add("gives something back before that was taken");
        }
        if (row.lines() == 0 || row.wrong() > 0 || row.restocked() != 0 && row.restocked() != row.lines()) {
            faults.add("gives back " + row.lines() + " lines, " + row.restocked() + " of them to the stock and "
                    + row.wrong() + " without pieces or to no known place");
        }
        if (!BigInteger.valueOf(row.amount()).equals(row.charged())
                || row.credited() != (row.walletPays() ? row.amount() : 0)) {
            faults.add("gives back " + row.amount() + ", to the wallet " + row.credited()
                    + ", for pieces that were charged with " + row.charged());
        }
    }

    /** What the refunds of an order left of it, and whether its status says so. */
    private void orders() throws SQLException {
        String given = "(SELECT c.order_id, r.line_no, SUM(CAST(r.quantity AS DECIMAL(30))) AS pieces FROM "
                + tables.refundLine() + " r JOIN " + tables.orderChange()
                + " c ON c.id = r.change_id GROUP BY c.order_id, r.line_no) g ON g.order_id = l.order_id"
                + " AND g.line_no = l.line_no";
        each(
                "SELECT l.order_id, l.line_no, g.pieces - l.quantity FROM " + tables.orderLine() + " l JOIN " + given
                        + " WHERE g.pieces > l.quantity",
                row -> order(
                        row,
                        "has " + row.getBigDecimal(3).toBigInteger() + " more pieces of line " + row.getInt(2)
                                + " given back than were charged"));
        // one list of all pieces: MariaDB makes a derived table of groups anew for each order that it joins
        each(
                "SELECT o.id, o.status, s.pieces FROM (SELECT p.order_id, SUM(CAST(p.pieces AS DECIMAL(30))) AS pieces"
                        + " FROM (SELECT order_id, quantity AS pieces FROM " + tables.orderLine()
                        + " WHERE order_id IN (SELECT order_id FROM " + tables.orderChange()
                        + ") UNION ALL SELECT c.order_id, -r.quantity FROM " + tables.refundLine() + " r JOIN "
                        + tables.orderChange() + " c ON c.id = r.change_id) p GROUP BY p.order_id) s JOIN "
                        + tables.orders() + " o ON o.id = s.order_id WHERE CASE WHEN o.status IN (" + Codes.REFUNDED
                        + "," + Codes.EXPIRED + "," + Codes.RELEASED
                        + ") THEN s.pieces <> 0 ELSE s.pieces = 0 END",
                row -> order(
                        row,
                        "has status code " + row.getInt(2) + ", and "
                                + row.getBigDecimal(3).toBigInteger() + " pieces are left of it"));
        each(
                "SELECT o.id, o.status FROM " + tables.orders() + " o WHERE o.status IN (" + Codes.CANCELLED + ","
                        + Codes.EXPIRED + "," + Codes.REFUNDED + "," + Codes.RELEASED
                        + ") AND NOT EXISTS (SELECT 1 FROM " + tables.orderChange()
                        + " c WHERE c.order_id = o.id AND " + ends() + ")",
                row -> order(row, "has status code " + row.getInt(2) + ", and no change says so"));
    }

    /** Whether a change gives an order its status. */
    private static String ends() {
        return "CASE o.status WHEN " + Codes.CANCELLED + " THEN c.kind = " + Kind.CANCEL.code() + " WHEN "
                + Codes.EXPIRED + " THEN c.kind = " + Kind.EXPIRE.code() + " WHEN " + Codes.RELEASED
                + " THEN c.kind IN (" + Kind.CANCEL.code() + "," + Kind.RELEASE.code() + ") ELSE c.kind IN ("
                + Kind.REFUND.code() + "," + Kind.REFUND_REST.code() + ") END";
    }

    private void order(ResultSet row, String fault) throws SQLException {
        differs("order " + OrderIds.fromBytes(row.getBytes(1), 0), List.of(fault));
    }

    private void strayPieces() throws SQLException {
        each(
                "SELECT r.change_id, r.line_no FROM " + tables.refundLine() + " r LEFT JOIN " + tables.orderChange()
                        + " c ON c.id = r.change_id LEFT JOIN " + tables.orderLine()
                        + " l ON l.order_id = c.order_id AND l.line_no = r.line_no WHERE l.order_id IS NULL",
                row -> differs(
                        "change " + OrderIds.fromBytes(row.getBytes(1), 0),
                        List.of("gives back pieces of line " + row.getInt(2) + ", which its order does not have")));
    }
}
