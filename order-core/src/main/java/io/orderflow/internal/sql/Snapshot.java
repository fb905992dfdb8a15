package io.orderflow.internal.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads that all see one moment, on a connection that nobody else uses meanwhile. */
public final class Snapshot {
    private static final Logger log = LoggerFactory.getLogger(Snapshot.class);

    private Snapshot() {}

    /**
     * Reads, and leaves the connection as it was.
     *
     * @param longestStatement a pool lets a statement take less than adding up everything needs
     */
    public static <T> T read(Connection connection, Duration longestStatement, Glance.Question<T> question)
            throws SQLException {
        int isolation = connection.getTransactionIsolation();
        boolean autoCommit = connection.getAutoCommit();
        int networkTimeout = connection.getNetworkTimeout();
        try {
            if (!autoCommit) {
                // somebody left a transaction open, and its snapshot is old
                connection.rollback();
            }
            connection.setNetworkTimeout(Runnable::run, (int) longestStatement.toMillis());
            connection.setTransactionIsolation(Dialect.of(connection).snapshot());
            connection.setAutoCommit(false);
            return question.ask(connection);
        } finally {
            setBack(connection, autoCommit, isolation, networkTimeout);
        }
    }

    /** Where that fails the connection is ended, so that the pool never gets a changed one. */
    private static void setBack(Connection connection, boolean autoCommit, int isolation, int networkTimeout) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            connection.setAutoCommit(autoCommit);
            connection.setTransactionIsolation(isolation);
            connection.setNetworkTimeout(Runnable::run, networkTimeout);
        } catch (SQLException e) {
            log.debug("a connection could not be set back and is discarded: {}", SqlFailure.reason(e));
            HostConnections.discard(connection, e);
        }
    }
}
