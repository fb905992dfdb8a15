package io.orderflow.internal.engine;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Sets bytes and orders aside, each in one transaction that it commits. Idempotent by the hash of the bytes, so that a message
 * that is delivered again makes no second dead letter. Thread-safe.
 */
public final class DeadLetters {
    private static final int DETAIL = 500;

    private final Tables tables;

    /** Writes into the tables. */
    public DeadLetters(Tables tables) {
        this.tables = tables;
    }

    /**
     * Sets a message aside that is not an order of ours.
     *
     * @return whether it was not there before
     */
    public boolean bury(Session session, DeadLetterReason reason, String detail, Remains message) throws SQLException {
        return transaction(session, () -> insert(session, reason, detail, Optional.empty(), message));
    }

    /**
     * Sets the content of an order aside; the order under its id stays as it is.
     *
     * @return whether it was not there before
     */
    public boolean buryConflict(Session session, OrderEntry entry) throws SQLException {
        String detail = "order " + entry.id() + " has other content";
        return transaction(
                session,
                () -> insert(
                        session,
                        DeadLetterReason.CONFLICT,
                        detail,
                        Optional.of(entry.id()),
                        Remains.of(frameOf(entry))));
    }

    /**
     * Parks an undecided order, also one that has no row yet. An order that was decided meanwhile is left alone; where its id
     * stands for other content, this content is set aside.
     *
     * @return whether something was set aside now
     */
    public boolean park(Session session, OrderEntry entry, DeadLetterReason reason, String detail) throws SQLException {
        return transaction(session, () -> {
            Optional<OrderRow> row = lock(session, entry.id());
            boolean mine = row.isEmpty() || row.get().fingerprint().equals(entry.fingerprint());
            if (row.isEmpty()) {
                insertParked(session, entry);
            } else if (mine && parkRow(session, entry.id()) == 0) {
                return false;
            }
            return insert(session, reason, detail, Optional.of(entry.id()), Remains.of(frameOf(entry)));
        });
    }

    /**
     * Parks an undecided order by its id alone, with the content that its row has: a frame, or id and request when that can not
     * be decoded.
     *
     * @return whether it is parked now and was not before
     */
    public boolean park(Session session, UUID id, DeadLetterReason reason, String detail) throws SQLException {
        return transaction(session, () -> {
            boolean parked = parkRow(session, id) == 1;
            if (parked) {
                insert(session, reason, detail, Optional.of(id), Remains.of(content(session, id)));
            }
            return parked;
        });
    }

    private static byte[] frameOf(OrderEntry entry) {
        // no time and no shop: the same order must give the same bytes, and so the same hash
        return FrameCodec.encode(Frame.NO_SHOP, List.of(entry), 0);
    }

    private int parkRow(Session session, UUID id) throws SQLException {
        return session.update("UPDATE " + tables.orders() + SqlText.BY_PRIMARY_KEY + " SET status = " + Codes.PARKED
                + " WHERE id = " + SqlText.id(id) + " AND status IN (" + Codes.PENDING + "," + Codes.PLACED + ")");
    }

    private void insertParked(Session session, OrderEntry entry) throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO ").append(tables.orders());
        sql.append(" (id, buyer, status, fingerprint, request, created_at) VALUES (")
                .append(SqlText.id(entry.id()));
        sql.append(',').append(entry.buyer()).append(',').append(Codes.PARKED).append(',');
        SqlText.hex(sql, entry.fingerprint().toBytes());
        sql.append(',');
        SqlText.hex(sql, entry.request());
        session.update(sql.append(',').append(session.dialect().utcNow()).append(')'));
    }

    private boolean insert(
            Session session, DeadLetterReason reason, String detail, Optional<UUID> orderId, Remains message)
            throws SQLException {
        StringBuilder hash = new StringBuilder();
        SqlText.hex(hash, message.hash());
        if (exists(session, "SELECT 1 FROM " + tables.deadLetter() + " WHERE hash = " + hash)) {
            return false;
        }
        String sql = "INSERT INTO " + tables.deadLetter()
                + " (hash, reason, detail, order_id, length, body, created_at) VALUES (" + hash + ", ?, ?, ?, ?, ?, "
                + session.dialect().utcNow() + ")";
        try (var statement = session.connection().prepareStatement(sql)) {
            statement.setInt(1, Codes.of(reason));
            statement.setString(2, shortened(detail));
            statement.setBytes(3, orderId.map(OrderIds::toBytes).orElse(null));
            statement.setInt(4, message.length());
            statement.setBytes(5, message.beginning());
            statement.executeUpdate();
            return true;
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

    /** What is set aside of an order with such a row: a frame, or id and request when that can not be decoded. */
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

    private static boolean exists(Session session, String query) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next();
        }
    }

    /** Statements that belong together. */
    @FunctionalInterface
    private interface Statements {
        boolean run() throws SQLException;
    }

    private static boolean transaction(Session session, Statements statements) throws SQLException {
        try {
            boolean result = statements.run();
            session.connection().commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            session.rollback(e);
            throw e;
        }
    }
}
