package io.orderflow.examples.bench;

import io.orderflow.Limits;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.loadtest.counting.Latency;
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
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.HdrHistogram.Histogram;

/**
 * What the database does without the library: the same row changes by bare JDBC. Each program works on
 * {@link BareTables}.
 */
final class BarePrograms {
    private static final int GROUP = Limits.BATCH_ORDERS;
    /** Groups that were accepted and wait to be decided, as in a short queue. */
    private static final int BETWEEN = 64;

    private static final long HAND_OVER_SECONDS = 60;

    private final DataSource dataSource;
    private final BareSql sql;
    private final int buyers;
    private final int products;
    private final long seed;
    private final Interruption interruption;
    private final LongAdder done = new LongAdder();

    /** Works on the tables, which must have so many buyers and products. */
    BarePrograms(BareTables tables, int buyers, int products, long seed) {
        this(tables, buyers, products, seed, Interruption.NEVER);
    }

    /** The same, until the program is to end. */
    BarePrograms(BareTables tables, int buyers, int products, long seed, Interruption interruption) {
        this.interruption = interruption;
        this.dataSource = tables.dataSource();
        this.sql = new BareSql(tables.prefix());
        this.buyers = buyers;
        this.products = products;
        this.seed = seed;
    }

    /** How many orders were done so far: committed in the last of their transactions. */
    long done() {
        return done.sum();
    }

    /** Inserts one pending order row per commit on one connection and returns how long each took, in nanoseconds. */
    Histogram singleCommits(int commits) throws SQLException {
        Histogram nanos = Latency.histogram();
        try (Connection connection = connection();
                Statement statement = statement(connection)) {
            for (BareOrder order : draw(commits, seed)) {
                interruption.check();
                String insert = sql.accept(List.of(order));
                long before = System.nanoTime();
                statement.executeUpdate(insert);
                Latency.record(nanos, System.nanoTime() - before);
                done.increment();
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
        double seconds = secondsOf(List.of(
                () -> {
                    acceptGroups(orders, accepted);
                    return null;
                },
                () -> {
                    decideGroups(orders, accepted, locking);
                    return null;
                }));
        return orders / seconds;
    }

    private void acceptAll(List<BareOrder> orders) throws SQLException {
        try (Connection connection = connection();
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
                interruption.check();
                List<BareOrder> one = List.of(orders.get(i));
                executeAll(statement, sql.decide(one, insertBatch(statement, one)));
                connection.commit();
                done.increment();
            }
        }
    }

    private void acceptGroups(int orders, BlockingQueue<List<BareOrder>> accepted)
            throws SQLException, InterruptedException {
        try (Connection connection = connection();
                Statement statement = statement(connection)) {
            for (int from = 0; from < orders; from += GROUP) {
                interruption.check();
                List<BareOrder> group = draw(Math.min(GROUP, orders - from), seed + from);
                statement.executeUpdate(sql.accept(group));
                handOver(group, accepted);
            }
        }
    }

    private void decideGroups(int orders, BlockingQueue<List<BareOrder>> accepted, boolean locking)
            throws SQLException, InterruptedException {
        try (Connection connection = transactions();
                Statement statement = statement(connection)) {
            for (int left = orders; left > 0; left -= GROUP) {
                List<BareOrder> group = next(accepted);
                if (locking) {
                    readAll(statement, sql.lock(group));
                }
                executeAll(statement, sql.decide(group, insertBatch(statement, group)));
                connection.commit();
                done.add(group.size());
            }
        }
    }

    private void handOver(List<BareOrder> group, BlockingQueue<List<BareOrder>> accepted) throws InterruptedException {
        for (int second = 0; second < HAND_OVER_SECONDS; second++) {
            interruption.check();
            if (accepted.offer(group, 1, TimeUnit.SECONDS)) {
                return;
            }
        }
        throw new IllegalStateException("nobody decided for " + HAND_OVER_SECONDS + " s");
    }

    /** The next group; looks up every second, since nobody wakes it when the program is to end. */
    private List<BareOrder> next(BlockingQueue<List<BareOrder>> accepted) throws InterruptedException {
        for (int second = 0; second < HAND_OVER_SECONDS; second++) {
            interruption.check();
            List<BareOrder> group = accepted.poll(1, TimeUnit.SECONDS);
            if (group != null) {
                return group;
            }
        }
        throw new IllegalStateException("nothing was accepted for " + HAND_OVER_SECONDS + " s");
    }

    private long insertBatch(Statement statement, List<BareOrder> orders) throws SQLException {
        statement.executeUpdate(sql.batch(orders), Statement.RETURN_GENERATED_KEYS);
        try (ResultSet key = statement.getGeneratedKeys()) {
            key.next();
            return key.getLong(1);
        }
    }

    private static void readAll(Statement statement, List<String> queries) throws SQLException {
        for (String query : queries) {
            try (ResultSet row = statement.executeQuery(query)) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    for (int column = 1; column <= columns; column++) {
                        row.getObject(column);
                    }
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

    /** In autocommit, and at the library's isolation level, which is part of what a binary log writes. */
    private Connection connection() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return connection;
    }

    private Connection transactions() throws SQLException {
        Connection connection = connection();
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
