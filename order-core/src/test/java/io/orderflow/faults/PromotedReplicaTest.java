package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.WorkerConfig;
import io.orderflow.WritableDataSource;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testkit.MachineLag;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The server that is written to is killed while orders are submitted and decided, and a replica that is a second behind
 * takes its place (F31). The queue is one in memory, which lives as long as the test does: it stands for one that is
 * durable. {@code -Dclusters=async} repeats it, and {@code -Dclusters=semi-sync} what needs no delay.
 */
class PromotedReplicaTest {
    private static final Duration BEHIND = Duration.ofSeconds(1);
    private static final Duration ACK_DELAY = Duration.ofSeconds(3);

    /** The queue alone accepts as the group journal does, where it has no row either: it is tried on demand. */
    private static Stream<Acceptance> losses() {
        List<Acceptance> some = List.of(Acceptance.ROW_JOURNAL, Acceptance.GROUP_JOURNAL);
        List<Acceptance> acceptances = Clusters.isWanted("async") ? List.of(Acceptance.values()) : some;
        return Collections.nCopies(Clusters.kills("async"), acceptances).stream()
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void nothingIsLostWithAnAckDelay(Acceptance acceptance) throws SQLException {
        try (InMemoryQueue queue = InMemoryQueue.builder().build();
                MachineLag lag = MachineLag.watch();
                ReplicatedPair pair = new ReplicatedPair();
                TestedShop shop = open(pair, queue, acceptance)) {
            loseTheWriter(pair, shop, ACK_DELAY, acceptance.toString(), lag);
            awaitAcks(queue);
            shop.settle();
        }
    }

    /** What was acknowledged is on the replica, which a promotion lets apply all that it received. */
    @Test
    void nothingIsLostBySemiSynchronousReplication() throws SQLException {
        for (int kill = 1; kill <= Clusters.kills("semi-sync"); kill++) {
            try (InMemoryQueue queue = InMemoryQueue.builder().build();
                    MachineLag lag = MachineLag.watch();
                    ReplicatedPair pair = new ReplicatedPair();
                    TestedShop shop = open(pair, queue, Acceptance.GROUP_JOURNAL)) {
                pair.delay(Duration.ZERO);
                pair.waitForReplica();
                loseTheWriter(pair, shop, Duration.ZERO, "semi-synchronous, kill " + kill, lag);
                awaitAcks(queue);
                shop.settle();
            }
        }
    }

    /** What the test above would not notice if nothing were lost anyway. */
    @Test
    void withoutOneOrdersAreLost() throws SQLException {
        try (InMemoryQueue queue = InMemoryQueue.builder().build();
                MachineLag lag = MachineLag.watch();
                ReplicatedPair pair = new ReplicatedPair();
                TestedShop shop = open(pair, queue, Acceptance.ROW_JOURNAL)) {
            loseTheWriter(pair, shop, Duration.ZERO, "without an ackDelay", lag);
            awaitAcks(queue);
            AssertionError lost = assertThrows(AssertionError.class, shop::settle);
            assertTrue(lost.getMessage().contains("accepted and without a verdict"), lost::toString);
            System.out.println("without an ackDelay: " + lost.getMessage());
            // and nobody can see it in the tables
            shop.checker().checkTables();
        }
    }

    /** On the second server, so that the first one is left in the end, which the tests look at. */
    private static TestedShop open(ReplicatedPair pair, InMemoryQueue queue, Acceptance acceptance)
            throws SQLException {
        WritableDataSource writable = WritableDataSource.builder()
                .server("first", pool(pair, pair.database().jdbcUrl()))
                .server("second", pool(pair, pair.secondUrl()))
                .build();
        // before anything is written: the audit names servers that take turns
        pair.changePlaces();
        OrderSchema.of(pool(pair, pair.secondUrl())).createOrUpgrade();
        TestedShop shop = TestedShop.reopen(
                pair.database(),
                pair.database().jdbcUrl(),
                onThePool -> OrderProcessor.builder(writable)
                        .acceptance(acceptance)
                        .queue(queue)
                        .allowWeakQueue(true));
        Goods.seed(shop.orders());
        // stock and wallets that no replica has are undone, and orders are rejected for that
        pair.catchUp();
        pair.delay(BEHIND);
        return shop;
    }

    /** Orders that the queue alone has are in no table. */
    private static void awaitAcks(InMemoryQueue queue) {
        Eventually.await(
                "every message is acked",
                TestedShop.BOUND,
                () -> queue.depth().getAsLong() == 0,
                () -> queue.depth() + " messages");
    }

    private static HikariDataSource pool(ReplicatedPair pair, String url) {
        return pair.database().dataSource(8, url, Duration.ofSeconds(1));
    }

    private static void loseTheWriter(
            ReplicatedPair pair, TestedShop shop, Duration ackDelay, String what, MachineLag lag) throws SQLException {
        shop.orders()
                .workers(WorkerConfig.builder()
                        .threads(2)
                        .lease(TestedShop.LEASE)
                        .ackDelay(ackDelay)
                        .build())
                .start();
        try (OutageLines log = OutageLines.hear();
                Load load = Load.paced(shop, 1, 6, Integer.MAX_VALUE)) {
            shop.awaitDecided(200);
            log.taken();
            long killed = System.nanoTime();
            pair.loseTheWriter();
            long promoted = System.nanoTime();
            OrderPauses.awaitOrders(load, promoted, 50, TestedShop.BOUND, shop.orders()::health);
            OrderPauses.check(what, load, killed, Duration.ofNanos(promoted - killed), lag);
            log.assertFewLinesOf(what);
        }
    }
}
