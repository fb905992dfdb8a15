package io.orderflow.internal.doctor;

import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.HostConnections;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A connection as the pool gives it.
 *
 * @param url as the driver tells it; may hold a password, and is never shown
 * @param driver what the driver calls itself
 * @param driverVersion its whole version
 * @param major the first number of it
 * @param minor the second one
 * @param databaseVersion what the database calls its version
 * @param isolation the level of {@link Connection}
 * @param networkTimeout longest wait for an answer in milliseconds, 0 for ever
 */
record PoolContact(
        Dialect dialect,
        String url,
        String driver,
        String driverVersion,
        int major,
        int minor,
        String databaseVersion,
        int isolation,
        int networkTimeout) {
    /**
     * Takes a connection and gives it back as it came.
     *
     * @throws SQLException if there is none
     */
    static PoolContact with(DataSource dataSource, Duration timeout) throws SQLException {
        Connection connection = HostConnections.take(dataSource);
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
            PoolContact contact = of(connection, before);
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            connection.setNetworkTimeout(Runnable::run, before);
            connection.close();
            return contact;
        } catch (SQLException | RuntimeException | Error e) {
            HostConnections.discard(connection, e);
            throw e;
        }
    }

    private static PoolContact of(Connection connection, int networkTimeout) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        return new PoolContact(
                Dialect.of(connection),
                String.valueOf(data.getURL()),
                String.valueOf(data.getDriverName()),
                String.valueOf(data.getDriverVersion()),
                data.getDriverMajorVersion(),
                data.getDriverMinorVersion(),
                String.valueOf(data.getDatabaseProductVersion()),
                connection.getTransactionIsolation(),
                networkTimeout);
    }

    boolean isH2() {
        return dialect == Dialect.H2;
    }

    /** Without the URL. */
    @Override
    public String toString() {
        return dialect + " " + databaseVersion + " by " + driver + " " + driverVersion;
    }
}
