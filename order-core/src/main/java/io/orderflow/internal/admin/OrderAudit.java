package io.orderflow.internal.admin;

import io.orderflow.Limits;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Remains;
import io.orderflow.internal.journal.JournalRow;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Each order by itself: its request against its fingerprint, its lines against its request, what its state must and
 * must not have, and what is kept of a parked one. What cannot be read is named, not thrown.
 */
final class OrderAudit extends AuditPart {
    private static final int PAGE = 500;

    OrderAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    private record Line(UUID order, int number, long product, long quantity, long unitPrice) {
        static Line of(ResultSet row) throws SQLException {
            return new Line(
                    OrderIds.fromBytes(row.getBytes(1), 0),
                    row.getInt(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5));
        }
    }

    /**
     * Walks through all orders, then names the lines that belong to none.
     *
     * @return how many orders have which status code
     */
    Map<Integer, Long> run() throws SQLException {
        Map<Integer, Long> byStatus = new HashMap<>();
        String after = "";
        List<JournalRow> page;
        do {
            page = rows(
                    "SELECT " + JournalRow.COLUMNS + " FROM " + tables.orders() + " o" + after + " ORDER BY o.id LIMIT "
                            + PAGE,
                    JournalRow::of);
            if (!page.isEmpty()) {
                check(page, after);
                page.forEach(row -> byStatus.merge(row.status(), 1L, Long::sum));
                after = " WHERE o.id > " + SqlText.id(page.get(page.size() - 1).id());
            }
        } while (page.size() == PAGE);
        strayLines();
        return byStatus;
    }

    private void check(List<JournalRow> page, String after) throws SQLException {
        Map<UUID, List<Line>> lines = lines(page, after);
        Map<UUID, List<byte[]>> buried = buried(page);
        for (JournalRow row : page) {
            differs("order " + row.id(), faults(row, lines.getOrDefault(row.id(), List.of()), buried));
        }
    }

    /** Those of the page's orders alone, however many stray ones lie between. */
    private Map<UUID, List<Line>> lines(List<JournalRow> page, String after) throws SQLException {
        String last = SqlText.id(page.get(page.size() - 1).id());
        Map<UUID, List<Line>> lines = new HashMap<>();
        rows(
                        "SELECT l.order_id, l.line_no, l.product, l.quantity, l.unit_price FROM " + tables.orders()
                                + " o JOIN " + tables.orderLine() + " l ON l.order_id = o.id"
                                + after + (after.isEmpty() ? " WHERE" : " AND")
                                + " o.id <= " + last + " ORDER BY l.order_id, l.line_no",
                        Line::of)
                .forEach(line -> lines.computeIfAbsent(line.order(), id -> new ArrayList<>())
                        .add(line));
        return lines;
    }

    private Map<UUID, List<byte[]>> buried(List<JournalRow> page) throws SQLException {
        List<UUID> parked = page.stream()
                .filter(row -> row.status() == Codes.PARKED)
                .map(JournalRow::id)
                .toList();
        Map<UUID, List<byte[]>> hashes = new HashMap<>();
        if (!parked.isEmpty()) {
            StringBuilder query = new StringBuilder("SELECT order_id, hash FROM ");
            query.append(tables.deadLetter()).append(" WHERE order_id IN (");
            SqlText.list(query, parked, SqlText::id);
            rows(
                    query.append(')'),
                    row -> hashes.computeIfAbsent(OrderIds.fromBytes(row.getBytes(1), 0), id -> new ArrayList<>())
                            .add(row.getBytes(2)));
        }
        return hashes;
    }

    private static List<String> faults(JournalRow row, List<Line> lines, Map<UUID, List<byte[]>> buried) {
        List<String> faults = new ArrayList<>();
        if (charged(row) == lines.isEmpty()) {
            faults.add(charged(row) ? "is completed and has no lines" : "is not completed and has lines");
        }
        state(row, faults);
        if (row.status() == Codes.PARKED) {
            parked(row, buried.getOrDefault(row.id(), List.of()), faults);
        } else if (row.status() != Codes.ARCHIVED) {
            content(row, lines, faults);
        }
        return faults;
    }

    private static boolean charged(JournalRow row) {
        return Codes.isCharged(row.status());
    }

