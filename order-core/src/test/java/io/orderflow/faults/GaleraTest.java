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
import io.orderflow.WritableDataSource;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.sql.SQLException;
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
    private static final int NODES = GaleraCluster.NODES;
    private static final int ENOUGH = 20;

    private static Optional<GaleraCluster> started = Optional.empty();

    private GaleraCluster cluster;
    private List<PrivateServer> nodes;

    @BeforeEach
    void findTheCluster() {
        assumeTrue(Clusters.isWanted("galera"), "it runs by -Dclusters=galera");
        if (started.isEmpty()) {
            started = GaleraCluster.start();
        }
        assumeTrue(started.isPresent(), "this machine has no Galera");
        cluster = started.get();
        nodes = cluster.nodes();
    }

    @AfterAll
    static void end() {
        started.ifPresent(GaleraCluster::close);
    }

    @Test
    void nothingIsLostWhenTheWritingNodeIsKilledAgainAndAgain() throws SQLException {
        TestDatabase database = TestDatabase.on(nodes.get(0).address());
        WritableDataSource writable = writable(database);
        try (OutageLines log = OutageLines.hear();
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
                    killTheWriter(load, writable, log, lag);
                }
            }
            assertReplicated(writable, NODES - 1);
            cluster.readWhatOthersWrote(nodes.get(0));
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

    private void killTheWriter(Load load, WritableDataSource writable, OutageLines log, MachineLag lag) {
        String name = writable.writer().orElseThrow();
        PrivateServer writer = nodes.get(Integer.parseInt(name.substring("node ".length())));
        log.taken();
        writer.kill();
        long killed = System.nanoTime();
        Duration election = cluster.awaitElection(writer, killed);
        OrderPauses.awaitOrders(load, killed, ENOUGH, TestedShop.BOUND, writable::writer);
        OrderPauses.check("kill of " + name, load, killed, election, lag);
        assertReplicated(writable, NODES - 2);
        writer.restart();
        log.assertFewLinesOf("the node was killed");
    }

    /** As docs/clusters.md has an operator do it, with two nodes lost for a while and then with all of them. */
    @Test
    void aClusterThatLostItsMajorityGoesOnByHand() throws SQLException {
        TestDatabase database = TestDatabase.on(nodes.get(0).address());
        WritableDataSource writable = writable(database);
        try (InMemoryQueue queue = InMemoryQueue.builder().build();
                TestedShop shop = TestedShop.open(
                        database,
                        database.jdbcUrl(),
                        onThePool ->
                                OrderProcessor.builder(writable).queue(queue).allowWeakQueue(true))) {
            shop.startWorkers();
            try (Load load = Load.paced(shop, 1, 3, Integer.MAX_VALUE)) {
                shop.awaitDecided(50);
                nodes.get(1).kill();
                nodes.get(2).kill();
                cluster.awaitNoMajority(nodes.get(0));
                LostMajority.assertTheQueueAcceptsAlone(shop, load, queue);
                cluster.goOnWith(nodes.get(0));
                LostMajority.awaitGoingOn("one node of three", shop, load, queue, writable);
                nodes.get(1).restart();
                nodes.get(2).restart();
                nodes.forEach(PrivateServer::kill);
                LostMajority.assertTheQueueAcceptsAlone(shop, load, queue);
                cluster.startAgain();
                LostMajority.awaitGoingOn("all nodes were down", shop, load, queue, writable);
            }
            cluster.readWhatOthersWrote(nodes.get(0));
            shop.settle();
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
