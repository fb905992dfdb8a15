package io.orderflow.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how long a database takes to commit a row that nobody else knows, so that a bound in real time is fair where
 * the disk or the server stands still. Every 20 ms a thread commits one. What the library locks cannot be in its way.
 * Thread-safe.
 */
public final class CommitLag implements AutoCloseable {
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(20);

    /** An order waits for the commit that accepts it and for the one that decides it. */
    private static final int COMMITS = 2;

    private final AtomicLong longest = new AtomicLong();
    private final Connection connection;
    private final Thread thread;
    private volatile SQLException failure;
    private volatile boolean closed;

    private CommitLag(Connection connection) {
        this.connection = connection;
        this.thread = new Thread(this::measure, "commit-lag");
        thread.setDaemon(true);
    }

    /** Measures from now on, in a table of its own. */
    public static CommitLag watch(TestDatabase database) throws SQLException {
        Connection connection = database.connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE commit_lag (n INT PRIMARY KEY)");
            statement.execute("INSERT INTO commit_lag (n) VALUES (1)");
        }
        CommitLag lag = new CommitLag(connection);
        lag.thread.start();
        return lag;
    }

    private void measure() {
        try (Statement statement = connection.createStatement()) {
            while (!closed) {
                long start = System.nanoTime();
                statement.execute("UPDATE commit_lag SET n = n + 1");
                longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                TimeUnit.NANOSECONDS.sleep(PERIOD);
            }
        } catch (SQLException e) {
            failure = e;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    /** The bound, and for each commit that an order waits for the longest one so far. */
    public Duration extend(Duration bound) {
        return bound.plusNanos(COMMITS * longest.get());
    }

    /** Ends the measuring, and drops the table. */
    @Override
    public void close() throws SQLException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE commit_lag");
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String toString() {
        return "commits of a row took up to " + TimeUnit.NANOSECONDS.toMillis(longest.get()) + " ms";
    }
}
