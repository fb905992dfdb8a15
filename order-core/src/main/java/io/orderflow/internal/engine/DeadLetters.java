package io.orderflow.internal.engine;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.OrderRows.Fate;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Sets bytes and orders aside, each call in one transaction that it commits. Idempotent by the hash of the bytes, so
 * that a message that is delivered again makes no second dead letter. Thread-safe.
 */
public final class DeadLetters {
    private static final int DETAIL = 500;

    private final Tables tables;

    /** Writes into the tables. */
    public DeadLetters(Tables tables) {
        this.tables = tables;
    }

    /**
     * Something that is set aside.
     *
     * @param orderId the order that it is about, if any is
     * @param attempts how often that order was tried alone, if it was
     */
    public record Letter(
            DeadLetterReason reason, String detail, Optional<UUID> orderId, OptionalInt attempts, Remains message) {
        /** A message that is not an order of ours. */
        public Letter(DeadLetterReason reason, String detail, Remains message) {
            this(reason, detail, Optional.empty(), OptionalInt.empty(), message);
        }
    }

    /**
     * Why an order is parked.
     *
     * @param detail what went wrong, for a person
     * @param attempts how often it was tried alone, 1 or more
     */
    public record Parking(DeadLetterReason reason, String detail, int attempts) {
        private Parking asConflict() {
            return new Parking(
                    DeadLetterReason.CONFLICT, "the order under its id has other content; " + detail, attempts);
        }
    }

    /**
     * Sets messages aside that are not orders of ours, or contents that conflict, all in one transaction of two
     * statements.
     *
     * @param letters 1 to 500; so many of their bytes are kept as fit into one statement
     * @return those that were not there before, in the order of their hashes
     */
    public List<Letter> bury(Session session, List<Letter> letters) throws SQLException {
        return session.transaction(() -> insertNew(session, letters));
    }

    /** What is set aside of an order whose id stands for other content; the order under that id stays as it is. */
    public static Letter conflict(OrderEntry entry) {
        String detail = "order " + entry.id() + " has other content";
        return new Letter(
                DeadLetterReason.CONFLICT,
                detail,
                Optional.of(entry.id()),
                OptionalInt.empty(),
                Remains.of(frameOf(entry)));
    }

    /**
     * Parks an undecided order, also one that has no row yet. An order that was decided meanwhile is left alone. Where
     * its id stands for other content, this content is set aside as a conflict: only what is parked has another reason.
     *
     * @return the reason under which something was set aside now
     */
    public Optional<DeadLetterReason> park(Session session, OrderEntry entry, Parking why) throws SQLException {
        return session.transaction(() -> {
            Optional<OrderRow> row = lock(session, entry.id());
            if (row.isPresent() && !row.get().fingerprint().equals(entry.fingerprint())) {
                return setAside(session, why.asConflict(), entry);
            }
            if (row.isEmpty()) {
                insertParked(session, entry);
            } else if (parkRow(session, entry.id()) == 0) {
                LogFlush.changeSomething(session, tables, OrderIds.next());
                return Optional.empty();
            }
            drawNumber(session, entry.id(), why);
            return setAside(session, why, entry);
        });
    }

    private Optional<DeadLetterReason> setAside(Session session, Parking why, OrderEntry entry) throws SQLException {
        boolean isNew = insertNew(session, why, entry.id(), frameOf(entry));
        return isNew ? Optional.of(why.reason()) : Optional.empty();
    }

    /**
     * Parks an undecided order by its id alone, with the content that its row has: a frame, or id and request when that
     * cannot be decoded.
     *
     * @return whether it is parked now and was not before
     */
    public boolean park(Session session, UUID id, Parking why) throws SQLException {
        return session.transaction(() -> {
            boolean parked = parkRow(session, id) == 1;
            if (parked) {
                drawNumber(session, id, why);
                insertNew(session, why, id, content(session, id));
            }
            return parked;
        });
    }

    /** Under the lock of the order's row, so that what happens to one order is in the order of its numbers. */
    private void drawNumber(Session session, UUID order, Parking why) throws SQLException {
        String member = Members.literal(BatchKind.PARKED, List.of(order), id -> id, id -> Codes.of(why.reason()));
        BatchNumber.draw(tables, session, BatchKind.PARKED, 1, member);
    }

    private static byte[] frameOf(OrderEntry entry) {
        // no time, shop, urgency and trace: the same order must give the same bytes, and so the same hash
        return FrameCodec.encode(Frame.NO_SHOP, List.of(entry.ordinary().untraced()));
    }

    private int parkRow(Session session, UUID id) throws SQLException {
        return session.update("UPDATE " + tables.orders() + SqlText.BY_PRIMARY_KEY + " SET status = " + Codes.PARKED
                + " WHERE id = " + SqlText.id(id) + " AND status IN (" + Codes.PENDING + "," + Codes.PLACED + ")");
    }

