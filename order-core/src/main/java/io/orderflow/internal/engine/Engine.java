package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides batches of orders, each batch in one transaction. Thread-safe: every call works on the session that it is
 * given, which is not in autocommit.
 *
 * <p>When a call throws, its transaction was rolled back, or its commit is in doubt. Calling again with the same orders
 * is right in both cases: the order rows tell which were decided.
 */
public final class Engine {
    private final Tables tables;
    private final Step.Watcher watcher;
    private final Experience experience = new Experience();
    private final PauseGate pause;

    /** Creates an engine on the tables. */
    public Engine(Tables tables, Step.Watcher watcher) {
        this.tables = tables;
        this.watcher = watcher;
        this.pause = new PauseGate(tables);
    }

    /**
     * Asks whether a pause is over that a batch of this engine has met, before work is begun that would be in vain.
     * Does nothing while none was met.
     *
     * @throws SQLException if the database does not answer
     * @throws DecidingPausedException if it is not over
     */
    public void checkResumed(Session session) throws SQLException {
        pause.pass(session);
    }

    /**
     * Decides orders that a queue delivered, in the order given.
     *
     * @param entries 1 to 500; the same id may stand there twice
     * @throws SQLException if the transaction could not be done
     * @throws BrokenInvariantException if the rows are not as they must be
     * @throws RetryBatchException if the same batch must be run again
     * @throws DecidingPausedException if deciding is paused
     */
    public BatchResult decide(Session session, List<OrderEntry> entries) throws SQLException {
        return decide(session, entries, List.of());
    }

    /**
     * The same, and takes groups out of the journal all of whose orders are in this batch, each with its own content.
     * Where one of the batch conflicts they stay, and recovery sees to them.
     *
     * @param entries as for {@link #decide(Session, List)}
     * @param groups ids of rows of groups, which may be there or not
     * @throws SQLException if the transaction could not be done
     * @throws BrokenInvariantException if the rows are not as they must be
     * @throws RetryBatchException if the same batch must be run again
     * @throws DecidingPausedException if deciding is paused
     */
    public BatchResult decide(Session session, List<OrderEntry> entries, List<UUID> groups) throws SQLException {
        return run(session, () -> transaction(session).deliver(entries).closing(groups));
    }

    /**
     * Decides undecided orders of the journal, leaving out those whose rows another transaction holds, and those beyond
     * {@link io.orderflow.Limits#BATCH_LINES} lines; the next search finds them again.
     *
     * @param ids 1 to 500 distinct ids
     * @throws SQLException if the transaction could not be done
     * @throws BrokenInvariantException if the rows are not as they must be
     * @throws RetryBatchException if the same batch must be run again
     * @throws DecidingPausedException if deciding is paused
     * @throws UnreadableOrderException if a row's request cannot be decoded
     */
    public BatchResult recover(Session session, List<UUID> ids) throws SQLException {
        return run(session, () -> transaction(session).recover(ids));
    }

    /**
     * Decides those of the orders whose rows nobody else holds, without waiting for a row. The others are left as they
     * are, and the result names them.
     *
     * @param entries as for {@link #decide}
     * @throws SQLException if the transaction could not be done
     * @throws BrokenInvariantException if the rows are not as they must be
     * @throws RetryBatchException if the same batch must be run again
     * @throws DecidingPausedException if deciding is paused
     */
    public BatchResult decideAround(Session session, List<OrderEntry> entries) throws SQLException {
        Set<UUID> inserted = LockingReads.insertedOrders(tables, session, entries);
        Optional<BatchResult> result = unlessInserting(
                session, transaction(session).around().leavingOut(inserted).deliver(entries));
        return result.isPresent()
                ? result.get()
                : session.orRollBack(transaction(session).around().withRows().deliver(entries)::run);
    }

    /** Runs a batch; a second time if it relied on a guess that was wrong, since it looks then. */
    private static BatchResult run(Session session, Supplier<BatchTransaction> batch) throws SQLException {
        try {
            return session.orRollBack(batch.get()::run);
        } catch (WrongGuessException e) {
            return session.orRollBack(batch.get()::run);
        }
    }

    /** Runs a batch; nothing if a row that it inserts is being inserted by somebody else. */
    private static Optional<BatchResult> unlessInserting(Session session, BatchTransaction transaction)
            throws SQLException {
        try {
            return Optional.of(session.orRollBack(transaction::run));
        } catch (SQLException e) {
            if (!transaction.isInserting() || !isHeld(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static boolean isHeld(SQLException e) {
        return SqlFailure.isLockWait(e) || SqlFailure.of(e) == SqlFailure.DUPLICATE_KEY;
    }

    /**
     * As {@link #recover}, and also leaves out what needs wallets or products that another transaction holds.
     *
     * @param ids as for {@link #recover}
     * @throws SQLException if the transaction could not be done
     * @throws BrokenInvariantException if the rows are not as they must be
     * @throws RetryBatchException if the same batch must be run again
     * @throws DecidingPausedException if deciding is paused
     * @throws UnreadableOrderException if a row's request cannot be decoded
     */
    public BatchResult recoverAround(Session session, List<UUID> ids) throws SQLException {
        return session.orRollBack(transaction(session).around().recover(ids)::run);
    }

    private BatchTransaction transaction(Session session) {
        return new BatchTransaction(tables, session, watcher, experience, pause);
    }
}
