package io.orderflow.simulation;

import io.orderflow.AuditReport;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.internal.admin.Audit;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Tables;
import io.orderflow.model.ReplayCheck;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A real H2 database for many runs, one after the other. Its own clock cannot be moved, so time passes by making what
 * is undecided or claimed older.
 */
final class SimulatedDatabase implements AutoCloseable {
    private static final Duration GRAIN = Duration.ofMillis(400);

    /** Decisions get older by steps that are not shorter: their age matters in days. */
    private static final Duration LONG = Duration.ofMinutes(30);

    private final TestDatabase database = TestDatabase.h2();
    private final Tables tables = new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX);
    private final JdbcDataSource plain = new JdbcDataSource();
    private final HostSide hostSide = HostSide.of(plain, tables);
    private final Connection connection;
    private Duration unpassed = Duration.ZERO;
    private Duration age = Duration.ZERO;

    SimulatedDatabase() throws SQLException {
        plain.setURL(database.jdbcUrl());
        plain.setUser(database.user());
        plain.setPassword(database.password());
        OrderSchema.of(plain).createOrUpgrade();
        // the settings are the database's by now; each connection that names them sets them once more
        plain.setURL(database.jdbcUrl().replaceFirst(";.*", ""));
        connection = plain.getConnection();
    }

    Tables tables() {
        return tables;
    }

    /** Without faults, for those who act from outside. */
    HostSide hostSide() {
        return hostSide;
    }

    /** For the processes of a run. */
    FaultyDataSource faulty(FaultPlan plan, UnaryOperator<DataSource> mutation) {
        return new FaultyDataSource(mutation.apply(plain), plan);
    }

    /** Takes all rows out. */
    void empty() throws SQLException {
        unpassed = Duration.ZERO;
        age = Duration.ZERO;
        for (String table : List.of(
                tables.orders(),
                tables.pending(),
                tables.orderLine(),
                tables.wallet(),
                tables.stock(),
                tables.purchase(),
                tables.adjustment(),
                tables.orderChange(),
                tables.refundLine(),
                tables.hold(),
                tables.batch(),
                tables.feed(),
                tables.opening(),
                tables.attempt(),
                tables.deadLetter())) {
            execute("TRUNCATE TABLE " + table);
        }
    }

    /**
     * Lets time pass for the ages of orders, claims and decisions, and for holds; also a jump of the server's clock,
     * then back in time too.
     */
    void pass(Duration time) throws SQLException {
        unpassed = unpassed.plus(time);
        if (unpassed.abs().compareTo(GRAIN) < 0) {
            return;
        }
        String by = "DATEADD('MILLISECOND', " + -unpassed.toMillis() + ", ";
        execute("UPDATE " + tables.orders() + " SET created_at = " + by + "created_at) WHERE status IN (0, 4)");
        execute("UPDATE " + tables.pending() + " SET created_at = " + by + "created_at)");
        execute("UPDATE " + tables.hold() + " SET deadline = " + by + "deadline)");
        execute("UPDATE " + tables.attempt() + " SET claimed_at = " + by + "claimed_at)");
        if (unpassed.abs().compareTo(LONG) >= 0) {
            execute("UPDATE " + tables.batch() + " SET decided_at = " + by + "decided_at)");
            age = age.plus(unpassed);
        }
        unpassed = Duration.ZERO;
    }

    /** By how much decisions became older since the run began. */
    Duration age() {
        return age;
    }

    /** The rows of all orders that have a decision number. */
    List<ArchiveBook.Row> decided() throws SQLException {
        return read(
                "SELECT id, batch_id, place, status, fingerprint, request FROM " + tables.orders()
                        + " WHERE status NOT IN (" + Codes.PENDING + "," + Codes.PARKED + "," + Codes.PLACED + ")",
                row -> new ArchiveBook.Row(
                        OrderIds.fromBytes(row.getBytes(1), 0),
                        DecisionNumber.of(row.getLong(2), row.getInt(3)),
                        row.getInt(4) != Codes.ARCHIVED,
                        Fingerprint.fromBytes(row.getBytes(5), 0),
                        row.getBytes(6)));
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> read(String query, RowReader<T> reader) throws SQLException {
        List<T> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                found.add(reader.read(row));
            }
        }
        return found;
    }

    long count(String table, String condition) throws SQLException {
        return read("SELECT COUNT(*) FROM " + table + " WHERE " + condition, row -> row.getLong(1))
                .get(0);
    }

    /** How many holds are over by its clock. */
    long overdueHolds() throws SQLException {
        return count(tables.hold(), "deadline <= " + Dialect.H2.utcNow());
    }

    AuditReport audit() throws SQLException {
        return new Audit(connection, tables, difference -> {}).run();
    }

    List<String> replay() throws SQLException {
        return ReplayCheck.verify(plain, tables.prefix());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        database.close();
    }
}
