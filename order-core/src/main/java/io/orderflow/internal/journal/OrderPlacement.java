package io.orderflow.internal.journal;

import io.orderflow.PlaceResult;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes an order's row inside a transaction of the host's. Changes nothing about the connection. Thread-safe.
 *
 * <p>A known order is looked for before the row is written, without locks: a failed INSERT locks the other's row, and
 * in REPEATABLE READ the gap before it, until the host's transaction ends, and all that insert there wait.
 */
public final class OrderPlacement {
    private final Tables tables;
    private final OrderReader reader;
    private final AcceptedOrders accepted;
    private final Elsewhere elsewhere;
    private volatile Dialect dialect;

    /** Looks at what is committed now, past the host's transaction and its snapshot. */
    @FunctionalInterface
    public interface Elsewhere {
        /** Reads an order in a bounded time; empty if it has no row, or cannot be read now. */
        Optional<OrderReader.Stored> find(UUID id);
    }

    /** What a plain read in the host's transaction tells. */
    private enum Sight {
        /** What is committed now. */
        CURRENT,
        /** What was committed when the transaction read first. */
        SNAPSHOT,
        /** The same, and to touch a row that changed since then ends the transaction. */
        STRICT_SNAPSHOT,
        /** What was never committed; or it locks what it reads, and the gap where nothing is. */
        NONE
    }

    /**
     * Places into the tables.
     *
     * @param accepted orders of this process that have no row yet, and are known all the same
     */
    public OrderPlacement(Tables tables, AcceptedOrders accepted, Elsewhere elsewhere) {
        this.tables = tables;
        this.reader = new OrderReader(tables);
        this.accepted = accepted;
        this.elsewhere = elsewhere;
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
        Sight sight = sight(connection);
        // before the row is looked for: what is decided in between leaves here when its row can be read
        Optional<OrderReader.Stored> here = accepted.find(entry.id()).map(CarriedOrders::stored);
        Optional<OrderReader.Stored> known =
                known(connection, sight, entry.id()).or(() -> here);
        if (known.isPresent()) {
            return existing(known.get(), entry);
        }
        try {
            insert(connection, entry);
            return new PlaceResult.Placed(entry.id());
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                throw e;
            }
            return existing(inserted(connection, sight, entry).orElseThrow(() -> e), entry);
        }
    }

    /**
     * Writes the row of the order's group and then its own. A host may commit after a failure, and nobody would ever
     * find an order without a group; a group without its order harms nobody.
     */
    private void insert(Connection connection, OrderEntry entry) throws SQLException {
        String now = dialect(connection).utcNow();
        List<OrderEntry> order = List.of(entry);
        UUID group = OrderIds.next();
        GroupKind kind = entry.isUrgent() ? GroupKind.URGENT : GroupKind.PLACED;
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(OrderInsert.group(tables, now, group, kind, order));
            try {
                statement.executeUpdate(OrderInsert.rows(tables, now, Codes.PLACED, order));
            } catch (SQLException e) {
                takeBack(statement, group, e);
                throw e;
            }
        }
    }

    /** Where this fails too, mostly because the connection is lost, the row stays or goes with the transaction. */
    private void takeBack(Statement statement, UUID group, SQLException cause) {
        try {
            statement.executeUpdate("DELETE FROM " + tables.pending() + " WHERE id = " + SqlText.id(group));
        } catch (SQLException e) {
            HostConnections.add(cause, e);
        }
    }

    /** The order as far as it can be seen without a lock. */
    private Optional<OrderReader.Stored> known(Connection connection, Sight sight, UUID id) throws SQLException {
        if (sight == Sight.NONE) {
            return Optional.empty();
        }
        Optional<OrderReader.Stored> seen =
                Optional.ofNullable(reader.byIds(connection, List.of(id)).get(id));
        boolean undecided = seen.isPresent() && !seen.get().order().status().isVerdict();
        boolean older = sight != Sight.CURRENT && undecided || sight == Sight.STRICT_SNAPSHOT && seen.isEmpty();
        return older ? elsewhere.find(id).or(() -> seen) : seen;
    }

    /** The order that another transaction inserted meanwhile; its row is locked by the INSERT that failed. */
    private Optional<OrderReader.Stored> inserted(Connection connection, Sight sight, OrderEntry entry)
            throws SQLException {
        return sight == Sight.CURRENT
                ? Optional.ofNullable(
                        reader.byIds(connection, List.of(entry.id())).get(entry.id()))
                : reader.latest(connection, dialect(connection), entry);
    }

    private static PlaceResult existing(OrderReader.Stored stored, OrderEntry entry) {
        return stored.fingerprint().equals(entry.fingerprint())
                ? new PlaceResult.Duplicate(stored.order())
                : new PlaceResult.Conflict(entry.id());
    }

    private Sight sight(Connection connection) throws SQLException {
        int isolation = connection.getTransactionIsolation();
        if (isolation == Connection.TRANSACTION_READ_COMMITTED) {
            return Sight.CURRENT;
        }
        if (dialect(connection) == Dialect.H2) {
            return isolation == Connection.TRANSACTION_READ_UNCOMMITTED ? Sight.NONE : Sight.SNAPSHOT;
        }
        if (isolation != Connection.TRANSACTION_REPEATABLE_READ) {
            return Sight.NONE;
        }
        return dialect(connection) == Dialect.MARIADB && isStrict(connection) ? Sight.STRICT_SNAPSHOT : Sight.SNAPSHOT;
    }

    /** The default from MariaDB 11.6.2 on; older ones do not know the word. */
    private static boolean isStrict(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION VARIABLES LIKE 'innodb_snapshot_isolation'")) {
            return row.next() && "ON".equalsIgnoreCase(row.getString(2));
        }
    }

    private Dialect dialect(Connection connection) throws SQLException {
        if (dialect == null) {
            dialect = Dialect.of(connection);
        }
        return dialect;
    }
}