    private void insertParked(Session session, OrderEntry entry) throws SQLException {
        StringBuilder sql = OrderRows.begin(tables, 1);
        OrderRows.append(sql, session, entry, new Fate(Codes.PARKED, 0, 0, 0));
        session.update(sql);
    }

    private boolean insertNew(Session session, Parking why, UUID orderId, byte[] content) throws SQLException {
        Remains remains = Remains.of(content);
        // a stranger may have sent the same bytes without a tag, and what was kept of those is no order that comes back
        StringBuilder strangers = new StringBuilder("DELETE FROM ").append(tables.deadLetter());
        SqlText.hex(strangers.append(" WHERE hash = "), remains.hash());
        strangers.append(" AND (order_id IS NULL");
        if (why.reason() != DeadLetterReason.CONFLICT) {
            // where the row's fingerprint was damaged, a frame of this very order was taken for another content
            strangers.append(" OR reason = ").append(Codes.of(DeadLetterReason.CONFLICT));
        }
        session.update(strangers.append(')'));
        Letter letter =
                new Letter(why.reason(), why.detail(), Optional.of(orderId), OptionalInt.of(why.attempts()), remains);
        return !insertNew(session, List.of(letter)).isEmpty();
    }

    private List<Letter> insertNew(Session session, List<Letter> letters) throws SQLException {
        // ascending, so that two who set the same aside wait for each other in one order
        Map<String, Letter> byHash = new TreeMap<>();
        for (Letter letter : letters) {
            StringBuilder hash = new StringBuilder();
            SqlText.hex(hash, letter.message().hash());
            byHash.putIfAbsent(hash.toString(), letter);
        }
        removeKnown(session, byHash);
        if (!byHash.isEmpty()) {
            insert(session, byHash);
        } else {
            // what is there already is acked
            LogFlush.changeSomething(session, tables, OrderIds.next());
        }
        return List.copyOf(byHash.values());
    }

    private void removeKnown(Session session, Map<String, Letter> byHash) throws SQLException {
        String query = "SELECT hash FROM " + tables.deadLetter() + " WHERE hash IN ("
                + String.join(",", byHash.keySet()) + ")";
        try (Statement statement = session.statement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                StringBuilder hash = new StringBuilder();
                SqlText.hex(hash, rows.getBytes(1));
                byHash.remove(hash.toString());
            }
        }
    }

    private void insert(Session session, Map<String, Letter> byHash) throws SQLException {
        String now = session.dialect().utcNow();
        List<String> rows = new ArrayList<>();
        byHash.keySet().forEach(hash -> rows.add("(" + hash + ", ?, ?, ?, ?, ?, ?, " + now + ")"));
        String sql = "INSERT INTO " + tables.deadLetter()
                + " (hash, reason, detail, order_id, attempts, length, body, created_at) VALUES "
                + String.join(", ", rows);
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            bind(statement, byHash.values());
            statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, Collection<Letter> letters) throws SQLException {
        int parameter = 0;
        for (Letter letter : letters) {
            statement.setInt(++parameter, Codes.of(letter.reason()));
            statement.setString(++parameter, shortened(letter.detail()));
            statement.setBytes(
                    ++parameter, letter.orderId().map(OrderIds::toBytes).orElse(null));
            statement.setInt(++parameter, letter.attempts().orElse(0));
            statement.setInt(++parameter, letter.message().length());
            statement.setBytes(++parameter, letter.message().beginning());
        }
    }

    private static String shortened(String detail) {
        if (detail.length() <= DETAIL) {
            return detail;
        }
        int end = DETAIL - 1;
        return detail.substring(0, Character.isHighSurrogate(detail.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    private byte[] content(Session session, UUID id) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(
                        "SELECT buyer, request FROM " + tables.orders() + " WHERE id = " + SqlText.id(id))) {
            row.next();
            return content(id, row.getLong(1), row.getBytes(2));
        }
    }

    /** What is set aside of an order with such a row: a frame, or id and request when that cannot be decoded. */
    public static byte[] content(UUID id, long buyer, byte[] request) {
        try {
            return frameOf(OrderEntry.decode(id, buyer, request));
        } catch (MalformedException e) {
            // the id keeps equal requests of two orders apart
            byte[] content = Arrays.copyOf(OrderIds.toBytes(id), OrderIds.BYTES + request.length);
            System.arraycopy(request, 0, content, OrderIds.BYTES, request.length);
            return content;
        }
    }

    private Optional<OrderRow> lock(Session session, UUID id) throws SQLException {
        return Optional.ofNullable(
                new LockingReads(tables, session).lockOrders(List.of(id)).get(id));
    }
}
