package io.orderflow.internal.schema;

import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/**
 * The id of the shop whose tables these are: random, drawn once at the first contact, since a script cannot draw one.
 */
final class ShopId {
    private ShopId() {}

    /**
     * Reads it, or draws it. Ends the transaction that the connection is in.
     *
     * @throws SQLException if the server does not answer, or this user may not write
     */
    static UUID readOrDraw(Connection connection, Tables tables) throws SQLException {
        Optional<UUID> known = read(connection, tables, "");
        end(connection);
        return known.isPresent() ? known.get() : Session.inTurn(connection, () -> draw(connection, tables));
    }

    /**
     * Under the row's lock: what others draw in the same moment is seen, and what is drawn here is seen by them. After
     * a failure the session is of no more use.
     */
    private static UUID draw(Connection connection, Tables tables) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        Optional<UUID> known = read(connection, tables, " FOR UPDATE");
        UUID shop = known.isPresent() ? known.get() : write(connection, tables, UUID.randomUUID());
        connection.commit();
        connection.setAutoCommit(autoCommit);
        return shop;
    }

    private static Optional<UUID> read(Connection connection, Tables tables, String lock) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT shop FROM " + tables.schemaVersion() + " WHERE id = " + Tables.VERSION + lock)) {
            if (!row.next() || row.getBytes(1) == null) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.wrap(row.getBytes(1));
            return Optional.of(new UUID(bytes.getLong(), bytes.getLong()));
        }
    }

    private static UUID write(Connection connection, Tables tables, UUID drawn) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int written = statement.executeUpdate("UPDATE " + tables.schemaVersion() + " SET shop = "
                    + SqlText.id(drawn) + " WHERE id = " + Tables.VERSION);
            if (written != 1) {
                throw new SQLException("no row: " + tables.schemaVersion(), "42000");
            }
            return drawn;
        }
    }

    private static void end(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }
}