    private static void state(JournalRow row, List<String> faults) {
        switch (row.status()) {
            case Codes.COMPLETED, Codes.REFUNDED, Codes.CANCELLED, Codes.RESERVED, Codes.EXPIRED, Codes.RELEASED ->
                decided(row, faults);
            case Codes.ARCHIVED -> {
                decided(row, faults);
                if (row.request().length > 0) {
                    faults.add("is archived and has a request");
                }
            }
            case Codes.REJECTED -> {
                decided(row, faults);
                if (!Codes.isRejectReason(row.reason())) {
                    faults.add("is rejected with reason code " + row.reason());
                }
            }
            case Codes.PENDING, Codes.PLACED, Codes.PARKED -> {
                // its place is that among the orders that were accepted with it
                if (row.batch() != 0 || row.place() < 0 || row.place() >= Limits.BATCH_ORDERS) {
                    faults.add("is not decided, with decision number " + row.batch() + "/" + row.place());
                }
            }
            default -> faults.add("has the status code " + row.status() + ", which stands for nothing");
        }
        if (row.status() != Codes.REJECTED && row.reason() != 0) {
            faults.add("is not rejected, with reason code " + row.reason());
        }
    }

    private static void decided(JournalRow row, List<String> faults) {
        if (row.batch() <= 0) {
            faults.add("is decided without a decision number");
        }
    }

    /** Why it was parked may be that it cannot be read; what was parked must be what was set aside. */
    private static void parked(JournalRow row, List<byte[]> hashes, List<String> faults) {
        byte[] hash = Remains.of(DeadLetters.content(row.id(), row.buyer(), row.request()))
                .hash();
        if (hashes.isEmpty()) {
            faults.add("is parked and not in the dead letters");
        } else if (hashes.stream().noneMatch(other -> Arrays.equals(other, hash))) {
            faults.add("is parked with other content than is in the dead letters");
        }
    }

    private static void content(JournalRow row, List<Line> lines, List<String> faults) {
        try {
            OrderEntry entry = OrderEntry.decode(row.id(), row.buyer(), row.request());
            if (!entry.fingerprint().equals(row.fingerprint())) {
                faults.add("has a fingerprint that is not that of its buyer and request");
            }
            if (charged(row) && !lines.isEmpty()) {
                lines(entry, lines, faults);
            }
            if (entry.holdMillis() == 0 && charged(row) && !Codes.isCompleted(row.status())) {
                faults.add("has status code " + row.status() + ", and its request asks for no hold");
            }
            if (!entry.needsWallet() && blamesWallet(row)) {
                faults.add("is rejected for its buyer's wallet, which does not pay");
            }
        } catch (MalformedException e) {
            faults.add("has a request that cannot be read: " + e.getMessage());
        }
    }

    private static boolean blamesWallet(JournalRow row) {
        return row.status() == Codes.REJECTED
                && (row.reason() == Codes.of(RejectReason.UNKNOWN_BUYER)
                        || row.reason() == Codes.of(RejectReason.INSUFFICIENT_FUNDS));
    }

    private static void lines(OrderEntry entry, List<Line> lines, List<String> faults) {
        if (entry.lineCount() != lines.size()) {
            faults.add("has " + lines.size() + " lines, and its request has " + entry.lineCount());
            return;
        }
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            boolean priced = entry.unitPrice(i) != OrderEntry.NO_PRICE;
            if (line.number() != i
                    || line.product() != entry.product(i)
                    || line.quantity() != entry.quantity(i)
                    || priced && line.unitPrice() != entry.unitPrice(i)) {
                faults.add("has a line " + line.number() + " that is not line " + i + " of its request");
                return;
            }
        }
    }

    private void strayLines() throws SQLException {
        String after = "";
        List<UUID> page;
        do {
            page = rows(
                    "SELECT l.order_id FROM " + tables.orderLine() + " l LEFT JOIN " + tables.orders()
                            + " o ON o.id = l.order_id WHERE o.id IS NULL" + after
                            + " GROUP BY l.order_id ORDER BY l.order_id LIMIT " + PAGE,
                    row -> OrderIds.fromBytes(row.getBytes(1), 0));
            page.forEach(id -> differs("order " + id, List.of("has lines and no row")));
            after = page.isEmpty() ? "" : " AND l.order_id > " + SqlText.id(page.get(page.size() - 1));
        } while (page.size() == PAGE);
    }
}
