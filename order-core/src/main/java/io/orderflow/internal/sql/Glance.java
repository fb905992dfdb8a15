package io.orderflow.internal.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A question on a connection as the pool has it, where opening and closing a session would be a dozen. At whatever
 * isolation that is: for looks on which nothing is decided.
 */
public final class Glance {
    /** It waits for no lock, so that no answer for as long is a dead connection. */
    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(3);

    private Glance() {}

    /** Something that is asked. */
    @FunctionalInterface
    public interface Question<T> {
        /** Asks. */
        T ask(Connection connection) throws SQLException;
    }

    /**
     * Whether a query finds a row.
     *
     * @throws SQLException if the pool has no connection or the server does not answer; nothing is held then
     */
    public static boolean finds(DataSource dataSource, String query) throws SQLException {
        return at(dataSource, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(query)) {
                return row.next();
            }
        });
    }

    /**
     * The answer to a question, which changes nothing about the connection.
     *
     * @throws SQLException if the pool has no connection or the server does not answer; nothing is held then
     */
    public static <T> T at(DataSource dataSource, Question<T> question) throws SQLException {
        Connection connection = HostConnections.take(dataSource);
        try {
            int networkTimeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) NETWORK_TIMEOUT.toMillis());
            T answer = question.ask(connection);
            if (!connection.getAutoCommit()) {
                // or the next one to look would see what is there now
                connection.rollback();
            }
            connection.setNetworkTimeout(Runnable::run, networkTimeout);
            connection.close();
            return answer;
        } catch (SQLException | RuntimeException | Error e) {
            HostConnections.discard(connection, e);
            throw e;
        }
    }
}
