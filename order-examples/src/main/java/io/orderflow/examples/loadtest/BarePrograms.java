package io.orderflow.examples.loadtest;

import io.orderflow.Limits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.HdrHistogram.Histogram;

/**
 * What the database does without the library: the same row changes by bare JDBC. Each program works on {@link
 * BareTables}.
 */
final class BarePrograms {
    private static final int GROUP = Limits.BATCH_ORDERS;
    /** Groups that were accepted and wait to be decided, as in a short queue. */
    private static final int BETWEEN = 64;

    private static final long HAND_OVER_SECONDS = 60;

    private final DataSource dataSource;
    private final BareSql sql = new BareSql(BareTables.PREFIX);
    private final int buyers;
    private final int products;
    private final long seed;

    BarePrograms(DataSource dataSource, int buyers, int products, long seed) {
        this.dataSource = dataSource;
        this.buyers = buyers;
        this.products = products;
        this.seed = seed;
    }

    /** Inserts one pending order row per commit on one connection and returns how long each took, in nanoseconds. */
    Histogram singleCommits(int commits) throws SQLException {
        Histogram nanos = Latency.histogram();
        try (Connection connection = dataSource.getConnection();
                Statement statement = statement(connection)) {
            for (BareOrder order : draw(commits, seed)) {
                String insert = sql.accept(List.of(order));
                long before = System.nanoTime();
                statement.executeUpdate(insert);
                Latency.record(nanos, System.nanoTime() - before);
            }
        }
        return nanos;
    }

    /**
     * Decides pending orders one per transaction and returns how many a second; the pending rows are made before,
     * unmeasured.
     */
    double oneOrderTransactions(int orders, int threads) throws SQLException {
        List<BareOrder> all = draw(orders, seed);
        acceptAll(all);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int share = i;
            tasks.add(() -> {
                decideEach(all, share, threads);
                return null;
            });
        }
        return orders / secondsOf(tasks);
    }

    /**
     * Accepts groups of 500 on one connection while another decides them in batches of 500, and returns how many orders
     * a second were both.
     *
     * @param locking whether each batch first locks and reads what it changes, as a program must that decides by what
     *     it reads
     */
    double batches(int orders, boolean locking) throws SQLException {
        BlockingQueue<List<BareOrder>> accepted = new ArrayBlockingQueue<>(BETWEEN);
        int groups = Math.max(1, orders / GROUP);
        double seconds = secondsOf(List.of(
                () -> {
                    acceptGroups(groups, accepted);
                    return null;
                },
                () -> {
                    decideGroups(groups, accepted, locking);
                    return null;
                }));
        return groups * GROUP / seconds;
    }

    private void acceptAll(List<BareOrder> orders) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = statement(connection)) {
            for (int from = 0; from < orders.size(); from += GROUP) {
                statement.executeUpdate(sql.accept(orders.subList(from, Math.min(orders.size(), from + GROUP))));
            }
        }
    }

    private void decideEach(List<BareOrder> orders, int first, int step) throws SQLException {
        try (Connection connection = transactions();
                Statement statement = statement(connection)) {
            for (int i = first; i < orders.size(); i += step) {
                executeAll(statement, sql.decide(List.of(orders.get(i)), 0));
                connection.commit();
            }
        }
    }

    private void acceptGroups(int groups, BlockingQueue<List<BareOrder>> accepted)
            throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = statement(connection)) {
            for (int i = 0; i < groups; i++) {
                List<BareOrder> group = draw(GROUP, seed + i);
                statement.executeUpdate(sql.accept(group));
                if (!accepted.offer(group, HAND_OVER_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody decided for " + HAND_OVER_SECONDS + " s");
                }
            }
        }
    }

    private void decideGroups(int groups, BlockingQueue<List<BareOrder>> accepted, boolean locking)
            throws SQLException, InterruptedException {
        try (Connection connection = transactions();
                Statement statement = statement(connection)) {
            for (int i = 0; i < groups; i++) {
                List<BareOrder> group = accepted.poll(HAND_OVER_SECONDS, TimeUnit.SECONDS);
                if (group == null) {
                    throw new IllegalStateException("nothing was accepted for " + HAND_OVER_SECONDS + " s");
                }
                if (locking) {
                    readAll(statement, sql.lock(group));
                }
                executeAll(statement, sql.decide(group, insertBatch(statement, group.size())));
                connection.commit();
            }
        }
    }

    private long insertBatch(Statement statement, int size) throws SQLException {
        statement.executeUpdate(sql.batch(size), Statement.RETURN_GENERATED_KEYS);
        try (ResultSet key = statement.getGeneratedKeys()) {
            key.next();
            return key.getLong(1);
        }
    }

    private static void readAll(Statement statement, List<String> queries) throws SQLException {
        for (String query : queries) {
            try (ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    row.getLong(2);
                }
            }
        }
    }

    private static void executeAll(Statement statement, List<String> updates) throws SQLException {
        for (String update : updates) {
            if (statement.executeUpdate(update) == 0) {
                throw new IllegalStateException("a statement found no row: " + update.substring(0, 40) + "...");
            }
        }
    }

    private Connection transactions() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        return connection;
    }

    private static Statement statement(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }

    private List<BareOrder> draw(int count, long from) {
        Random random = new Random(from);
        List<BareOrder> orders = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            orders.add(BareOrder.draw(random, buyers, products));
        }
        return orders;
    }

    /** Runs the tasks at the same time, each on a thread of its own, and returns how long the last took. */
    private static double secondsOf(List<Callable<Void>> tasks) throws SQLException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            long before = System.nanoTime();
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
            return (System.nanoTime() - before) / 1e9;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException("a measuring thread failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
