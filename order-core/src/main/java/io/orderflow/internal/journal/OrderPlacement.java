package io.orderflow.internal.journal;

import io.orderflow.PlaceResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Codes;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** Writes an order's row inside a transaction of the host's. Changes nothing about the connection. Thread-safe. */
public final class OrderPlacement {
    private final Tables tables;
    private final OrderReader reader;
    private volatile Dialect dialect;

    /** Places into the tables. */
    public OrderPlacement(Tables tables) {
        this.tables = tables;
        this.reader = new OrderReader(tables);
    }

    /**
     * Inserts the row, or finds the one that has its id.
     *
     * @throws SQLException what the host's connection said; the host decides about its transaction
     * @throws IllegalArgumentException if the connection is in autocommit
     */
    public PlaceResult place(Connection connection, OrderEntry entry) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalArgumentException(
                    "connection must not be in autocommit: the order is to be part of a transaction");
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(OrderInsert.text(tables, dialect(connection), Codes.PLACED, List.of(entry)));
            return new PlaceResult.Placed(entry.id());
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                throw e;
            }
            return existing(connection, entry, e);
        }
    }

    private PlaceResult existing(Connection connection, OrderEntry entry, SQLException duplicate) throws SQLException {
        Optional<OrderReader.Stored> stored = reader.latest(connection, entry.id());
        if (stored.isEmpty()) {
            throw duplicate;
        }
        return stored.get().fingerprint().equals(entry.fingerprint())
                ? new PlaceResult.Duplicate(stored.get().order())
                : new PlaceResult.Conflict(entry.id());
    }

    private Dialect dialect(Connection connection) throws SQLException {
        if (dialect == null) {
            dialect = Dialect.of(connection);
        }
        return dialect;
    }
}
