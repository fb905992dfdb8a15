package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Durability.Level;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Sentinels or nodes are lost for good, with {@code -Dclusters=sentinel,redis-cluster}: what docs/clusters.md has an
 * operator do.
 */
@Tag("drill")
@DisplayName("When a majority is lost for good")
final class RedisLostMajorityTest extends RedisTests {
    private static final Duration LONG = Duration.ofSeconds(60);

    static boolean areSentinelsWanted() {
        return Clusters.isWanted("sentinel");
    }

    static boolean areNodesWanted() {
        return Clusters.isWanted("redis-cluster");
    }

    @Test
    @EnabledIf("areSentinelsWanted")
    @DisplayName("the Sentinel that is left has a replica take over when it is told to")
    void oneSentinelIsLeft() throws Exception {
        try (SentinelSet set = SentinelSet.start()) {
            RedisQueue queue = open(set.uri(), "kept", 1);
            publish(queue, "before");
            RedisServer left = set.sentinels().get(0);
            set.sentinels().subList(1, 3).forEach(RedisServer::kill);
            publish(queue, "the primary lives");
            RedisServer former = set.primary();
            former.kill();
            await("it is seen", () -> SentinelSet.said(left, "flags").contains("s_down"), set);
            assertFalse(SentinelSet.said(left, "flags").contains("o_down"), "two must see it");
            assertAway(queue);
            long step = System.nanoTime();
            left.run("SENTINEL", "FAILOVER", SentinelSet.NAME);
            set.awaitPrimary();
            awaitPublished(queue, "one took over");
            tellTime("SENTINEL FAILOVER", step);
            former.restart();
            await("the former one follows", () -> isReplica(former), set);
            set.replaceSentinels(set.primary());
            checkWhole(set, queue, "before", "the primary lives", "one took over");
        }
    }

    @Test
    @EnabledIf("areSentinelsWanted")
    @DisplayName("a replica is promoted by hand, and new Sentinels watch it")
    void noSentinelIsLeft() throws Exception {
        try (SentinelSet set = SentinelSet.start()) {
            RedisQueue old = open(set.uri(), "kept", 1);
            publish(old, "before");
            set.sentinels().forEach(RedisServer::kill);
            RedisServer former = set.primary();
            former.kill();
            assertAway(old);
            RedisServer promoted = promoteByHand(set);
            former.restart();
            assertFalse(isReplica(former), "nobody has told it");
            former.follow(promoted);
            set.replaceSentinels(promoted);
            RedisQueue queue = open(set.uri(), "kept", 1);
            awaitPublished(queue, "promoted");
            checkWhole(set, queue, "before", "promoted");
        }
    }

    private static RedisServer promoteByHand(SentinelSet set) {
        List<RedisServer> replicas = set.servers().stream()
                .filter(server -> server.process().isAlive())
                .sorted(Comparator.comparing(RedisLostMajorityTest::offset).reversed())
                .toList();
        RedisServer promoted = replicas.get(0);
        promoted.run("REPLICAOF", "NO", "ONE");
        replicas.get(1).follow(promoted);
        return promoted;
    }

    @Test
    @EnabledIf("areNodesWanted")
    @DisplayName("a replica of each lost primary takes over when it is told to")
    void primariesWithReplicas() throws Exception {
        try (RedisNodes cluster = RedisNodes.start()) {
            RedisServer first = cluster.node(0);
            RedisServer ofFirst = cluster.node(3);
            RedisServer ofSecond = cluster.node(4);
            ofSecond.run("CLUSTER", "REPLICATE", RedisNodes.id(cluster.node(1)));
            await("each has a replica", () -> cluster.node(1).isFollowed() && isFollowedByOne(first), cluster);
            String stream = RedisNodes.streamOf(0);
            RedisQueue queue = open(cluster.uri(0, 1, 2, 3, 4), stream, 1);
            publish(queue, "before");
            first.kill();
            cluster.node(1).kill();
            cluster.awaitStopped(2);
            assertAway(queue);
            long step = System.nanoTime();
            ofFirst.run("CLUSTER", "FAILOVER", "TAKEOVER");
            ofSecond.run("CLUSTER", "FAILOVER", "TAKEOVER");
            cluster.awaitWorking();
            awaitPublished(open(cluster.uri(2), stream, 0), "alone");
            tellTime("CLUSTER FAILOVER TAKEOVER", step);
            assertEquals(Level.WEAK, queue.durability().level());
            first.restart();
            await("the former one follows", () -> isFollowedByOne(ofFirst), cluster);
            awaitDurable(queue);
            publish(queue, "followed");
            assertHolds(queue, "before", "alone", "followed");
        }
    }

