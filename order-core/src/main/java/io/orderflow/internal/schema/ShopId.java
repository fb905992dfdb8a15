package io.orderflow.internal.schema;

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
        Optional<UUID> known = read(connection, tables);
        end(connection);
        if (known.isEmpty()) {
            draw(connection, tables);
            end(connection);
            // in a transaction of its own, which sees what another process may have drawn first
            known = read(connection, tables);
            end(connection);
        }
        return known.orElseThrow(() -> new SQLException("no row: " + tables.schemaVersion(), "42000"));
    }

    private static Optional<UUID> read(Connection connection, Tables tables) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT shop FROM " + tables.schemaVersion() + " WHERE id = " + Tables.VERSION)) {
            if (!row.next() || row.getBytes(1) == null) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.wrap(row.getBytes(1));
            return Optional.of(new UUID(bytes.getLong(), bytes.getLong()));
        }
    }

    private static void draw(Connection connection, Tables tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // which rows it matched is not asked: another process may draw in the same moment
            statement.executeUpdate("UPDATE " + tables.schemaVersion() + " SET shop = " + SqlText.id(UUID.randomUUID())
                    + " WHERE id = " + Tables.VERSION + " AND shop IS NULL");
        }
    }

    private static void end(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }
}
