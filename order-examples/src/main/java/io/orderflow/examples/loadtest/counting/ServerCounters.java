package io.orderflow.examples.loadtest.counting;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.sql.DataSource;

/**
 * The database server's own count of transactions and statements between {@link #begin} and {@link #end}: of the whole
 * server, of all that use it. Transactions come from InnoDB's counter {@code trx_rw_commits}, which counts committed
 * read-write transactions, autocommitted ones included. It is off by default; it is switched on for the measurement,
 * and off again after it, where the user may do so. The status variables cannot replace it: {@code Com_commit} leaves
 * autocommit out and {@code Handler_commit} counts each statement of a transaction as well. Without it the result is a
 * bound: explicit commits plus all writing statements. Not thread-safe.
 */
public final class ServerCounters implements AutoCloseable {
    private static final String METRIC = "trx_rw_commits";
    private static final String[] AT_MOST = {"Com_commit", "Com_insert", "Com_update", "Com_delete", "Com_replace"};

    private final DataSource dataSource;
    private boolean switchedOn;
    private Counters before;

    public ServerCounters(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * What the server counted.
     *
     * @param commits transactions; empty where the server does not count them
     * @param statements statements that clients sent; empty where the server does not count them
     * @param note where the numbers come from, or why there are none
     */
    public record Counted(OptionalDouble commits, OptionalDouble statements, String note) {}

    /** Reads the counters before what is measured. */
    public void begin() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (isH2(connection)) {
                return;
            }
            switchedOn = metric(connection).isEmpty() && set(connection, "enable");
            before = read(connection);
        }
    }

    /**
     * Reads the counters after what was measured and says how much they rose.
     *
     * @throws IllegalStateException if {@link #begin} was not called
     */
    public Counted end() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (isH2(connection)) {
                return new Counted(
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        "H2 counts neither transactions nor statements");
            }
            if (before == null) {
                throw new IllegalStateException("begin was not called");
            }
            return difference(before, read(connection));
        }
    }

    /** Switches InnoDB's counter off again, if it was switched on here. */
    @Override
    public void close() throws SQLException {
        if (switchedOn) {
            try (Connection connection = dataSource.getConnection()) {
                switchedOn = !set(connection, "disable");
            }
        }
    }

    /** Whether InnoDB's counter is on, and this user may read it. */
    boolean isOn() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return metric(connection).isPresent();
        }
    }

    private static Counted difference(Counters before, Counters after) {
        // the reading after contains the statements of the reading before, its own are too few to matter
        OptionalDouble statements = OptionalDouble.of(after.of("Questions") - before.of("Questions"));
        if (before.metric().isPresent() && after.metric().isPresent()) {
            double commits = after.metric().get() - before.metric().get();
            return new Counted(
                    OptionalDouble.of(commits), statements, "commits: InnoDB's " + METRIC + "; statements: Questions");
        }
        double atMost = 0;
        for (String name : AT_MOST) {
            atMost += after.of(name) - before.of(name);
        }
        return new Counted(
                OptionalDouble.of(atMost),
                statements,
                "commits: AT MOST this many, explicit commits plus all writing statements, since this user may "
                        + "not switch on InnoDB's "
                        + METRIC + " (SET GLOBAL innodb_monitor_enable = '" + METRIC + "'); statements: Questions");
    }

    /** Counters by name, and the metric where it is on. */
    private record Counters(Map<String, Long> status, Optional<Long> metric) {
        long of(String name) {
            return status.getOrDefault(name, 0L);
        }
    }

    private static Counters read(Connection connection) throws SQLException {
        Map<String, Long> status = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions','"
                        + String.join("','", AT_MOST) + "')")) {
            while (row.next()) {
                status.put(row.getString(1), row.getLong(2));
            }
        }
        return new Counters(status, metric(connection));
    }

    /** The metric's value; empty when it is off or this user may not read it. */
    private static Optional<Long> metric(Connection connection) {
        try (Statement statement = connection.createStatement();
                // the column that says whether it is on is STATUS on MySQL and ENABLED on MariaDB
                ResultSet row = statement.executeQuery(
                        "SELECT * FROM information_schema.innodb_metrics WHERE name = '" + METRIC + "'")) {
            return row.next() && isOn(row) ? Optional.of(row.getLong("count")) : Optional.empty();
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    private static boolean isOn(ResultSet row) throws SQLException {
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            String name = row.getMetaData().getColumnName(i);
            if (name.equalsIgnoreCase("status")) {
                return row.getString(i).equalsIgnoreCase("enabled");
            } else if (name.equalsIgnoreCase("enabled")) {
                return row.getInt(i) == 1;
            }
        }
        return false;
    }

    private static boolean set(Connection connection, String enableOrDisable) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL innodb_monitor_" + enableOrDisable + " = '" + METRIC + "'");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static boolean isH2(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("H2");
    }
}
