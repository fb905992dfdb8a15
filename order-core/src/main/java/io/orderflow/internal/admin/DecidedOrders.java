package io.orderflow.internal.admin;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Members;
import io.orderflow.internal.engine.Members.Member;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Decided orders in the order of their numbers or the other way, as the rows of the batches name them. Thread-safe. */
final class DecidedOrders {
    /** Orders, and rows of other changes between them, that are looked at for one page. */
    private static final int MOST = 10_000;

    /** Rows of batches that are read at a time: of the largest ones 170 KB. */
    private static final int ROWS = 20;

    /** The same of those that come first: who looks at the newest orders again and again has enough with these. */
    private static final int FIRST_ROWS = 2;

    /** The same where no order was in those that were read last: adjustments are small. */
    private static final int MORE_ROWS = 200;

    /** Microseconds: servers of a cluster draw numbers beside each other, and a clock may be set back. */
    private static final long MARGIN = 60_000_000;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Tables tables;
    private final OrderReader reader;
    private final BatchTimes times;

    DecidedOrders(Tables tables, OrderReader reader) {
        this.tables = tables;
        this.reader = reader;
        this.times = new BatchTimes(tables);
    }

    /**
     * A batch's row.
     *
     * @param at when its number was drawn, in microseconds since 1970
     * @param members orders or changes
     */
    private record Row(long id, BatchKind kind, long at, List<Member> members) {}

    private record Numbered(long number, long at, UUID order) {}

    /** The decision number in the word for the next page. */
    static OptionalLong number(PageRequest page) {
        if (page.after().isEmpty()) {
            return OptionalLong.empty();
        }
        String next = page.after().get();
        if (!NUMBER.matcher(next).matches()) {
            throw new IllegalArgumentException("after must be the next of a page of decided orders: " + next);
        }
        return OptionalLong.of(Long.parseLong(next));
    }

    /** Reads the latest ones before a number, latest first. */
    Page<Order> latest(Connection connection, Set<OrderStatus> statuses, OptionalLong before, int size)
            throws SQLException {
        List<Order> found = new ArrayList<>();
        long below = before.orElse(Long.MAX_VALUE);
        int seen = 0;
        int most = FIRST_ROWS;
        while (seen < MOST) {
            List<Row> rows = rows(connection, "id <= " + DecisionNumber.batch(below - 1), "DESC", most);
            if (rows.isEmpty()) {
                return new Page<>(found, Optional.empty());
            }
            long end = below;
            List<Numbered> members = members(connection, rows).stream()
                    .filter(member -> member.number() < end)
                    .sorted(Comparator.comparingLong(Numbered::number).reversed())
                    .toList();
            Optional<Numbered> last = fill(connection, members, statuses, found, size);
            if (last.isPresent()) {
                return new Page<>(found, Optional.of(Long.toString(last.get().number())));
            }
            seen += Math.max(rows.size(), members.size());
            most = members.isEmpty() ? MORE_ROWS : ROWS;
            below = DecisionNumber.of(rows.get(rows.size() - 1).id(), 0);
        }
        return new Page<>(found, Optional.of(Long.toString(below)));
    }

