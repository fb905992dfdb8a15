package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.WritableDataSource;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.Ports;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of two servers a connection leads to. Both have the same tables, and the second replicates the first. */
class WritableDataSourceTest {
    private static ReplicatedPair pair;
    private static TestDatabase database;

    private HikariDataSource first;
    private HikariDataSource second;

    @BeforeAll
    static void start() throws SQLException {
        pair = new ReplicatedPair();
        database = pair.database();
        ReplicatedPair.on(pair.first(), "CREATE TABLE " + database.name() + ".t (id INT PRIMARY KEY)");
        pair.catchUp();
    }

    @AfterAll
    static void end() {
        // without servers there is none
        if (pair != null) {
            pair.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        ReplicatedPair.on(pair.first(), "SET GLOBAL read_only = OFF");
        ReplicatedPair.on(pair.second(), "SET GLOBAL read_only = ON");
        first = pool(database.jdbcUrl());
        second = pool(pair.secondUrl());
    }

    @AfterEach
    void close() {
        assertEquals(0, first.getHikariPoolMXBean().getActiveConnections());
        first.close();
        second.close();
    }

    private static HikariDataSource pool(String url) {
        return database.dataSource(2, url, Duration.ofSeconds(1));
    }

    private static WritableDataSource both(DataSource first, DataSource second) {
        return WritableDataSource.builder()
                .server("first", first)
                .server("second", second)
                .build();
    }

    @Test
    void theOneThatIsNotReadOnlyIsFoundWhateverTheOrder() throws SQLException {
        WritableDataSource other = both(second, first);
        assertEquals(Optional.empty(), other.writer());
        write(both(first, second), 1);
        write(other, 2);
        assertEquals(Optional.of("second"), other.writer(), "named so by this test");
    }

    @Test
    void aReplicaIsNotWrittenToAlthoughItWouldTakeIt() throws SQLException {
        ReplicatedPair.on(pair.second(), "SET GLOBAL read_only = OFF");
        write(both(second, first), 3);
        ReplicatedPair.on(pair.first(), "SET GLOBAL read_only = ON");
        SQLException none = assertThrows(SQLException.class, both(second, first)::getConnection);
        assertEquals(
                "no server can be written to: first: it replicates from another server; second: read_only is ON",
                none.getMessage());
    }

    @Test
    void aFailureThatIsHeardWhileTheServerIsAskedCounts() throws SQLException {
        FaultyDataSource faulty = new FaultyDataSource(first, FaultPlan.NONE);
        WritableDataSource writable = both(faulty, second);
        try (Connection other = writable.getConnection();
                Statement refused = other.createStatement()) {
            AtomicInteger questions = new AtomicInteger();
            faulty.setPlan((step, sql) -> {
                if (sql.equals("DO 1")) {
                    throw FaultPlan.readOnly();
                }
                if (step == Step.BEFORE_EXECUTE && questions.getAndIncrement() == 0) {
                    assertThrows(SQLException.class, () -> refused.execute("DO 1"));
                }
            });
            assertThrows(SQLException.class, () -> refused.execute("DO 1"));
            writable.getConnection().close();
            int asked = questions.get();
            writable.getConnection().close();
            assertTrue(questions.get() > asked, questions::toString);
        }
    }

    /** Both names lead to one server, so that each can be written to. */
    @Test
    void aSearchThatEndsLateTellsNothingOld() throws Exception {
        FaultyDataSource faulty = new FaultyDataSource(first, FaultPlan.NONE);
        WritableDataSource writable = both(faulty, first);
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FutureTask<Void> slow = new FutureTask<>(() -> {
            writable.getConnection().close();
            return null;
        });
        Thread searches = new Thread(slow, "a slow search");
        faulty.setPlan((step, sql) -> {
            if (Thread.currentThread() != searches) {
                throw FaultPlan.lost(step);
            }
            if (step == Step.BEFORE_EXECUTE && asking.getCount() > 0) {
                asking.countDown();
                awaitQuietly(goOn);
            }
        });
        searches.start();
        asking.await();
        writable.getConnection().close();
        assertEquals(Optional.of("second"), writable.writer());
        goOn.countDown();
        slow.get();
        assertEquals(Optional.of("second"), writable.writer(), "who asked later knows better");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** It costs nothing on the way of the orders. */
    @Test
    void theServerIsAskedOnceForManyConnections() throws SQLException {
        AtomicInteger statements = new AtomicInteger();
        DataSource counted = new FaultyDataSource(first, (step, sql) -> {
            if (step == Step.BEFORE_EXECUTE) {
                statements.incrementAndGet();
            }
        });
        WritableDataSource writable = both(counted, second);
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            writable.getConnection().close();
        }
        long seconds = 1 + (System.nanoTime() - start) / 1_000_000_000;
        assertTrue(statements.get() <= 2 * seconds, () -> statements + " statements in " + seconds + " s");
        assertTrue(statements.get() >= 2, statements::toString);
    }

    @Test
    void aServerThatRefusesToWriteLosesTheConnectionAndIsLeft() throws SQLException {
        WritableDataSource writable = both(first, second);
        write(writable, 4);
        long refused;
        try (Connection connection = writable.getConnection()) {
            refused = number(connection);
            ReplicatedPair.on(pair.first(), "SET GLOBAL read_only = ON");
            try (Statement statement = connection.createStatement()) {
                SQLException told =
                        assertThrows(SQLException.class, () -> statement.execute("INSERT INTO t VALUES (5)"));
                assertEquals(1290, told.getErrorCode());
            }
        }
        try (Connection another = first.getConnection()) {
            assertFalse(refused == number(another), "it went back to its pool");
        }
        // at once, although the server was asked less than a second ago
        SQLException none = assertThrows(SQLException.class, writable::getConnection);
        assertEquals("no server can be written to: first: read_only is ON; second: read_only is ON", none.getMessage());
        ReplicatedPair.on(pair.first(), "SET GLOBAL read_only = OFF");
        write(writable, 6);
    }

    @Test
    void anotherFailureLosesNoConnection() throws SQLException {
        WritableDataSource writable = both(first, second);
        write(writable, 7);
        long before;
        try (Connection connection = writable.getConnection()) {
            before = number(connection);
            try (Statement statement = connection.createStatement()) {
                assertThrows(SQLException.class, () -> statement.execute("INSERT INTO t VALUES (7)"));
            }
        }
        try (Connection again = first.getConnection()) {
            assertEquals(before, number(again));
        }
    }

    @Test
    void oneThatDoesNotAnswerKeepsNobodyFromTheOther() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(pair.second().address())) {
            second.close();
            second = pool(database.jdbcUrlVia(proxy.port()));
            WritableDataSource writable = both(second, first);
            proxy.blackHole();
            write(writable, 8);
            assertEquals(Optional.of("second"), writable.writer(), "named so by this test");
        }
    }

    /** A pool tells it to the first alone who asks. */
    @Test
    void theReasonOfADeadServerIsToldToEverybody() throws SQLException {
        second.close();
        second = pool(database.jdbcUrlVia(Ports.free()));
        ReplicatedPair.on(pair.first(), "SET GLOBAL read_only = ON");
        for (int i = 0; i < 2; i++) {
            SQLException none = assertThrows(SQLException.class, both(first, second)::getConnection);
            assertEquals(
                    "no server can be written to: first: read_only is ON; second: ConnectException: Connection refused",
                    none.getMessage());
        }
    }

    @Test
    void aConnectionLeadsToItsServerAndKnowsItself() throws SQLException {
        try (Connection connection = both(first, second).getConnection();
                Statement statement = connection.createStatement()) {
            assertEquals(connection, statement.getConnection());
            assertEquals(connection.hashCode(), statement.getConnection().hashCode());
            assertTrue(connection.isWrapperFor(com.mysql.cj.jdbc.JdbcConnection.class));
        }
    }

    @Test
    void whatItCannotDoIsRefused() throws SQLException {
        WritableDataSource writable = both(first, second);
        assertThrows(SQLFeatureNotSupportedException.class, () -> writable.getConnection("root", ""));
        assertEquals(writable, writable.unwrap(DataSource.class));
        assertThrows(SQLException.class, () -> writable.unwrap(String.class));
        assertThrows(IllegalStateException.class, WritableDataSource.builder()::build);
        WritableDataSource.Builder builder = WritableDataSource.builder().server("a", first);
        assertThrows(IllegalArgumentException.class, () -> builder.server("a", second));
        assertThrows(IllegalArgumentException.class, () -> builder.server(" ", second));
    }

    private static void write(DataSource dataSource, int id) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate("INSERT INTO t VALUES (" + id + ")"));
        }
    }

    private static long number(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            return row.getLong(1);
        }
    }
}
