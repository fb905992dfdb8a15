package io.orderflow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Everything that happened to orders, by a name under which the database remembers how far it was read. Each event
 * comes at least once, in the order of the decision numbers, and none is passed over: a transaction that has a number
 * and is still open is waited for. Thread-safe.
 *
 * <p>It is read in one of two ways: by a handler that runs here, or by {@link #poll} in transactions of the host's. Who
 * takes the cursor in one way ends the turn of those who read in the other.
 */
public interface OrderFeed {
    /** Its name. */
    String name();

    /** Has events handled with the default settings; see {@link #start(FeedConfig, FeedHandler)}. */
    FeedRunner start(FeedHandler handler);

    /**
     * Has events handled on a thread of the library's, which holds a database connection while events come. Several
     * processes may run the same feed: one has the turn at a time, and another takes it when that one closes, or within
     * its lease and a tenth of it after that one died. Succeeds also while the database is away. What the handler
     * throws is logged, at most once a minute for each kind, and it is called again after pauses that grow from 100 ms
     * to 5 s.
     *
     * @return what ends it; closing the processor does too
     * @throws IllegalStateException if the processor is closed
     */
    FeedRunner start(FeedConfig config, FeedHandler handler);

    /**
     * Reads the next events inside a transaction of the host's: the cursor moves when that transaction commits, and not
     * when it rolls back. So what the host writes about the events and their being read are one commit, and each event
     * has its effect once. The feed's row stays locked until then; another caller waits for it as long as its
     * connection waits for a row lock. Call it first in the transaction: in REPEATABLE READ what is committed later
     * than its first read comes with the next transaction. In other levels than that and READ COMMITTED the read may
     * lock rows that deciding orders needs.
     *
     * <p>Where a number is missing, what became of it is found out with another connection of the pool.
     *
     * @param connection to the processor's database and not in autocommit; nothing about it is changed
     * @param max most events, 1 to {@link Limits#BATCH_ORDERS}
     * @return in the order of their positions; empty if there is nothing new
     * @throws SQLException what the connection said; the host decides about its transaction
     * @throws StoreUnavailableException if the feed is new, or a number is missing, and the pool gives no connection
     * @throws IllegalArgumentException if the connection is in autocommit or leads to a file of H2, or {@code max} is
     *     outside its range
     */
    List<OrderEvent> poll(Connection connection, int max) throws SQLException;
}
