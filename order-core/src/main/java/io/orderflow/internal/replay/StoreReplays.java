package io.orderflow.internal.replay;

import io.orderflow.ReplayReport;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.engine.OpeningBalances;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs replays, each on a thread and a connection of its own. Thread-safe. */
public final class StoreReplays {
    private static final Logger log = LoggerFactory.getLogger(StoreReplays.class);

    /** Sorting takes longer than a pool lets a statement take. */
    private static final Duration LONGEST_STATEMENT = Duration.ofHours(1);

    private final Store store;
    private final Apart apart;
    private final Tables tables;

    /** StoreReplays these tables. */
    public StoreReplays(Store store, Apart apart, Tables tables) {
        this.store = store;
        this.apart = apart;
        this.tables = tables;
    }

    /**
     * Runs one.
     *
     * @throws io.orderflow.StoreUnavailableException if the database cannot be reached or does not answer
     * @throws IllegalStateException if orders were archived
     */
    public ReplayReport run() {
        return store.apart("the records to replay", apart, this::replay);
    }

    private ReplayReport replay(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        int isolation = connection.getTransactionIsolation();
        int networkTimeout = connection.getNetworkTimeout();
        try {
            if (!autoCommit) {
                // somebody left a transaction open, and its snapshot is old
                connection.rollback();
            }
            connection.setNetworkTimeout(Runnable::run, (int) LONGEST_STATEMENT.toMillis());
            connection.setTransactionIsolation(Dialect.of(connection).snapshot());
            connection.setAutoCommit(false);
            refuseArchived(connection);
            return new ReplayModel(connection, tables).run();
        } finally {
            setBack(connection, autoCommit, isolation, networkTimeout);
        }
    }

    private void refuseArchived(Connection connection) throws SQLException {
        long archived = QueryRows.list(
                        connection,
                        "SELECT SUM(amount) FROM " + tables.opening() + " WHERE kind = " + OpeningBalances.ARCHIVE
                                + " AND subject = " + OpeningBalances.COUNT,
                        row -> row.getLong(1))
                .get(0);
        if (archived > 0) {
            throw new IllegalStateException(archived + " orders were archived, and what they took is not in the tables:"
                    + " the verdicts after them cannot be replayed. The audit still recomputes everything");
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
