package io.orderflow.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a file of H2 one transaction of the process at a time; nowhere else. */
class FileTurnTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Session.Settings SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(3), Duration.ofSeconds(20), Duration.ofSeconds(17));

    private static final Session.Settings AHEAD =
            new Session.Settings(false, SETTINGS.lockWait(), SETTINGS.idleTimeout(), SETTINGS.networkTimeout(), true);

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void aTransactionBeginsWhenTheOneBeforeIsCommitted() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")));
                HikariDataSource samePool =
                        TestDatabase.h2File(folder.resolve("orders")).dataSource(2)) {
            CountDownLatch goOn = new CountDownLatch(1);
            Future<?> first = insertWallet(pool, 1, goOn);
            awaitWallets(samePool, Connection.TRANSACTION_READ_UNCOMMITTED, 1);
            Future<?> second = insertWallet(samePool, 2, new CountDownLatch(0));
            Eventually.await("the second waits", BOUND, () -> waiting() == 1, () -> waiting() + " wait");
            assertEquals(1, wallets(pool, Connection.TRANSACTION_READ_UNCOMMITTED), "the second has begun");
            assertEquals(0, wallets(pool, Connection.TRANSACTION_READ_COMMITTED), "who only reads waits for nobody");
            goOn.countDown();
            first.get();
            second.get();
            assertEquals(2, wallets(pool, Connection.TRANSACTION_READ_COMMITTED));
        }
    }

    @Test
    void noneOfThoseThatWaitInLineComesBeforeTheJournal() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")), 8)) {
            CountDownLatch goOn = new CountDownLatch(1);
            List<Future<?>> all = new ArrayList<>(List.of(insertWallet(pool, 1, goOn)));
            awaitWallets(pool, Connection.TRANSACTION_READ_UNCOMMITTED, 1);
            List<Long> order = new CopyOnWriteArrayList<>();
            for (long buyer = 2; buyer <= 6; buyer++) {
                long waiting = buyer - 1;
                all.add(insertWallet(pool, SETTINGS, buyer, order));
                Eventually.await(waiting + " wait", BOUND, () -> waiting() == waiting, () -> waiting() + " wait");
            }
            all.add(insertWallet(pool, AHEAD, 7, order));
            Eventually.await("the journal waits", BOUND, () -> waiting() == 6, () -> waiting() + " wait");
            goOn.countDown();
            for (Future<?> one : all) {
                one.get();
            }
            assertEquals(List.of(7L, 2L, 3L, 4L, 5L, 6L), order);
        }
    }

    @Test
    void theIntakeIsTheOneThatComesNext() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")))) {
            List<Long> order = new CopyOnWriteArrayList<>();
            FaultyDataSource watched = new FaultyDataSource(pool, (step, sql) -> {
                if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith("INSERT INTO orderflow_orders")) {
                    order.add(7L);
                }
            });
            try (OrderProcessor orders = patient(watched)) {
                submit(orders);
                order.clear();
                CountDownLatch goOn = new CountDownLatch(1);
                Future<?> first = insertWallet(pool, 1, goOn);
                awaitWallets(pool, Connection.TRANSACTION_READ_UNCOMMITTED, 1);
                Future<?> second = insertWallet(pool, SETTINGS, 2, order);
                Eventually.await("one waits", BOUND, () -> waiting() == 1, () -> waiting() + " wait");
                Future<?> journal = threads.submit(() -> submit(orders));
                Eventually.await("the journal waits", BOUND, () -> waiting() == 2, () -> waiting() + " wait");
                goOn.countDown();
                for (Future<?> each : List.of(first, second, journal)) {
                    each.get();
                }
                assertEquals(List.of(7L, 2L), order);
            }
        }
    }

    /** One that waits for its journal as long as a busy machine may take. */
    private static OrderProcessor patient(DataSource pool) {
        return OrderProcessor.builder(pool)
                .journalTimeout(BOUND.dividedBy(2))
                .submitTimeout(BOUND)
                .build()
                .start();
    }

    private static SubmitResult submit(OrderProcessor orders) {
        return assertInstanceOf(
                SubmitResult.Accepted.class,
                orders.submit(OrderRequest.of(1).line(1, 1).build()));
    }

    @Test
    void whoHasTheTurnDoesNotWaitInLineToBeginAgain() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")));
                Session session = Session.on(HostConnections.take(pool), AHEAD);
                Connection another = pool.getConnection()) {
            Future<?>[] waits = {null};
            session.transaction(() -> {
                waits[0] = insertWallet(pool, 2, new CountDownLatch(0));
                Eventually.await("one waits", BOUND, () -> waiting() == 1, () -> waiting() + " wait");
                return Session.inTurn(another, () -> true);
            });
            waits[0].get();
        }
    }

    @Test
    void whoWaitedTooLongForTheTurnIsToldSoAsOfALock() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")))) {
            CountDownLatch goOn = new CountDownLatch(1);
            Future<?> first = insertWallet(pool, 1, goOn);
            awaitWallets(pool, Connection.TRANSACTION_READ_UNCOMMITTED, 1);
            ExecutionException failed = assertThrows(
                    ExecutionException.class,
                    () -> insertWallet(pool, 2, new CountDownLatch(0)).get());
            assertTrue(SqlFailure.isLockWait((SQLException) failed.getCause()), failed::toString);
            goOn.countDown();
            first.get();
            insertWallet(pool, 2, new CountDownLatch(0)).get();
        }
    }

    @Test
    void theTurnEndsWithARollback() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")));
                Session session = Session.on(HostConnections.take(pool), SETTINGS)) {
            assertThrows(
                    SQLException.class,
                    () -> session.transaction(() -> {
                        session.update("INSERT INTO orderflow_wallet VALUES (1, 7)");
                        return session.update("INSERT INTO orderflow_wallet VALUES (1, 7)");
                    }));
            insertWallet(pool, 2, new CountDownLatch(0)).get();
            assertEquals(1, wallets(pool, Connection.TRANSACTION_READ_COMMITTED));
        }
    }

    @Test
    void whatFailsOnAnotherConnectionIsRolledBackBeforeItsTurnEnds() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")));
                Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            assertThrows(
                    SQLException.class,
                    () -> Session.inTurn(connection, () -> {
                        try (Statement statement = connection.createStatement()) {
                            statement.executeUpdate("INSERT INTO orderflow_wallet VALUES (1, 7)");
                            return statement.executeUpdate("INSERT INTO orderflow_wallet VALUES (1, 7)");
                        }
                    }));
            assertEquals(0, wallets(pool, Connection.TRANSACTION_READ_UNCOMMITTED));
        }
    }

    @Test
    void anInterruptedThreadTakesItsTurnAndStaysInterrupted() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2File(folder.resolve("orders")));
                Session session = Session.on(HostConnections.take(pool), SETTINGS)) {
            boolean interrupted = threads.submit(() -> {
                        Thread.currentThread().interrupt();
                        session.transaction(() -> session.update("INSERT INTO orderflow_wallet VALUES (1, 7)"));
                        return Thread.interrupted();
                    })
                    .get();
            assertTrue(interrupted, "who waits for something else is to hear of it");
            assertEquals(1, wallets(pool, Connection.TRANSACTION_READ_COMMITTED));
        }
    }

    @Test
    void whoHasTheTurnWaitsForTheHostsRowsOnlyBriefly() throws SQLException {
        assertEquals(FileTurn.LONGEST_LOCK_WAIT, lockWait(TestDatabase.h2File(folder.resolve("orders"))));
        assertEquals(SETTINGS.lockWait(), lockWait(TestDatabase.h2()));
    }

    private static Duration lockWait(TestDatabase database) throws SQLException {
        try (HikariDataSource pool = prepared(database);
                Session session = Session.on(HostConnections.take(pool), SETTINGS)) {
            session.waitForLocks(SETTINGS.lockWait());
            return session.transaction(() -> {
                try (Statement statement = session.statement();
                        ResultSet row = statement.executeQuery("SELECT LOCK_TIMEOUT()")) {
                    row.next();
                    return Duration.ofMillis(row.getLong(1));
                }
            });
        }
    }

    @Test
    void inMemoryNobodyWaits() throws Exception {
        try (HikariDataSource pool = prepared(TestDatabase.h2())) {
            CountDownLatch goOn = new CountDownLatch(1);
            Future<?> first = insertWallet(pool, 1, goOn);
            insertWallet(pool, 2, new CountDownLatch(0)).get();
            goOn.countDown();
            first.get();
            assertEquals(2, wallets(pool, Connection.TRANSACTION_READ_COMMITTED));
        }
    }

    private static HikariDataSource prepared(TestDatabase database) {
        return prepared(database, 4);
    }

    private static HikariDataSource prepared(TestDatabase database, int connections) {
        HikariDataSource pool = database.dataSource(connections);
        OrderSchema.of(pool).createOrUpgrade();
        return pool;
    }

    private Future<?> insertWallet(HikariDataSource pool, long buyer, CountDownLatch goOn) {
        return threads.submit(() -> {
            try (Session session = Session.on(HostConnections.take(pool), SETTINGS)) {
                return session.transaction(() -> {
                    int inserted = session.update("INSERT INTO orderflow_wallet VALUES (" + buyer + ", 7)");
                    awaitUninterrupted(goOn);
                    return inserted;
                });
            }
        });
    }

    private Future<?> insertWallet(HikariDataSource pool, Session.Settings settings, long buyer, List<Long> order) {
        return threads.submit(() -> {
            try (Session session = Session.on(HostConnections.take(pool), settings)) {
                return session.transaction(() -> {
                    order.add(buyer);
                    return session.update("INSERT INTO orderflow_wallet VALUES (" + buyer + ", 7)");
                });
            }
        });
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWallets(HikariDataSource pool, int isolation, int count) {
        Eventually.await("wallets: " + count, BOUND, () -> wallets(pool, isolation) == count, () -> "not yet");
    }

    private static int wallets(HikariDataSource pool, int isolation) {
        try (Connection connection = pool.getConnection()) {
            connection.setTransactionIsolation(isolation);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM orderflow_wallet")) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static long waiting() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().equals(FileTurn.class.getName())
                                && frame.getMethodName().equals("takeInTime")))
                .count();
    }
}