    /**
     * Adds those that are wanted until there are as many as asked for, and reads no more orders than that takes.
     *
     * @return the one that made it full
     */
    private Optional<Numbered> fill(
            Connection connection, List<Numbered> members, Set<OrderStatus> statuses, List<Order> found, int size)
            throws SQLException {
        int piece = statuses.isEmpty() ? size : SqlText.PIECE;
        for (List<Numbered> some : SqlText.pieces(members, piece)) {
            Map<UUID, Order> orders = orders(connection, some);
            for (Numbered member : some) {
                Order order = orders.get(member.order());
                boolean wanted = order != null && (statuses.isEmpty() || statuses.contains(order.status()));
                if (wanted && isOf(order, member)) {
                    found.add(order);
                    if (found.size() == size) {
                        return Optional.of(member);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Reads the next ones after a number that were decided in a time, in the order of their numbers.
     *
     * @param from in microseconds since 1970
     * @param until the first microsecond that is too late
     */
    Page<Order> between(Connection connection, long from, long until, OptionalLong after, int size)
            throws SQLException {
        long above = after.isPresent()
                ? after.getAsLong()
                : DecisionNumber.of(times.firstFrom(connection, from - MARGIN), 0) - 1;
        List<Order> found = new ArrayList<>();
        int most = ROWS;
        while (true) {
            List<Row> rows = rows(connection, "id >= " + DecisionNumber.batch(above + 1), "ASC", most);
            if (rows.isEmpty() || rows.get(0).at() >= until + MARGIN) {
                return new Page<>(found, Optional.empty());
            }
            long last = above;
            List<Numbered> members = members(connection, rows).stream()
                    .filter(member -> member.number() > last && member.at() >= from && member.at() < until)
                    .toList();
            Map<UUID, Order> orders = orders(connection, members);
            for (Numbered member : members) {
                Order order = orders.get(member.order());
                if (order != null && isOf(order, member)) {
                    found.add(order);
                    if (found.size() == size) {
                        return new Page<>(found, Optional.of(Long.toString(member.number())));
                    }
                }
            }
            above = DecisionNumber.of(rows.get(rows.size() - 1).id() + 1, 0) - 1;
            most = members.isEmpty() ? MORE_ROWS : ROWS;
        }
    }

    private Map<UUID, Order> orders(Connection connection, List<Numbered> members) throws SQLException {
        return reader.orders(connection, members.stream().map(Numbered::order).toList());
    }

    /** Whether it has its decision from there, and its content. */
    private static boolean isOf(Order order, Numbered member) {
        return order.decision().equals(OptionalLong.of(member.number())) && order.status() != OrderStatus.ARCHIVED;
    }

    /** Rows of all kinds, so that the limit bounds what the server reads; of others without their members. */
    private List<Row> rows(Connection connection, String which, String direction, int most) throws SQLException {
        return QueryRows.list(
                connection,
                "SELECT id, kind, size, CASE WHEN kind IN (" + BatchKind.DECIDED.code() + ","
                        + BatchKind.CHANGED.code() + ") THEN members END, " + SqlTime.micros("decided_at") + " FROM "
                        + tables.batch() + " WHERE " + which + " ORDER BY id " + direction + " LIMIT " + most,
                row -> {
                    BatchKind kind = BatchKind.of(row.getInt(2));
                    byte[] members = row.getBytes(4);
                    return new Row(
                            row.getLong(1),
                            kind,
                            row.getLong(5),
                            members == null ? List.of() : Members.read(kind, members, row.getInt(3)));
                });
    }

    /** The orders in the order of the rows and, within a row, of their places; lowest number first. */
    private List<Numbered> members(Connection connection, List<Row> rows) throws SQLException {
        Map<UUID, UUID> decidedByChanges = decidedByChanges(connection, rows);
        List<Numbered> members = new ArrayList<>();
        for (Row row : rows) {
            for (int place = 0; place < row.members().size(); place++) {
                UUID id = row.members().get(place).id();
                UUID order = row.kind() == BatchKind.DECIDED ? id : decidedByChanges.get(id);
                if (order != null) {
                    members.add(new Numbered(DecisionNumber.of(row.id(), place), row.at(), order));
                }
            }
        }
        members.sort(Comparator.comparingLong(Numbered::number));
        return members;
    }

    /** A change that decided its order, by cancelling it while it was pending, has the number that the order has. */
    private Map<UUID, UUID> decidedByChanges(Connection connection, List<Row> rows) throws SQLException {
        List<UUID> changes = rows.stream()
                .filter(row -> row.kind() == BatchKind.CHANGED)
                .flatMap(row -> row.members().stream().map(Member::id))
                .toList();
        Map<UUID, UUID> orders = new HashMap<>();
        for (List<UUID> piece : SqlText.pieces(changes, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT c.id, o.id FROM ").append(tables.orderChange());
            sql.append(" c JOIN ").append(tables.orders());
            sql.append(" o ON o.id = c.order_id AND o.batch_id = c.batch_id WHERE c.id IN (");
            SqlText.list(sql, piece, SqlText::id);
            QueryRows.look(
                    connection,
                    sql.append(')'),
                    row -> orders.put(OrderIds.fromBytes(row.getBytes(1), 0), OrderIds.fromBytes(row.getBytes(2), 0)));
        }
        return orders;
    }
}
