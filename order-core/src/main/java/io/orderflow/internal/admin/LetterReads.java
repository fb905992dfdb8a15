package io.orderflow.internal.admin;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterReason;
import io.orderflow.OpenedDeadLetter;
import io.orderflow.OpenedDeadLetter.Content;
import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dead letters as the host asks for them, without locks. Thread-safe. */
final class LetterReads {
    private static final String CREATED_AT = SqlTime.micros("d.created_at");

    /** The last column of {@link #select}. */
    private static final int CREATED_AT_COLUMN = 9;

    private static final Pattern POSITION = Pattern.compile("(-?[0-9]{1,18})_([0-9a-f]{64})");

    private final Tables tables;
    private final Store store;
    private final OrderReads orders;

    LetterReads(Tables tables, Store store, OrderReads orders) {
        this.tables = tables;
        this.store = store;
        this.orders = orders;
    }

    /** A letter and where it stands in a list. */
    private record Listed(DeadLetter letter, long createdAt) {}

    /** Reads a page, newest first. */
    Page<DeadLetter> page(DeadLetterFilter filter, PageRequest page) {
        String sql = select() + " WHERE " + condition(filter)
                + page.after().map(LetterReads::behind).orElse("") + " ORDER BY d.created_at DESC, d.hash DESC LIMIT "
                + (page.size() + 1);
        List<Listed> found =
                store.read("dead letters", handle -> QueryRows.list(handle.getConnection(), sql, LetterReads::listed));
        List<DeadLetter> letters =
                found.stream().limit(page.size()).map(Listed::letter).toList();
        if (found.size() <= page.size()) {
            return new Page<>(letters, Optional.empty());
        }
        Listed last = found.get(page.size() - 1);
        return new Page<>(
                letters, Optional.of(last.createdAt() + "_" + last.letter().id()));
    }

    private static String behind(String next) {
        Matcher position = POSITION.matcher(next);
        long createdAt = position.matches() ? Long.parseLong(position.group(1)) : Long.MAX_VALUE;
        if (createdAt < SqlTime.FIRST || createdAt > SqlTime.LAST) {
            throw new IllegalArgumentException("after must be the next of a page of dead letters: " + next);
        }
        String time = SqlTime.literal(createdAt);
        return " AND d.created_at <= " + time + " AND (d.created_at < " + time + " OR d.hash < x'" + position.group(2)
                + "')";
    }

    /** Reads one with all that is known about it. */
    Optional<OpenedDeadLetter> find(String id) {
        String which = " WHERE d.hash = x'" + id + "'";
        List<Listed> letter = store.read(
                "dead letter " + id,
                handle -> QueryRows.list(handle.getConnection(), select() + which, LetterReads::listed));
        List<byte[]> body = store.read(
                "dead letter " + id,
                handle -> QueryRows.list(
                        handle.getConnection(),
                        "SELECT d.body FROM " + tables.deadLetter() + " d" + which,
                        row -> row.getBytes(1)));
        // it may go between the two
        return letter.isEmpty() || body.isEmpty()
                ? Optional.empty()
                : Optional.of(opened(letter.get(0).letter(), body.get(0)));
    }

    private OpenedDeadLetter opened(DeadLetter letter, byte[] body) {
        Optional<Order> order = letter.orderId().flatMap(orders::find);
        if (!letter.isWhole()) {
            String why = "only " + letter.kept() + " of its " + letter.length() + " bytes are kept";
            return new OpenedDeadLetter(letter, body, List.of(), Optional.of(why), order);
        }
        try {
            List<Content> contents = Frames.readUnverified(body).entries().stream()
                    .map(LetterReads::content)
                    .toList();
            return new OpenedDeadLetter(letter, body, contents, Optional.empty(), order);
        } catch (MalformedException e) {
            return new OpenedDeadLetter(letter, body, List.of(), Optional.of(e.getMessage()), order);
        }
    }

    private static Content content(OrderEntry entry) {
        return new Content(entry.id(), entry.buyer(), entry.lines(), entry.payment(), entry.hostData());
    }

    /**
     * Reads the ids that follow one, ascending.
     *
     * @param after an id, or nothing for the first ones
     */
    List<String> ids(DeadLetterFilter filter, String after, int most) {
        // of one order there are few, and an index for them
        String index = filter.orderId().isPresent() ? "" : SqlText.BY_PRIMARY_KEY;
        String sql = "SELECT d.hash FROM " + tables.deadLetter() + " d" + index + " WHERE " + condition(filter)
                + (after.isEmpty() ? "" : " AND d.hash > x'" + after + "'") + " ORDER BY d.hash LIMIT " + most;
        return store.read(
                "the ids of dead letters",
                handle -> QueryRows.list(handle.getConnection(), sql, row -> id(row.getBytes(1))));
    }

    private static String condition(DeadLetterFilter filter) {
        StringBuilder sql = new StringBuilder("1 = 1");
        if (!filter.reasons().isEmpty()) {
            sql.append(" AND d.reason IN (");
            List<DeadLetterReason> reasons = filter.reasons().stream().sorted().toList();
            SqlText.list(sql, reasons, SqlText.Appender.number(Codes::of));
            sql.append(')');
        }
        filter.from().ifPresent(time -> sql.append(" AND d.created_at >= ").append(literal(time)));
        filter.before().ifPresent(time -> sql.append(" AND d.created_at < ").append(literal(time)));
        filter.orderId().ifPresent(order -> sql.append(" AND d.order_id = ").append(SqlText.id(order)));
        return sql.toString();
    }

    /** The first time of a column that is not before it. */
    private static String literal(Instant time) {
        return SqlTime.literal(time.getEpochSecond() * 1_000_000 + (time.getNano() + 999) / 1_000);
    }

    private String select() {
        return "SELECT d.hash, d.reason, d.detail, d.order_id, o.status, d.attempts, d.length, OCTET_LENGTH(d.body), "
                + CREATED_AT + " FROM " + tables.deadLetter() + " d LEFT JOIN " + tables.orders()
                + " o ON o.id = d.order_id";
    }

    private static Listed listed(ResultSet row) throws SQLException {
        int reason = row.getInt(2);
        byte[] order = row.getBytes(4);
        DeadLetter letter = new DeadLetter(
                id(row.getBytes(1)),
                Codes.deadLetterReason(reason)
                        .orElseThrow(() -> new IllegalStateException(
                                "the reason of a dead letter in the database is unknown: " + reason)),
                row.getString(3),
                Optional.ofNullable(order).map(bytes -> OrderIds.fromBytes(bytes, 0)),
                status(row),
                attempts(row),
                SqlTime.instant(row, CREATED_AT_COLUMN),
                row.getInt(7),
                row.getInt(8));
        return new Listed(letter, row.getLong(CREATED_AT_COLUMN));
    }

    private static Optional<OrderStatus> status(ResultSet row) throws SQLException {
        int code = row.getInt(5);
        return row.wasNull() ? Optional.empty() : Optional.of(Codes.status(code));
    }

    private static OptionalInt attempts(ResultSet row) throws SQLException {
        int attempts = row.getInt(6);
        return attempts == 0 ? OptionalInt.empty() : OptionalInt.of(attempts);
    }

    private static String id(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
