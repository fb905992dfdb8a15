package io.orderflow.internal.journal;

import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderStatus;
import io.orderflow.Payment;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** Reads whole orders from their rows, without locks unless told otherwise. Thread-safe. */
public final class OrderReader {
    private static final String COLUMNS = JournalRow.COLUMNS + ", " + SqlTime.micros("o.created_at");

    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    private final Tables tables;

    /** Reads from the tables. */
    public OrderReader(Tables tables) {
        this.tables = tables;
    }

    /**
     * An order and what its content's fingerprint is.
     *
     * @param order the order
     * @param fingerprint its content's fingerprint
     */
    public record Stored(Order order, Fingerprint fingerprint) {}

    /** Where a page of one buyer's orders begins: after this one. */
    public record Position(LocalDateTime createdAt, UUID id) {}

    /** Reads those of the ids that have rows. */
    public Map<UUID, Stored> byIds(Connection connection, Collection<UUID> ids) throws SQLException {
        Map<UUID, Stored> found = new HashMap<>();
        List<UUID> all = List.copyOf(ids);
        for (List<UUID> piece : SqlText.pieces(all, SqlText.PIECE)) {
            try (Statement statement = connection.createStatement()) {
                List<Row> rows = rows(statement.executeQuery(select("") + " WHERE o.id IN (" + hexList(piece) + ")"));
                found.putAll(withLines(connection, rows));
            }
        }
        return found;
    }

    /** The same without their fingerprints. */
    public Map<UUID, Order> orders(Connection connection, Collection<UUID> ids) throws SQLException {
        Map<UUID, Order> orders = new HashMap<>();
        byIds(connection, ids).forEach((id, stored) -> orders.put(id, stored.order()));
        return orders;
    }

    /**
     * Reads an order that has a row as it is committed now, whatever snapshot the connection's transaction has. Keeps
     * others from changing the rows that it reads, and locks no gap between them: each is named by its whole key.
     *
     * @param asked the order as it was asked for; one with another content comes without the lines that were charged
     */
    public Optional<Stored> latest(Connection connection, Dialect dialect, OrderEntry asked) throws SQLException {
        String locking = dialect == Dialect.H2 ? " FOR UPDATE" : " LOCK IN SHARE MODE";
        try (Statement statement = connection.createStatement()) {
            List<Row> rows =
                    rows(statement.executeQuery(select(locking) + " WHERE o.id = " + SqlText.id(asked.id()) + locking));
            if (rows.isEmpty()) {
                return Optional.empty();
            }
            Row row = rows.get(0);
            Map<UUID, List<OrderLine>> charged = new HashMap<>();
            if (row.isCharged() && row.fingerprint().equals(asked.fingerprint())) {
                for (int line = 0; line < asked.lineCount(); line++) {
                    String key = "order_id = " + SqlText.id(row.id()) + " AND line_no = " + line;
                    addLines(connection, key + locking, charged);
                }
            }
            return Optional.of(new Stored(order(row, charged.get(row.id())), row.fingerprint()));
        }
    }

