package io.orderflow.internal.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * What stands open on a connection that the data source gave. A pool without autocommit may give one in whose
 * transaction somebody read before, and a data source that follows the host's transactions (Spring's
 * TransactionAwareDataSourceProxy, JTA) gives the very connection on which the calling thread has begun one.
 */
final class HostTransaction {
    /** MariaDB and MySQL: the isolation of a transaction cannot be changed while it is open. */
    private static final int IS_OPEN = 1568;

    private HostTransaction() {}

    /**
     * Whether a transaction is open; if not, the next one on this connection will be READ COMMITTED (not on H2). Asks
     * without any right on the server, which its tables of transactions need.
     */
    static boolean isOpen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (Dialect.isH2(connection)) {
                try (ResultSet row = statement.executeQuery("SELECT CONTAINS_UNCOMMITTED FROM"
                        + " INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = SESSION_ID()")) {
                    return row.next() && row.getBoolean(1);
                }
            }
            statement.executeUpdate("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            return false;
        } catch (SQLException e) {
            if (e.getErrorCode() == IS_OPEN) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Whether the open transaction is that of the calling thread: then the data source gives the same connection again
     * while this one is out, and a pool gives another one. Where no second one can be had it is taken for the thread's,
     * so that nothing of the host's is ended.
     */
    static boolean isOfThisThread(DataSource dataSource, Connection connection) throws SQLException {
        Connection second;
        try {
            second = HostConnections.take(dataSource);
        } catch (SQLException e) {
            return true;
        }
        try (second) {
            return number(connection) == number(second);
        }
    }

    private static long number(Connection connection) throws SQLException {
        String query = Dialect.isH2(connection) ? "SELECT SESSION_ID()" : "SELECT CONNECTION_ID()";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
