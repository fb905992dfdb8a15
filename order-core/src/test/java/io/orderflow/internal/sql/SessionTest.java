package io.orderflow.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection of the host's pool goes back as it came, or not at all. */
class SessionTest extends DatabaseContract {
    private static final Session.Settings SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(3), Duration.ofSeconds(20), Duration.ofSeconds(17));

    /** One connection, so that the next one taken is the one given back. */
    private HikariDataSource pool;

    @BeforeEach
    void openPool() {
        pool = pool(true, "TRANSACTION_REPEATABLE_READ");
    }

    private HikariDataSource pool(boolean autoCommit, String isolation) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(shop().database().jdbcUrl());
        config.setUsername(shop().database().user());
        config.setPassword(shop().database().password());
        config.setMaximumPoolSize(1);
        config.setAutoCommit(autoCommit);
        config.setTransactionIsolation(isolation);
        return new HikariDataSource(config);
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionGoesBackAsItCame(boolean autoCommit) throws SQLException {
        pool.close();
        pool = pool(autoCommit, "TRANSACTION_SERIALIZABLE");
        List<String> before = state();
        try (Session session = Session.on(HostConnections.take(pool), SETTINGS)) {
            assertEquals(
                    Connection.TRANSACTION_READ_COMMITTED, session.connection().getTransactionIsolation());
            assertFalse(session.connection().getAutoCommit());
            List<String> used = stateOf(session.connection());
            if (kind() != TestDatabase.Kind.H2) {
                assertEquals("3 20", used.get(0));
                assertEquals("17000", used.get(3));
            } else {
                assertEquals("3000", used.get(0));
            }
            session.update("INSERT INTO orderflow_wallet VALUES (7, 7)");
        }
        assertEquals(before, state());
        assertEquals(0, shop().count("orderflow_wallet"), "what was not committed is rolled back");
    }

    @Test
    void aSessionInAutocommitCommitsEachStatement() throws SQLException {
        Session.Settings autocommit =
                new Session.Settings(true, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(17));
        List<String> before = state();
        try (Session session = Session.on(HostConnections.take(pool), autocommit)) {
            session.update("INSERT INTO orderflow_attempt VALUES (x'00112233445566778899aabbccddeeff', 0,"
                    + " x'00112233445566778899aabbccddeeff', "
                    + session.dialect().utcNow() + ")");
        }
        assertEquals(before, state());
        assertEquals(1, shop().count("orderflow_attempt"));
    }

    /** Whatever statement of opening or closing fails, the pool never hands out a changed connection. */
    @Test
    void aConnectionThatCanNotBeSetUpOrSetBackIsNotGivenBack() throws SQLException {
        List<String> before = state();
        int statement = 1;
        for (boolean failed = true; failed; statement++) {
            FaultyDataSource faulty =
                    new FaultyDataSource(pool, FaultPlan.nth(Step.BEFORE_EXECUTE, statement, FaultPlan::readOnly));
            try {
                Session.on(HostConnections.take(faulty), SETTINGS).close();
                failed = statement <= 4;
            } catch (SQLException e) {
                assertEquals(1290, e.getErrorCode());
            }
            assertEquals(0, faulty.openConnections());
            assertEquals(before, state(), "after a failure at statement " + statement);
        }
        assertTrue(statement > 3, "only " + statement + " statements");
    }

    /**
     * What sets a connection up (1) or back (3) waits for no row: its answer is missed sooner than that of a statement
     * at work.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aBlackHoleIsNoticedInSecondsWhileAConnectionIsSetUpOrBack(int statement) {
        if (kind() == TestDatabase.Kind.H2) {
            return;
        }
        TestDatabase database = shop().database();
        try (FaultProxy proxy = FaultProxy.to(database.server());
                HikariDataSource via = database.dataSource(1, database.jdbcUrlVia(proxy.port()))) {
            AtomicInteger reached = new AtomicInteger();
            FaultyDataSource swallowing = new FaultyDataSource(via, (step, sql) -> {
                if (step == Step.BEFORE_EXECUTE && reached.incrementAndGet() == statement) {
                    proxy.blackHole();
                }
            });
            long start = System.nanoTime();
            try {
                Session.on(HostConnections.take(swallowing), SETTINGS).close();
            } catch (SQLException e) {
                assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(e));
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertEquals(statement, reached.get());
            assertTrue(took.compareTo(SETTINGS.networkTimeout().minusSeconds(5)) < 0, took::toString);
        }
    }

    @Test
    void aDiscardedConnectionIsReplacedOrSetBack() throws SQLException {
        List<String> before = state();
        Session session = Session.on(HostConnections.take(pool), SETTINGS);
        Connection used = session.connection().unwrap(Connection.class);
        session.update("INSERT INTO orderflow_wallet VALUES (7, 7)");
        session.discard(new SQLException("on purpose"));
        session.close();
        assertEquals(before, state());
        assertEquals(0, shop().count("orderflow_wallet"));
        try (Connection next = pool.getConnection()) {
            assertEquals(kind() == TestDatabase.Kind.H2, used == next.unwrap(Connection.class), "H2 has no abort");
        }
    }

    @Test
    void aRollbackThatFailsIsAddedToTheFirstFailure() throws SQLException {
        FaultyDataSource faulty = new FaultyDataSource(pool, FaultPlan.NONE);
        Session session = Session.on(HostConnections.take(faulty), SETTINGS);
        faulty.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1));
        assertThrows(SQLException.class, () -> session.update("DELETE FROM orderflow_wallet"));
        SQLException first = new SQLException("first");
        SQLException thrown = assertThrows(
                SQLException.class,
                () -> session.orRollBack(() -> {
                    throw first;
                }));
        assertSame(first, thrown);
        assertEquals(1, first.getSuppressed().length);
        session.discard(first);
    }

    /** A worker that is frozen in the middle of a transaction must not hold its rows for hours. */
    @Test
    void theServerFreesTheLocksOfASilentSession() throws SQLException {
        if (kind() == TestDatabase.Kind.H2) {
            return;
        }
        shop().wallets().open(1, 5, "open");
        Session.Settings brief =
                new Session.Settings(false, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30));
        Session silent = Session.on(HostConnections.take(pool), brief);
        silent.update("UPDATE orderflow_wallet SET balance = 6");
        Eventually.await("the lock is free", Duration.ofSeconds(20), this::canLock, () -> "still locked");
        SQLException ended =
                assertThrows(SQLException.class, () -> silent.update("UPDATE orderflow_wallet SET balance = 7"));
        assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(ended));
        silent.discard(ended);
    }

    private boolean canLock() {
        try (Connection connection = shop().foreign();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT buyer FROM orderflow_wallet FOR UPDATE SKIP LOCKED")) {
            boolean free = row.next();
            connection.rollback();
            return free;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> state() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            List<String> state = stateOf(connection);
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return state;
        }
    }

    private List<String> stateOf(Connection connection) throws SQLException {
        List<String> state = new ArrayList<>();
        String query = kind() == TestDatabase.Kind.H2
                ? "SELECT LOCK_TIMEOUT()"
                : "SELECT CONCAT(@@SESSION.innodb_lock_wait_timeout, ' ', @@SESSION.wait_timeout)";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            state.add(row.getString(1));
        }
        state.add(Integer.toString(connection.getTransactionIsolation()));
        state.add(Boolean.toString(connection.getAutoCommit()));
        state.add(Integer.toString(connection.getNetworkTimeout()));
        return state;
    }
}
