package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.Acceptance;
import io.orderflow.AuditReport;
import io.orderflow.DatabaseReplication;
import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.WritableDataSource;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.MachineLag;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A Galera cluster of three nodes: one is written to and killed again and again (F30), or two are at a time. It takes
 * minutes, so it runs by {@code -Dclusters=galera} alone.
 */
@Tag("drill")
class GaleraTest {
    private static final int NODES = 3;
    private static final Duration ELECTION = Duration.ofMinutes(2);
    private static final Duration BEYOND_ELECTION = Duration.ofSeconds(3);
    private static final int MOST_LINES = 10;
    private static final int ENOUGH = 20;

    private static Optional<List<PrivateServer>> cluster = Optional.empty();

    private List<PrivateServer> nodes;

    @BeforeEach
    void findTheCluster() {
        assumeTrue(Clusters.isWanted("galera"), "it runs by -Dclusters=galera");
        if (cluster.isEmpty()) {
            cluster = PrivateServer.startGaleraCluster(NODES);
        }
        assumeTrue(cluster.isPresent(), "this machine has no Galera");
        nodes = cluster.get();
    }

    @AfterAll
    static void end() {
        cluster.ifPresent(nodes -> nodes.forEach(PrivateServer::close));
    }

    @Test
    void nothingIsLostWhenTheWritingNodeIsKilledAgainAndAgain() throws SQLException {
        TestDatabase database = TestDatabase.on(nodes.get(0).address());
        WritableDataSource writable = writable(database);
        try (LoggedLines log = new LoggedLines();
                MachineLag lag = MachineLag.watch();
                TestedShop shop = TestedShop.open(
                        database,
                        database.jdbcUrl(),
                        onThePool -> OrderProcessor.builder(writable).acceptance(Acceptance.GROUP_JOURNAL))) {
            assertReplicated(writable, NODES - 1);
            shop.startWorkers();
            try (Load load = Load.paced(shop, 1, 3, Integer.MAX_VALUE)) {
                shop.awaitDecided(50);
                for (int cycle = 1; cycle <= Clusters.kills("galera"); cycle++) {
                    killTheWriter(load, writable, log, lag, cycle);
                }
            }
            assertReplicated(writable, NODES - 1);
            // what is checked is read on the first node, which may be behind the one that was written to last
            ReplicatedPair.on(nodes.get(0), "SET GLOBAL wsrep_sync_wait = 1");
            shop.settle();
        }
    }

    private WritableDataSource writable(TestDatabase database) {
        WritableDataSource.Builder builder = WritableDataSource.builder();
        for (int i = 0; i < NODES; i++) {
            String url = database.jdbcUrlVia(nodes.get(i).port());
            builder.server("node " + i, database.dataSource(8, url, Duration.ofSeconds(1)));
        }
        return builder.build();
    }

    private static void assertReplicated(WritableDataSource writable, int others) {
        DatabaseReplication replication = OrderSchema.of(writable).replication();
        assertEquals(Degree.GALERA, replication.degree(), replication::toString);
        assertEquals(OptionalInt.of(others), replication.replicas(), replication::toString);
    }

    private void killTheWriter(Load load, WritableDataSource writable, LoggedLines log, MachineLag lag, int cycle) {
        String name = writable.writer().orElseThrow();
        PrivateServer writer = nodes.get(Integer.parseInt(name.substring("node ".length())));
        int linesBefore = log.all().size();
        writer.kill();
        long killed = System.nanoTime();
        Duration election = awaitElection(writer, killed);
        Eventually.await(
                "orders are accepted at another node",
                ELECTION,
                () -> load.answers().where(answer -> answer.start() > killed).count(SubmitResult.Accepted.class)
                        > ENOUGH,
                () -> writable.writer() + ", " + load.answers());
        Duration pause = load.answers()
                .where(answer -> answer.end() > killed && answer.result() instanceof SubmitResult.Accepted)
                .longestGap(killed);
        List<String> lines = log.all();
        lines = lines.subList(linesBefore, lines.size());
        System.out.println("kill " + cycle + ": " + name + " killed, orders at " + writable.writer() + ", pause "
                + BuyerAnswers.millis(pause) + ", election " + BuyerAnswers.millis(election) + ", " + lines.size()
                + " lines in the log, " + lag);
        assertTrue(
                pause.compareTo(lag.extend(election.plus(BEYOND_ELECTION))) < 0,
                () -> "orders paused for " + pause + ", the nodes for " + election + ", " + lag);
        assertTrue(lines.size() <= MOST_LINES, String.join("\n", lines));
        assertReplicated(writable, NODES - 2);
        writer.restart();
    }

    /** How long the nodes that are left take to go on without the one that was killed. */
    private Duration awaitElection(PrivateServer dead, long killed) {
        PrivateServer other =
                nodes.stream().filter(node -> node != dead).findFirst().orElseThrow();
        Eventually.await(
                "the nodes that are left go on",
                ELECTION,
                () -> status(other).equals((NODES - 1) + " Primary ON"),
                () -> status(other));
        return Duration.ofNanos(System.nanoTime() - killed);
    }

    private static String status(PrivateServer node) {
        String query = "SHOW GLOBAL STATUS WHERE Variable_name IN"
                + " ('wsrep_cluster_size', 'wsrep_cluster_status', 'wsrep_ready')";
        try (Connection connection = DriverManager.getConnection(
                        node.jdbcUrl(""),
                        node.address().adminUser(),
                        node.address().adminPassword());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            StringBuilder values = new StringBuilder();
            while (row.next()) {
                values.append(values.isEmpty() ? "" : " ").append(row.getString(2));
            }
            return values.toString();
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    /** Pieces and money stay right then, and the order of the numbers is none. */
    @Test
    void theAuditNamesWritersBesideEachOther() {
        TestDatabase database = TestDatabase.on(nodes.get(0).address());
        try (TestedShop first = TestedShop.open(database)) {
            TestedShop second =
                    TestedShop.reopen(database, database.jdbcUrlVia(nodes.get(1).port()), builder -> builder);
            first.startWorkers();
            second.startWorkers();
            try (Load here = new Load(first, 1, 2);
                    Load there = new Load(second, 2, 2)) {
                first.awaitDecided(400);
                Eventually.await(
                        "both accept orders",
                        TestedShop.BOUND,
                        () -> here.accepted() > 100 && there.accepted() > 100,
                        () -> here.accepted() + " and " + there.accepted());
            }
            first.awaitDrained();
            second.orders().close();
            AuditReport report = first.orders().audit();
            String found = report.examples().stream().collect(Collectors.joining("\n"));
            System.out.println(found);
            assertEquals(1, report.differences(), found);
            assertTrue(found.contains("several servers were written to at a time"), found);
        }
    }
}
