package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Lateness;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.HdrHistogram.Histogram;

/**
 * What the database takes for the least that can be durable: one row inserted and committed, at a constant rate, each
 * measured from when it was due. A yardstick for the times of a load test on a machine whose speed changes. Used by one
 * thread.
 */
public final class BareCommits {
    /** Connections that insert in turns; one alone could not hold the rate of a slow disk. */
    public static final int CONNECTIONS = 4;

    /** Not measured: connections are opened, statements parsed, classes loaded. */
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private static final Duration MEASURED = Duration.ofSeconds(4);

    private final DataSource dataSource;
    private final String table;

    /**
     * Prepares it, without a statement.
     *
     * @param tablePrefix what the name of its own table begins with
     */
    public BareCommits(DataSource dataSource, String tablePrefix) {
        this.dataSource = dataSource;
        this.table = tablePrefix + "bare_commit";
    }

    /**
     * Inserts for five seconds and leaves nothing behind.
     *
     * @param rate rows per second
     * @return how long the commits of the last four seconds took
     * @throws SQLException if the database refuses or fails
     */
    public Latency measure(int rate) throws SQLException {
        execute("DROP TABLE IF EXISTS " + table);
        execute("CREATE TABLE " + table + " (id BIGINT NOT NULL PRIMARY KEY, content VARCHAR(64) NOT NULL)");
        try {
            insert(rate, 0, rows(rate, WARM_UP));
            return Latency.of(insert(rate, rows(rate, WARM_UP), rows(rate, MEASURED)));
        } finally {
            execute("DROP TABLE " + table);
        }
    }

    private static int rows(int rate, Duration time) {
        return Math.toIntExact(rate * time.toSeconds());
    }

    private Histogram insert(int rate, int first, int rows) throws SQLException {
        Histogram nanos = Latency.histogram();
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            long start = System.nanoTime();
            List<Callable<Void>> turns = new ArrayList<>();
            for (int turn = 0; turn < CONNECTIONS; turn++) {
                int from = turn;
                turns.add(() -> {
                    Pacer pacer = Pacer.constant(rate, start, new Lateness());
                    insertEach(pacer, first, from, rows, nanos);
                    return null;
                });
            }
            for (Future<Void> turn : threads.invokeAll(turns)) {
                turn.get();
            }
            return nanos;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProgramException("interrupted while measuring bare commits", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void insertEach(Pacer pacer, int first, int from, int rows, Histogram nanos) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + table + " (id, content) VALUES (?, ?)")) {
            for (int index = from; index < rows; index += CONNECTIONS) {
                long due = pacer.await(index);
                insert.setInt(1, first + index);
                insert.setString(2, "one row, one commit");
                insert.executeUpdate();
                Latency.record(nanos, System.nanoTime() - due);
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