    /** Reads a buyer's orders, newest first, at most {@code limit} of them. */
    public List<Order> ofBuyer(Connection connection, long buyer, Optional<Position> after, int limit)
            throws SQLException {
        String range = after.isEmpty() ? "" : " AND o.created_at <= ? AND (o.created_at < ? OR o.id < ?)";
        String sql = select("") + " WHERE o.buyer = ? AND o.status <> " + Codes.ARCHIVED + range
                + " ORDER BY o.created_at DESC, o.id DESC LIMIT " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, buyer);
            if (after.isPresent()) {
                // as text: drivers move a bound time through a zone, or cut it to whole seconds on MariaDB
                String createdAt = MICROSECONDS.format(after.get().createdAt());
                statement.setString(2, createdAt);
                statement.setString(3, createdAt);
                statement.setBytes(4, OrderIds.toBytes(after.get().id()));
            }
            return withLines(connection, rows(statement.executeQuery())).values().stream()
                    .map(Stored::order)
                    .toList();
        }
    }

    /** Reads the status codes of those of the ids that have rows. */
    public Map<UUID, Integer> statuses(Connection connection, Collection<UUID> ids) throws SQLException {
        Map<UUID, Integer> found = new HashMap<>();
        for (List<UUID> piece : SqlText.pieces(List.copyOf(ids), SqlText.PIECE)) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT id, status FROM " + tables.orders() + " WHERE id IN (" + hexList(piece) + ")")) {
                while (row.next()) {
                    found.put(OrderIds.fromBytes(row.getBytes(1), 0), row.getInt(2));
                }
            }
        }
        return found;
    }

    /**
     * Those of the orders that have rows, committed or not. Ends the transaction that is open, and waits for nobody.
     */
    static Set<UUID> written(Session session, Tables tables, Collection<UUID> ids) throws SQLException {
        return session.dirtyRead(
                "SELECT id FROM " + tables.orders() + " WHERE id IN (" + hexList(ids) + ")",
                row -> OrderIds.fromBytes(row.getBytes(1), 0));
    }

    /** The literals of ids, with commas between them. */
    static String hexList(Collection<UUID> ids) {
        StringBuilder text = new StringBuilder(ids.size() * 36);
        SqlText.list(text, List.copyOf(ids), SqlText::id);
        return text.toString();
    }

    /** What was refunded is read as the transaction sees it: to lock it would lock the gaps around it. */
    private String select(String locking) {
        return "SELECT " + COLUMNS + ", (SELECT " + SqlTime.micros("b.decided_at") + " FROM " + tables.batch()
                + " b WHERE b.id = NULLIF(o.batch_id, 0)" + locking + "), CASE WHEN o.status = " + Codes.COMPLETED
                + " THEN (SELECT SUM(c.amount) FROM " + tables.orderChange()
                + " c WHERE c.order_id = o.id) END, CASE WHEN o.status = " + Codes.RESERVED + " THEN (SELECT "
                + SqlTime.micros("h.deadline") + " FROM " + tables.hold()
                + " h WHERE h.order_id = o.id" + locking + ") END FROM " + tables.orders() + " o";
    }

    /** An order's row and its times, before its lines are known. */
    private record Row(
            JournalRow stored,
            Instant createdAt,
            Optional<Instant> decidedAt,
            long refunded,
            Optional<Instant> heldUntil) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    JournalRow.of(row),
                    SqlTime.instant(row, JournalRow.WIDTH + 1),
                    SqlTime.instantIfAny(row, JournalRow.WIDTH + 2),
                    row.getLong(JournalRow.WIDTH + 3),
                    SqlTime.instantIfAny(row, JournalRow.WIDTH + 4));
        }

        UUID id() {
            return stored.id();
        }

        boolean isCharged() {
            return Codes.isCharged(stored.status());
        }

        Fingerprint fingerprint() {
            return stored.fingerprint();
        }
    }

    private static List<Row> rows(ResultSet result) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (result) {
            while (result.next()) {
                rows.add(Row.of(result));
            }
        }
        return rows;
    }

    private Map<UUID, Stored> withLines(Connection connection, List<Row> rows) throws SQLException {
        List<UUID> withLines = rows.stream().filter(Row::isCharged).map(Row::id).toList();
        Map<UUID, List<OrderLine>> charged = new HashMap<>();
        for (List<UUID> piece : SqlText.pieces(withLines, SqlText.PIECE)) {
            addLines(connection, "order_id IN (" + hexList(piece) + ") ORDER BY order_id, line_no", charged);
        }
        Map<UUID, Stored> orders = new LinkedHashMap<>();
        for (Row row : rows) {
            orders.put(row.id(), new Stored(order(row, charged.get(row.id())), row.fingerprint()));
        }
        return orders;
    }

    private void addLines(Connection connection, String which, Map<UUID, List<OrderLine>> lines) throws SQLException {
        String sql = "SELECT order_id, product, quantity, unit_price FROM " + tables.orderLine() + " WHERE " + which;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                lines.computeIfAbsent(OrderIds.fromBytes(row.getBytes(1), 0), id -> new ArrayList<>())
                        .add(OrderLine.of(row.getLong(2), row.getInt(3), row.getLong(4)));
            }
        }
    }

    private static long total(List<OrderLine> charged) {
        return charged.stream()
                .mapToLong(line -> line.quantity() * line.unitPrice().getAsLong())
                .sum();
    }

    /**
     * The request may be unreadable in a parked order; then its lines and host data are shown as empty, and its payment
     * and hold as those that orders have by default.
     */
    private static Order order(Row row, List<OrderLine> charged) {
        JournalRow stored = row.stored();
        OrderStatus status = Codes.status(stored.status());
        List<OrderLine> lines = charged;
        Payment payment = Payment.WALLET;
        Optional<Duration> holdFor = Optional.empty();
        boolean urgent = false;
        byte[] hostData = {};
        try {
            OrderEntry entry = OrderEntry.decode(stored.id(), stored.buyer(), stored.request());
            hostData = entry.hostData();
            payment = entry.payment();
            holdFor = entry.holdFor();
            urgent = entry.isUrgent();
            lines = charged == null ? entry.lines() : charged;
        } catch (MalformedException e) {
            lines = charged == null ? List.of() : charged;
        }
        return new Order(
                stored.id(),
                stored.buyer(),
                status,
                status == OrderStatus.REJECTED ? Optional.of(Codes.rejectReason(stored.reason())) : Optional.empty(),
                lines,
                payment,
                holdFor,
                row.heldUntil(),
                urgent,
                charged == null ? 0 : total(charged),
                charged == null || !Codes.isGivenBack(stored.status()) ? row.refunded() : total(charged),
                row.createdAt(),
                row.decidedAt(),
                status.isVerdict()
                        ? OptionalLong.of(DecisionNumber.of(stored.batch(), stored.place()))
                        : OptionalLong.empty(),
                hostData);
    }
}
