package io.orderflow.internal.replay;

import io.orderflow.ReplayReport;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.engine.OpeningBalances;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Snapshot;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Runs replays, each on a thread and a connection of its own. Thread-safe. */
public final class StoreReplays {
    /** Sorting takes longer than a pool lets a statement take. */
    private static final Duration LONGEST_STATEMENT = Duration.ofHours(1);

    private final Store store;
    private final Apart apart;
    private final Tables tables;

    /** Replays what these tables have. */
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
        return Snapshot.read(connection, LONGEST_STATEMENT, same -> {
            refuseArchived(same);
            return new ReplayModel(same, tables).run();
        });
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
}
