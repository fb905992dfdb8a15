package io.orderflow.internal.schema;

import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turn to upgrade tables, which one connection has at a time. On MariaDB and MySQL it is a lock of the server's for
 * this database and prefix, and the server ends it with the connection; on H2 it is one of this process. Meanwhile the
 * connection is set for long statements; closing sets it back. Used by one thread.
 */
final class UpgradeTurn implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UpgradeTurn.class);

    /** After which the log says again that another process is at it. */
    private static final int PATIENCE_SECONDS = 30;

    /** Longest wait for a transaction of somebody who uses a table that is to be altered. */
    private static final int TABLE_WAIT_SECONDS = 60;

    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final Connection connection;
    private final Dialect dialect;
    private final Tables tables;
    private final String name;
    private final boolean autoCommit;
    private final int networkTimeout;
    /** Sets the session's variables back; empty before any was changed. */
    private String restoring = "";

    private UpgradeTurn(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
        this.name = "CONCAT('orderflow ', LEFT(SHA2(CONCAT(DATABASE(), ' " + tables.prefix() + "'), 256), 40))";
        this.autoCommit = connection.getAutoCommit();
        this.networkTimeout = connection.getNetworkTimeout();
    }

    /** The turn on a connection, which is to wait for it. */
    static UpgradeTurn on(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        return new UpgradeTurn(connection, dialect, tables);
    }

    /** Waits for the turn, as long as others have it. */
    void take() throws SQLException {
        connection.setAutoCommit(true);
        if (dialect == Dialect.H2) {
            IN_PROCESS.lock();
        } else {
            // one statement may take as long as the tables are large
            connection.setNetworkTimeout(Runnable::run, 0);
            lock();
            restoring = answer("SELECT CONCAT('SET SESSION lock_wait_timeout = ', @@SESSION.lock_wait_timeout,"
                    + " ', SESSION group_concat_max_len = ', @@SESSION.group_concat_max_len)");
            execute("SET SESSION lock_wait_timeout = " + TABLE_WAIT_SECONDS);
        }
    }

    private void lock() throws SQLException {
        while (true) {
            String answer = answer("SELECT GET_LOCK(" + name + ", " + PATIENCE_SECONDS + ")");
            if (answer.equals("1")) {
                return;
            }
            if (!answer.equals("0")) {
                throw new SQLTransientException("the server gave no lock to upgrade the tables " + tables.prefix());
            }
            log.info("another process upgrades the tables {}*; waiting for it", tables.prefix());
        }
    }

    private String answer(String query) throws SQLException {
        return QueryRows.list(connection, query, row -> String.valueOf(row.getString(1)))
                .get(0);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        if (IN_PROCESS.isHeldByCurrentThread()) {
            IN_PROCESS.unlock();
        }
        if (dialect != Dialect.H2) {
            if (!restoring.isEmpty()) {
                execute(restoring);
            }
            answer("SELECT RELEASE_LOCK(" + name + ")");
            connection.setNetworkTimeout(Runnable::run, networkTimeout);
        }
        connection.setAutoCommit(autoCommit);
    }
}
