package io.orderflow.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.WritableDataSource;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The primary of a group is killed while orders are submitted and decided, again and again (F30). It takes minutes, so
 * it runs by {@code -Dclusters=gr} alone.
 */
@Tag("drill")
class GroupReplicationTest {
    @Test
    void nothingIsLostWhenThePrimaryIsKilledAgainAndAgain() throws SQLException {
        assumeTrue(Clusters.isWanted("gr"), "it runs by -Dclusters=gr");
        try (MySqlGroup group = new MySqlGroup()) {
            PrivateServer first = group.members().get(0);
            TestDatabase database = TestDatabase.on(first.address());
            group.showMembersTo(database);
            WritableDataSource writable = writable(group, database);
            try (TestedShop shop = TestedShop.open(
                    database,
                    database.jdbcUrl(),
                    onThePool -> OrderProcessor.builder(writable).acceptance(Acceptance.GROUP_JOURNAL))) {
                shop.startWorkers();
                try (OutageLines log = OutageLines.hear();
                        MachineLag lag = MachineLag.watch();
                        Load load = Load.paced(shop, 1, 3, Integer.MAX_VALUE)) {
                    shop.awaitDecided(50);
                    for (int cycle = 1; cycle <= Clusters.kills("gr"); cycle++) {
                        log.taken();
                        PrivateServer dead = killThePrimary(group, load, writable, lag);
                        group.comesBack(dead);
                        log.assertFewLinesOf("the primary was killed");
                    }
                }
                group.promote(first);
                shop.settle();
            }
        }
    }

    /** As docs/clusters.md has an operator do it, with two members lost for a while and then with all of them. */
    @Test
    void aGroupThatLostItsMajorityGoesOnByHand() throws SQLException {
        assumeTrue(Clusters.isWanted("gr"), "it runs by -Dclusters=gr");
        try (MySqlGroup group = new MySqlGroup()) {
            PrivateServer first = group.members().get(0);
            TestDatabase database = TestDatabase.on(first.address());
            group.showMembersTo(database);
            WritableDataSource writable = writable(group, database);
            try (InMemoryQueue queue = InMemoryQueue.builder().build();
                    TestedShop shop = TestedShop.open(
                            database,
                            database.jdbcUrl(),
                            onThePool -> OrderProcessor.builder(writable)
                                    .queue(queue)
                                    .allowWeakQueue(true))) {
                shop.startWorkers();
                try (Load load = Load.paced(shop, 1, 3, Integer.MAX_VALUE)) {
                    shop.awaitDecided(50);
                    loseTheMajority(group, shop, load, queue, writable);
                    group.members().forEach(PrivateServer::kill);
                    LostMajority.assertTheQueueAcceptsAlone(shop, load, queue);
                    group.startAgain();
                    LostMajority.awaitGoingOn("all members were down", shop, load, queue, writable);
                }
                group.promote(first);
                shop.settle();
            }
        }
    }

    private static void loseTheMajority(
            MySqlGroup group, TestedShop shop, Load load, InMemoryQueue queue, WritableDataSource writable)
            throws SQLException {
        PrivateServer survivor = group.members().get(0);
        List<PrivateServer> others = group.members().subList(1, group.members().size());
        others.forEach(PrivateServer::kill);
        LostMajority.assertTheQueueAcceptsAlone(shop, load, queue);
        group.goOnWith(survivor);
        LostMajority.awaitGoingOn("one member of three", shop, load, queue, writable);
        for (PrivateServer other : others) {
            group.comesBack(other);
        }
    }

    private static WritableDataSource writable(MySqlGroup group, TestDatabase database) {
        WritableDataSource.Builder builder = WritableDataSource.builder();
        for (int i = 0; i < group.members().size(); i++) {
            String url = database.jdbcUrlVia(group.members().get(i).port());
            builder.server(name(i), database.dataSource(8, url, Duration.ofSeconds(1)));
        }
        return builder.build();
    }

    private static String name(int member) {
        return "member " + (member + 1);
    }

    /** Returns the one that was killed. */
    private static PrivateServer killThePrimary(
            MySqlGroup group, Load load, WritableDataSource writable, MachineLag lag) throws SQLException {
        PrivateServer primary = group.members().get(group.primary().orElseThrow());
        primary.kill();
        long killed = System.nanoTime();
        Duration election = group.awaitPrimary(killed);
        OrderPauses.awaitOrders(load, killed, 20, TestedShop.BOUND, writable::writer);
        OrderPauses.check("kill of " + primary.port(), load, killed, election, lag);
        return primary;
    }
}