    @Test
    @EnabledIf("areNodesWanted")
    @DisplayName("the slots of primaries that had no replica are given to one that is left")
    void primariesWithoutReplicas() throws Exception {
        try (RedisNodes cluster = RedisNodes.start()) {
            List<RedisServer> left = List.of(cluster.node(0), cluster.node(3), cluster.node(4));
            List<RedisServer> lost = List.of(cluster.node(1), cluster.node(2));
            List<String> ids = lost.stream().map(RedisNodes::id).toList();
            RedisQueue queue = open(cluster.uri(0, 1, 2, 3, 4), RedisNodes.streamOf(0), 1);
            publish(queue, "before");
            lost.forEach(RedisServer::kill);
            cluster.awaitStopped(0);
            assertAway(queue);
            left.forEach(node -> ids.forEach(id -> node.run("CLUSTER", "FORGET", id)));
            long step = System.nanoTime();
            left.get(0).run("CLUSTER", "ADDSLOTSRANGE", "5461", "16383");
            cluster.awaitWorking();
            awaitPublished(queue, "all slots");
            tellTime("CLUSTER ADDSLOTSRANGE", step);
            awaitDurable(queue);
            assertHolds(queue, "before", "all slots");
        }
    }

    private static void assertAway(RedisQueue queue) throws InterruptedException {
        assertNotEquals(
                Outcome.DONE, queue.publish(bytes("nobody took over"), SHORT).outcome());
    }

    private static void tellTime(String step, long start) {
        System.out.println("published again after " + step + ": " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }

    private RedisQueue open(String uri, String stream, int replicas) {
        return open(RedisQueue.builder(uri).stream(stream).replicas(replicas));
    }

    /** All is as it was before: the next death needs nobody, and nothing was lost. */
    private static void checkWhole(SentinelSet set, RedisQueue queue, String... texts) throws Exception {
        awaitDurable(queue);
        set.primary().kill();
        set.awaitPrimary();
        String last = "it took over by itself";
        awaitPublished(queue, last);
        TreeSet<String> all = new TreeSet<>(List.of(texts));
        all.add(last);
        assertHolds(queue, all.toArray(String[]::new));
    }

    /** Nothing is missing; what was not answered may be there, and more than once. */
    private static void assertHolds(RedisQueue queue, String... texts) throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            List<String> came = texts(receive(consumer, (int) queue.depth().orElseThrow()));
            assertTrue(came.containsAll(List.of(texts)), came::toString);
        }
    }

    private static void awaitDurable(RedisQueue queue) {
        await("it is durable", () -> queue.durability().level() == Level.DURABLE, queue);
    }

    private static void await(String what, BooleanSupplier condition, Object state) {
        Eventually.await(what, LONG, condition, state::toString);
    }

    private static boolean isReplica(RedisServer server) {
        return server.text("INFO", "replication").contains("role:slave");
    }

    private static boolean isFollowedByOne(RedisServer primary) {
        return primary.text("INFO", "replication").contains("connected_slaves:1\r") && primary.isFollowed();
    }

    private static long offset(RedisServer replica) {
        return Long.parseLong(replica.text("INFO", "replication")
                .lines()
                .filter(line -> line.startsWith("slave_repl_offset:"))
                .map(line -> line.split(":")[1])
                .findFirst()
                .orElseThrow());
    }
}
