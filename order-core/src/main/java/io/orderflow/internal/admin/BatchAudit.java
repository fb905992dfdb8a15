package io.orderflow.internal.admin;

import io.orderflow.Limits;
import io.orderflow.OrderStatus;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the rows of batches say of their members, which is what the feed tells, against the rows of orders and changes.
 * Used once, by one thread.
 */
final class BatchAudit extends AuditPart {
    private static final String ID =
            "SUBSTRING(b.members, " + OrderIds.BYTES + " * o.place + 1, " + OrderIds.BYTES + ")";

    /** Empty where all members came to the usual. A size that somebody changed may be any number. */
    private static final String CODE = "SUBSTRING(b.members, " + OrderIds.BYTES
            + " * CASE WHEN b.size BETWEEN 1 AND " + Limits.BATCH_ORDERS
            + " THEN b.size ELSE 0 END + o.place + 1, 1)";

    BatchAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    void run() throws SQLException {
        rows();
        members(
                tables.orders(),
                "order",
                " WHERE o.status IN (" + Codes.REJECTED + "," + Codes.charged() + ") AND (b.kind <> "
                        + BatchKind.DECIDED.code() + " OR " + ID + " <> o.id OR " + otherVerdict() + ")");
        members(
                tables.orderChange(),
                "change",
                " WHERE (b.kind <> " + BatchKind.CHANGED.code() + " OR " + ID + " <> o.id)");
        members(tables.adjustment(), "adjustment", " WHERE b.kind <> " + BatchKind.ADJUSTED.code());
    }

    private void rows() throws SQLException {
        String without = "(" + BatchKind.ADJUSTED.code() + "," + BatchKind.UNUSED.code() + ")";
        // a size that somebody changed may be any number
        String size = "CAST(size AS DECIMAL(20))";
        String length = "OCTET_LENGTH(members)";
        String other = "members IS NULL OR size < 1 OR " + length + " <> " + OrderIds.BYTES + " * " + size + " AND "
                + length + " <> " + (OrderIds.BYTES + 1) + " * " + size;
        each(
                "SELECT id, kind, size FROM " + tables.batch() + " WHERE kind < 0 OR kind > "
                        + BatchKind.ARCHIVED.code()
                        + " OR kind IN " + without + " AND members IS NOT NULL OR kind NOT IN " + without + " AND ("
                        + other + ") OR kind = " + BatchKind.UNUSED.code() + " AND size <> 0",
                row -> differs(
                        "batch " + row.getLong(1),
                        List.of("of kind " + row.getInt(2) + " and size " + row.getLong(3)
                                + " has members that do not fit")));
    }

    private void members(String table, String what, String differ) throws SQLException {
        each(
                "SELECT o.id, o.batch_id, o.place FROM " + table + " o JOIN " + tables.batch()
                        + " b ON b.id = o.batch_id" + differ,
                row -> differs(
                        what + " " + OrderIds.fromBytes(row.getBytes(1), 0),
                        List.of("is not what the row of batch " + row.getLong(2) + " has at place " + row.getInt(3))));
    }

    private static String otherVerdict() {
        String codes = Stream.of(RejectReason.values()).map(BatchAudit::code).collect(Collectors.joining(","));
        String rejected = Stream.of(RejectReason.values())
                .map(reason -> " WHEN " + Codes.of(reason) + " THEN " + code(reason))
                .collect(Collectors.joining("", "CASE o.reason", " ELSE x'' END"));
        String held = String.format("x'%02x'", Codes.ofVerdict(OrderStatus.RESERVED, Optional.empty()));
        return "o.status <> " + Codes.REJECTED + " AND CASE WHEN " + Codes.holds("o.request") + " THEN " + CODE + " <> "
                + held + " ELSE " + CODE + " = " + held + " END OR o.status <> " + Codes.REJECTED + " AND " + CODE
                + " IN (" + codes + ") OR o.status = " + Codes.REJECTED
                + " AND " + CODE + " <> " + rejected;
    }

    private static String code(RejectReason reason) {
        return String.format("x'%02x'", Codes.ofVerdict(OrderStatus.REJECTED, Optional.of(reason)));
    }
}
