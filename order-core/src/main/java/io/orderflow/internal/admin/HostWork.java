package io.orderflow.internal.admin;

import io.orderflow.InvalidOrderException;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;

/**
 * Work of ours inside a transaction of the host's: all of it or nothing is in there when the call is over, so that a
 * host may go on and commit after a failure. Changes nothing about the connection.
 */
final class HostWork {
    /** A row that another transaction inserted meanwhile is seen by the second look. */
    private static final int TRIES = 3;

    private HostWork() {}

    /** What is done. */
    @FunctionalInterface
    interface Statements<R> {
        /** Runs without commit and rollback. */
        List<R> run(Session session) throws SQLException;
    }

    /**
     * Does it.
     *
     * @param count how many things are asked for
     * @throws SQLException what the connection said; nothing of it is written, unless the server ended the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction
     */
    static <R> List<R> run(Connection connection, int count, Statements<R> statements) throws SQLException {
        check(connection, count);
        if (count == 0) {
            return List.of();
        }
        Session session = Session.ofHost(connection);
        for (int tries = 1; ; tries++) {
            Savepoint before = connection.setSavepoint();
            try {
                List<R> results = statements.run(session);
                connection.releaseSavepoint(before);
                return results;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, before, e);
                boolean met = e instanceof SQLException sql && SqlFailure.of(sql) == SqlFailure.DUPLICATE_KEY;
                if (!met || tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    /**
     * In other isolations a look for an order that has no row would lock the place where the intake's next rows go, and
     * what is recorded of an order would be read from before its row was locked.
     */
    private static void check(Connection connection, int count) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalArgumentException(
                    "connection must not be in autocommit: the change is to be part of a transaction");
        }
        if (connection.isReadOnly()) {
            throw new IllegalArgumentException("connection must not be read-only");
        }
        int isolation = connection.getTransactionIsolation();
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
            throw new IllegalArgumentException("connection must be in READ COMMITTED ("
                    + Connection.TRANSACTION_READ_COMMITTED + "): its isolation is " + isolation);
        }
        Session.refuseFile(connection, "use the method without a connection");
        if (count > SqlText.PIECE) {
            throw new InvalidOrderException(
                    "requests", count, "must be at most " + SqlText.PIECE + " in a transaction of the host's");
        }
    }

    /** After a deadlock the server has rolled back all of the transaction, and knows no savepoint any more. */
    private static void rollBack(Connection connection, Savepoint before, Exception cause) {
        try {
            connection.rollback(before);
        } catch (SQLException e) {
            HostConnections.add(cause, e);
        }
    }
}
