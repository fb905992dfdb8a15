package io.orderflow.faults;

import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stranger who locks, again and again, the rows that an order needs, in the order in which all lock them, and
 * commits. The longest of its transactions tells what a bound in real time may ask of this machine and this database
 * now: it waits in the same lines, for the disk, the processor and the rows. Thread-safe.
 */
final class RowsBeside implements AutoCloseable {
    /**
     * An order is looked for, claimed, decided and let go with some twenty statements. At worst each waits as long as
     * all of a stranger's.
     */
    private static final int STATEMENTS = 20;

    private static final long PAUSE_MILLIS = 20;

    private final Connection connection;
    private final String[] locks;
    private final Thread thread = new Thread(this::run, "rows-beside");
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ended;
    private volatile long since;
    private volatile long longest;

    private RowsBeside(Connection connection, long buyer, long product) {
        this.connection = connection;
        this.locks = new String[] {
            "SELECT buyer FROM orderflow_wallet WHERE buyer = " + buyer + " FOR UPDATE",
            "SELECT product FROM orderflow_stock WHERE product = " + product + " FOR UPDATE"
        };
    }

    /** Goes on until it is closed. */
    static RowsBeside start(TestDatabase database, long buyer, long product) throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        RowsBeside beside = new RowsBeside(connection, buyer, product);
        beside.since = System.nanoTime();
        beside.thread.setDaemon(true);
        beside.thread.start();
        return beside;
    }

    private void run() {
        try (Statement statement = connection.createStatement()) {
            while (!ended) {
                since = System.nanoTime();
                while (!ended && !isDone(statement)) {
                    // waited in vain; the next one waits on
                }
                longest = Math.max(longest, System.nanoTime() - since);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (SQLException | InterruptedException e) {
            failure.set(e);
        }
    }

    private boolean isDone(Statement statement) throws SQLException {
        try {
            for (String lock : locks) {
                statement.execute(lock);
            }
            connection.commit();
            return true;
        } catch (SQLException e) {
            connection.rollback();
            if (SqlFailure.of(e) != SqlFailure.CONTENTION) {
                throw e;
            }
            return false;
        }
    }

    /** The bound, or what an order may take here and now if that is more. */
    Duration extend(Duration bound) {
        if (failure.get() != null) {
            throw new AssertionError("nothing was measured", failure.get());
        }
        Duration here = Duration.ofNanos(STATEMENTS * Math.max(longest, System.nanoTime() - since));
        return here.compareTo(bound) > 0 ? here : bound;
    }

    @Override
    public void close() throws SQLException {
        ended = true;
        Load.awaitEnd(thread);
        connection.close();
    }

    @Override
    public String toString() {
        return "a stranger's transaction beside took up to " + BuyerAnswers.millis(Duration.ofNanos(longest));
    }
}
