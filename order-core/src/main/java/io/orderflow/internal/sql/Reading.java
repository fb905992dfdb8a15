package io.orderflow.internal.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the host's pool for one read: each statement sees what is committed when it begins, whatever the
 * pool's isolation and autocommit are, and no transaction stays open. Inside a transaction that the host has bound to
 * the calling thread it sees what that sees, and changes nothing about it. Not thread-safe.
 *
 * <p>Costs one round trip: with autocommit the question for the isolation, without it the one whether a transaction is
 * open, and then the rollback.
 */
public final class Reading implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reading.class);

    private final Connection connection;
    private final boolean rollback;
    private final OptionalInt isolationBefore;
    private OptionalInt timeoutBefore = OptionalInt.empty();

    private Reading(Connection connection, boolean rollback, OptionalInt isolationBefore) {
        this.connection = connection;
        this.rollback = rollback;
        this.isolationBefore = isolationBefore;
    }

    /**
     * Takes a connection from the pool.
     *
     * @throws SQLException if the pool has none or the server does not answer; nothing is held then
     */
    public static Reading open(DataSource dataSource) throws SQLException {
        return open(dataSource, HostConnections.take(dataSource));
    }

    /**
     * The same for a thread of ours, which no dead connection may hold for longer than the given time for each answer.
     *
     * @throws SQLException if the pool has none or the server does not answer; nothing is held then
     */
    public static Reading open(DataSource dataSource, Duration networkTimeout) throws SQLException {
        Connection connection = HostConnections.take(dataSource);
        int before;
        try {
            before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) networkTimeout.toMillis());
        } catch (SQLException | Error e) {
            HostConnections.discard(connection, e);
            throw e;
        }
        Reading reading = open(dataSource, connection);
        reading.timeoutBefore = OptionalInt.of(before);
        return reading;
    }

    private static Reading open(DataSource dataSource, Connection connection) throws SQLException {
        try {
            return connection.getAutoCommit()
                    ? new Reading(connection, false, committedOnly(connection))
                    : withoutAutoCommit(dataSource, connection);
        } catch (SQLException | Error e) {
            HostConnections.discard(connection, e);
            throw e;
        }
    }

    private static Reading withoutAutoCommit(DataSource dataSource, Connection connection) throws SQLException {
        if (HostTransaction.isOpen(connection)) {
            if (HostTransaction.isOfThisThread(dataSource, connection)) {
                return new Reading(connection, false, OptionalInt.empty());
            }
            // somebody left it open, and nobody can commit it any more
            connection.rollback();
            HostTransaction.isOpen(connection);
        }
        if (!Dialect.isH2(connection)) {
            return new Reading(connection, true, OptionalInt.empty());
        }
        connection.rollback();
        return new Reading(connection, true, committedOnly(connection));
    }

    /**
     * A statement alone sees only what is committed at every level but the lowest; H2's transactions need the next one.
     */
    private static OptionalInt committedOnly(Connection connection) throws SQLException {
        int isolation = connection.getTransactionIsolation();
        boolean current = isolation == Connection.TRANSACTION_READ_COMMITTED
                || connection.getAutoCommit() && isolation != Connection.TRANSACTION_READ_UNCOMMITTED;
        if (current) {
            return OptionalInt.empty();
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return OptionalInt.of(isolation);
    }

    /** The connection, for as long as this reading is open. */
    public Connection connection() {
        return connection;
    }

    /** Ends what was begun here, sets back what was changed, and returns the connection to the pool. */
    @Override
    public void close() {
        try {
            if (rollback) {
                connection.rollback();
            }
            if (isolationBefore.isPresent()) {
                connection.setTransactionIsolation(isolationBefore.getAsInt());
            }
            if (timeoutBefore.isPresent()) {
                connection.setNetworkTimeout(Runnable::run, timeoutBefore.getAsInt());
            }
            connection.close();
        } catch (SQLException e) {
            log.debug("a connection could not be set back and is discarded: {}", SqlFailure.reason(e));
            HostConnections.discard(connection, e);
        } catch (Error e) {
            HostConnections.discard(connection, e);
            throw e;
        }
    }
}
