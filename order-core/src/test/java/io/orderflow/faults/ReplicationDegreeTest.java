package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.DatabaseReplication;
import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.StoreUnavailableException;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.internal.cluster.KnownReplication;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** How far servers replicate as they are set up anew, step by step, and as they say it to a user without rights. */
class ReplicationDegreeTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final String FALLEN_BACK = "asynchronous now: it is set up for semi-synchronous replication";

    /** Two servers take seconds to start, so all tests on MariaDB are one. */
    @Test
    void mariaDbSaysItToEverybody() throws SQLException {
        try (ReplicatedPair pair = new ReplicatedPair()) {
            DataSource pool = pair.database().dataSource(2);
            KnownReplication known = new KnownReplication(pool, Clock.systemUTC(), new AtomicLong()::get);
            assertEquals(Optional.empty(), known.refreshed(), "nobody was asked");
            healthHasItFromTheFirstContact(pair);
            askedAgainWhenOld(pair, pool);
            ReplicatedPair.on(pair.second(), "SET GLOBAL rpl_semi_sync_slave_enabled = ON", "START SLAVE");
            await(pool, Degree.ASYNCHRONOUS, 1);
            String prefix = "SET GLOBAL rpl_semi_sync_master_";
            ReplicatedPair.on(pair.first(), prefix + "timeout = " + TIMEOUT.toMillis(), prefix + "enabled = ON");
            await(pool, Degree.SEMI_SYNCHRONOUS, 1);
            assertEquals(Optional.of(TIMEOUT), now(pool).timeout());
            ReplicatedPair.on(pair.second(), "STOP SLAVE");
            fallsBack(pair.first(), pair.database(), pool);
            ReplicatedPair.on(pair.second(), "START SLAVE");
            await(pool, Degree.SEMI_SYNCHRONOUS, 1);
        }
    }

    @Test
    void mySqlSaysItToWhoMaySee() throws SQLException {
        try (MySqlPair pair = new MySqlPair()) {
            DataSource pool = pair.database().dataSource(2);
            await(pool, Degree.UNKNOWN, -1);
            assertTrue(
                    now(pool).detail().contains("GRANT REPLICATION SLAVE"),
                    () -> now(pool).detail());
            grant(pair, "SELECT ON performance_schema.threads");
            await(pool, Degree.NONE, 0);
            ReplicatedPair.on(pair.replica(), "SET GLOBAL rpl_semi_sync_replica_enabled = ON", "START REPLICA");
            await(pool, Degree.ASYNCHRONOUS, 1);
            revoke(pair, "SELECT ON performance_schema.threads");
            await(pool, Degree.UNKNOWN, -1);
            grant(pair, "REPLICATION SLAVE ON *.*");
            // a session has the rights for all schemas that its user had when it began
            DataSource later = pair.database().dataSource(2);
            await(later, Degree.ASYNCHRONOUS, 1);
            String prefix = "SET GLOBAL rpl_semi_sync_source_";
            ReplicatedPair.on(pair.source(), prefix + "timeout = " + TIMEOUT.toMillis(), prefix + "enabled = ON");
            await(pool, Degree.SEMI_SYNCHRONOUS, 1);
            assertEquals(Optional.of(TIMEOUT), now(pool).timeout());
            ReplicatedPair.on(pair.replica(), "STOP REPLICA");
            fallsBack(pair.source(), pair.database(), pool);
            ReplicatedPair.on(pair.replica(), "START REPLICA");
            await(pool, Degree.SEMI_SYNCHRONOUS, 1);
        }
    }

    private static void grant(MySqlPair pair, String what) throws SQLException {
        ReplicatedPair.on(pair.source(), "GRANT " + what + " TO " + users(pair));
    }

    private static void revoke(MySqlPair pair, String what) throws SQLException {
        ReplicatedPair.on(pair.source(), "REVOKE " + what + " FROM " + users(pair));
    }

    private static String users(MySqlPair pair) {
        String user = "'" + pair.database().user() + "'@'";
        return user + "%', " + user + "localhost'";
    }

    /** No replica answers, so the next commit waits for the time-out and goes on alone. */
    private static void fallsBack(PrivateServer source, TestDatabase database, DataSource pool) throws SQLException {
        ReplicatedPair.on(source, "CREATE TABLE " + database.name() + ".t (id INT PRIMARY KEY)");
        Eventually.await(
                "the server says that it fell back",
                TestedShop.BOUND,
                () -> now(pool).degree() == Degree.ASYNCHRONOUS,
                () -> now(pool).toString());
        DatabaseReplication fallen = now(pool);
        assertTrue(fallen.detail().startsWith(FALLEN_BACK), fallen::detail);
        assertEquals(Optional.of(TIMEOUT), fallen.timeout());
    }

    private static void healthHasItFromTheFirstContact(ReplicatedPair pair) {
        HikariDataSource pool = pair.database().dataSource(8);
        await(pool, Degree.ASYNCHRONOUS, 1);
        try (OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start();
                WorkerRunner runner = orders.workers(WorkerConfig.defaults())) {
            assertEquals(Optional.empty(), runner.health().replication(), "it does not run");
            runner.start();
            Eventually.await(
                    "health has it",
                    TestedShop.BOUND,
                    () -> orders.health().replication().isPresent(),
                    () -> orders.health().toString());
            assertEquals(
                    Degree.ASYNCHRONOUS, orders.health().replication().get().degree());
            assertEquals(orders.health().replication(), runner.health().replication());
        }
    }

    /** Whoever reads health has no part in the asking. */
    private static void askedAgainWhenOld(ReplicatedPair pair, DataSource pool) throws SQLException {
        AtomicLong nanos = new AtomicLong();
        KnownReplication known = new KnownReplication(pool, Clock.systemUTC(), nanos::get);
        try (Connection connection = pool.getConnection()) {
            known.learn(connection, Dialect.MARIADB);
        }
        ReplicatedPair.on(pair.second(), "STOP SLAVE");
        await(pool, Degree.NONE, 0);
        nanos.set(TimeUnit.SECONDS.toNanos(10));
        assertEquals(Degree.ASYNCHRONOUS, known.refreshed().orElseThrow().degree(), "it is not old yet");
        nanos.incrementAndGet();
        assertEquals(Degree.ASYNCHRONOUS, known.refreshed().orElseThrow().degree(), "nobody waits for the answer");
        Eventually.await(
                "it was asked for meanwhile",
                TestedShop.BOUND,
                () -> known.known().orElseThrow().degree() == Degree.NONE,
                () -> known.known().toString());
    }

    @Test
    void h2HasNoReplicas() {
        try (TestDatabase database = TestDatabase.h2()) {
            assertEquals(Degree.NONE, now(database.dataSource(1)).degree());
        }
    }

    @Test
    void aServerThatIsAwayIsAnException() throws SQLException {
        try (TestDatabase database = TestDatabase.h2()) {
            DataSource nowhere =
                    database.dataSource(1, "jdbc:mysql://127.0.0.1:" + Ports.free() + "/shop", Duration.ofMillis(500));
            StoreUnavailableException away = assertThrows(StoreUnavailableException.class, () -> now(nowhere));
            assertTrue(
                    away.getMessage().startsWith("how far the database replicates could not be asked: "),
                    away::getMessage);
            assertFalse(away.getMessage().contains("tables"), away::getMessage);
        }
    }

    private static DatabaseReplication now(DataSource pool) {
        return OrderSchema.of(pool).replication();
    }

    /** @param replicas how many it names, or -1 for no number */
    private static void await(DataSource pool, Degree degree, int replicas) {
        Eventually.await(
                "the server says " + degree + ", " + replicas,
                TestedShop.BOUND,
                () -> {
                    DatabaseReplication found = now(pool);
                    OptionalInt number = replicas < 0 ? OptionalInt.empty() : OptionalInt.of(replicas);
                    return found.degree() == degree && found.replicas().equals(number);
                },
                () -> now(pool).toString());
    }
}
