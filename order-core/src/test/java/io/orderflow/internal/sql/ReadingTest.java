package io.orderflow.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.PageRequest;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.BarePool;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a pool that resets nothing: reads see what is committed now, and every connection is left as it came. */
class ReadingTest extends DatabaseContract {
    private static final Session.Settings SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(3), Duration.ofSeconds(20), Duration.ofSeconds(17));

    private BarePool pool;

    @AfterEach
    void everyConnectionIsClosedOnce() throws SQLException {
        assertEquals(0, pool.out(), "connections that were not given back");
        assertEquals(0, pool.closedAgain(), "connections that were closed twice");
        pool.close();
    }

    private BarePool pool(boolean autoCommit, int isolation) {
        pool = new BarePool(() -> {
            Connection connection = shop().database().connect();
            connection.setTransactionIsolation(isolation);
            connection.setAutoCommit(autoCommit);
            return connection;
        });
        return pool;
    }

    /** Isolation levels by their numbers in JDBC, from READ UNCOMMITTED to SERIALIZABLE. */
    @ParameterizedTest
    @CsvSource({"true,1", "true,2", "true,4", "true,8", "false,1", "false,2", "false,4", "false,8"})
    void readsSeeWhatIsCommittedNowAndLeaveNothing(boolean autoCommit, int isolation) throws SQLException {
        shop().wallets().open(1, 100, "open");
        shop().inventory().define(1, 10, 5, "define");
        pool(autoCommit, isolation);
        List<String> before = state();
        try (OrderProcessor orders = OrderProcessor.builder(pool.dataSource()).build();
                Connection writer = shop().foreign();
                Statement write = writer.createStatement()) {
            for (int round = 0; round < 3; round++) {
                assertEquals(100 + round, orders.wallets().find(1).orElseThrow().balance());
                assertEquals(5, orders.inventory().find(1).orElseThrow().available());
                assertEquals(
                        1 + round,
                        orders.wallets()
                                .history(1, PageRequest.first(9))
                                .entries()
                                .size());
                write.executeUpdate("UPDATE orderflow_wallet SET balance = balance + 1000");
                if (isolation != Connection.TRANSACTION_SERIALIZABLE || kind() != TestDatabase.Kind.H2) {
                    assertEquals(
                            100 + round, orders.wallets().find(1).orElseThrow().balance(), "not committed");
                }
                writer.rollback();
                assertEquals(List.of(), openTransactions());
                shop().wallets().deposit(1, 1, "deposit " + round);
            }
        }
        assertEquals(before, state());
        assertEquals(1, pool.made());
    }

    /** A session leaves nothing behind by itself: no pool sets anything back for it. */
    @ParameterizedTest
    @CsvSource({"true,1", "true,4", "false,4", "false,8"})
    void aSessionSetsBackWhatItChanged(boolean autoCommit, int isolation) throws SQLException {
        pool(autoCommit, isolation);
        List<String> before = state();
        try (Session session = Session.on(HostConnections.take(pool.dataSource()), SETTINGS)) {
            session.update("INSERT INTO orderflow_wallet VALUES (7, 7)");
        }
        assertEquals(before, state());
        assertEquals(List.of(), openTransactions());
        assertEquals(0, shop().count("orderflow_wallet"));
        assertEquals(1, pool.made());
    }

    @ParameterizedTest
    @CsvSource({"true,4", "false,2", "false,4"})
    void aGlanceSeesWhatIsCommittedNowAndLeavesNothing(boolean autoCommit, int isolation) throws SQLException {
        String query = "SELECT 1 FROM orderflow_wallet";
        pool(autoCommit, isolation);
        List<String> before = state();
        assertFalse(Glance.finds(pool.dataSource(), query));
        shop().wallets().open(1, 100, "open");
        assertTrue(Glance.finds(pool.dataSource(), query));
        assertEquals(List.of(), openTransactions());
        assertEquals(before, state());
        assertEquals(1, pool.made());
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void theFirstContactLeavesNoTransactionOpen(boolean createTables) throws SQLException {
        pool(false, Connection.TRANSACTION_READ_COMMITTED);
        VerifiedSessions sessions = new VerifiedSessions(pool.dataSource(), shop().tables(), createTables);
        try (Session session = sessions.open(SETTINGS)) {
            assertFalse(HostTransaction.isOpen(session.connection()));
        }
    }

    /** One of a thread of ours, which waits for no answer longer than it says. */
    @ParameterizedTest
    @CsvSource({"true,1", "true,4", "false,4"})
    void aReadingWithATimeOutOfItsOwnSetsThePoolsBack(boolean autoCommit, int isolation) throws SQLException {
        pool(autoCommit, isolation);
        List<String> before = state();
        try (Reading reading = Reading.open(pool.dataSource(), Duration.ofSeconds(3));
                Statement statement = reading.connection().createStatement()) {
            if (kind() != TestDatabase.Kind.H2) {
                assertEquals(3_000, reading.connection().getNetworkTimeout());
            }
            statement.executeQuery("SELECT COUNT(*) FROM orderflow_wallet").close();
        }
        assertEquals(before, state());
        assertEquals(1, pool.made());
    }

    /** Whichever statement fails, with whatever the driver throws. */
    @Test
    void whatADriverThrowsLeavesNoChangedConnection() throws SQLException {
        shop().wallets().open(1, 100, "open");
        pool(false, Connection.TRANSACTION_REPEATABLE_READ);
        List<String> before = state();
        for (int failing = 1; failing <= 8; failing++) {
            int[] left = {failing};
            FaultyDataSource faulty = new FaultyDataSource(pool.dataSource(), (step, sql) -> {
                if (step == FaultPlan.Step.BEFORE_EXECUTE && --left[0] == 0) {
                    throw new IllegalStateException("the driver has a bug");
                }
            });
            try (Session session = Session.on(HostConnections.take(faulty), SETTINGS)) {
                session.update("UPDATE orderflow_wallet SET balance = 1");
            } catch (SQLException e) {
                assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(e));
            }
            try (Reading reading = Reading.open(faulty);
                    Statement statement = reading.connection().createStatement()) {
                statement.executeQuery("SELECT balance FROM orderflow_wallet").close();
            } catch (SQLException e) {
                assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(e));
            }
            assertEquals(0, faulty.openConnections());
            assertEquals(before, state(), "after a failure at statement " + failing);
            assertEquals(List.of(), openTransactions());
        }
        assertEquals(List.of("100"), shop().read("SELECT balance FROM orderflow_wallet"));
    }

    @Test
    void whatSomebodyLeftOpenIsNeitherSeenNorCommitted() throws SQLException {
        shop().wallets().open(1, 100, "open");
        pool(false, Connection.TRANSACTION_REPEATABLE_READ);
        try (OrderProcessor orders = OrderProcessor.builder(pool.dataSource()).build()) {
            for (String left : List.of("SELECT * FROM orderflow_wallet", "UPDATE orderflow_wallet SET balance = 1")) {
                leaveOpen(left);
                if (left.startsWith("SELECT")) {
                    shop().wallets().deposit(1, 5, "deposit");
                }
                assertEquals(105, orders.wallets().find(1).orElseThrow().balance());
                leaveOpen(left);
                orders.inventory().define(left.length(), 10, 5, "define " + left.length());
                assertEquals(105, shop().wallets().find(1).orElseThrow().balance());
                leaveOpen(left);
                assertEquals(List.of(), List.copyOf(orders.audit().examples()));
            }
        }
    }

    private void leaveOpen(String sql) throws SQLException {
        try (Connection connection = pool.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A pool that gives each answer a minute would end the audit of a large shop. */
    @Test
    void theAuditTakesItsOwnTimeAndSetsThePoolsBack() throws SQLException {
        List<Connection> made = new ArrayList<>();
        pool = new BarePool(() -> {
            Connection connection = shop().database().connect();
            connection.setNetworkTimeout(Runnable::run, 60_000);
            made.add(connection);
            return connection;
        });
        List<String> before = state();
        int[] longest = {0};
        FaultyDataSource watched = new FaultyDataSource(pool.dataSource(), (step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.contains("SUM(")) {
                longest[0] = Math.max(longest[0], made.get(0).getNetworkTimeout());
            }
        });
        try (OrderProcessor orders = OrderProcessor.builder(watched).build()) {
            orders.audit();
        }
        assertEquals(before, state());
        if (kind() != TestDatabase.Kind.H2) {
            assertEquals(Duration.ofHours(6).toMillis(), longest[0]);
        }
    }

    /**
     * As inside Spring's TransactionAwareDataSourceProxy: every connection that the thread takes is that of its
     * transaction.
     */
    @Test
    void theHostsOwnTransactionIsNeitherCommittedNorRolledBack() throws SQLException {
        shop().wallets().open(1, 100, "open");
        shop().execute("CREATE TABLE bound_cart (id INT PRIMARY KEY)");
        pool(true, Connection.TRANSACTION_READ_COMMITTED);
        try (OrderProcessor orders = OrderProcessor.builder(pool.dataSource()).build();
                Connection host = shop().database().connect();
                Statement statement = host.createStatement()) {
            host.setAutoCommit(false);
            for (boolean commit : new boolean[] {false, true}) {
                statement.executeUpdate("INSERT INTO bound_cart VALUES (1)");
                pool.bind(host);
                orders.wallets().deposit(1, 1, "deposit " + commit);
                orders.inventory().define(commit ? 1 : 2, 10, 5, "define " + commit);
                orders.audit();
                orders.wallets().find(1);
                orders.wallets().history(1, PageRequest.first(5));
                assertFalse(host.getAutoCommit());
                pool.bind(null);
                assertEquals(0, shop().count("bound_cart"), "not committed");
                try (ResultSet row = statement.executeQuery("SELECT id FROM bound_cart")) {
                    assertEquals(true, row.next(), "not rolled back");
                }
                if (commit) {
                    host.commit();
                } else {
                    host.rollback();
                }
            }
            assertEquals(1, shop().count("bound_cart"));
            assertEquals(102, orders.wallets().find(1).orElseThrow().balance(), "adjustments are apart");
        } finally {
            shop().execute("DROP TABLE bound_cart");
        }
    }

    /** Transactions that stand open on this pool's connections. */
    private List<String> openTransactions() throws SQLException {
        List<String> open = new ArrayList<>();
        try (Connection connection = pool.dataSource().getConnection()) {
            if (!connection.getAutoCommit() && HostTransaction.isOpen(connection)) {
                open.add(connection.toString());
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        }
        return open;
    }

    private List<String> state() throws SQLException {
        String query = kind() == TestDatabase.Kind.H2
                ? "SELECT LOCK_TIMEOUT()"
                : "SELECT CONCAT(@@SESSION.innodb_lock_wait_timeout, ' ', @@SESSION.wait_timeout)";
        try (Connection connection = pool.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            List<String> state = List.of(
                    row.getString(1),
                    "isolation " + connection.getTransactionIsolation(),
                    "autocommit " + connection.getAutoCommit(),
                    "network " + connection.getNetworkTimeout());
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return state;
        }
    }
}
