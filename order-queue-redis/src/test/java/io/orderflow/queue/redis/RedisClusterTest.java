package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability.Level;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.OutageLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A stream in a cluster: its owner is found, and followed when the slot moves or the owner dies. */
final class RedisClusterTest extends RedisTests {
    /** From the end of the election until messages are stored again. */
    private static final Duration BACK = Duration.ofSeconds(3);

    private static RedisNodes cluster;

    @BeforeAll
    static void startNodes() {
        cluster = RedisNodes.start();
    }

    @AfterAll
    static void stopNodes() {
        // none where the tests are skipped
        if (cluster != null) {
            cluster.close();
        }
    }

    private RedisQueue open(String uri, String stream, int replicas) {
        return open(RedisQueue.builder(uri).stream(stream).replicas(replicas));
    }

    /** Five kills with {@code -Dclusters=redis-cluster}. */
    @Test
    void nothingThatWasDoneIsLostWhenTheOwnerIsKilledUnderLoad() throws Exception {
        RedisQueue queue = open(cluster.uri(0, 1), RedisNodes.streamOf(0), 1);
        try (OutageLines log = OutageLines.hear();
                PublishingLoad load = PublishingLoad.on(queue, 4)) {
            for (int kill = 0; kill < Clusters.kills("redis-cluster"); kill++) {
                if (kill > 0) {
                    cluster.heal();
                }
                long ready =
                        load.lives(() -> cluster.ownerOfFirst().orElseThrow().kill(), cluster::awaitOwner);
                assertAtMost(BACK, ready, "publishing, once there was one that a replica follows,");
                load.goesOn("the owner was killed");
                log.assertFewLinesOf("the owner was killed");
            }
            load.stop();
            load.assertOutcomesWereTrue();
        }
    }

    @Test
    void everythingWorksFromAnyNode() throws Exception {
        for (int owner = 0; owner < 3; owner++) {
            String stream = RedisNodes.streamOf(owner);
            RedisQueue queue = open(cluster.uri(2), stream, 0);
            publish(queue, "a", "b");
            queue.check();
            try (QueueConsumer lost = queue.openConsumer(LEASE);
                    QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
                receive(lost, 1);
                List<Delivery> received = receive(consumer, 2);
                consumer.release(consumer.renew(received));
                consumer.ack(receive(consumer, 2));
            }
            assertEquals(OptionalLong.of(0), queue.depth());
            assertEquals(Level.WEAK, queue.durability().level());
            assertTrue(queue.durability().reason().contains("replicas(n)"), queue.durability()::reason);
        }
    }

    /** Between two nodes without replicas, step by step: the key goes first, then the slot. */
    @Test
    void aSlotThatMovesTakesEverybodyAlong() throws Exception {
        String stream = RedisNodes.streamOf(1);
        RedisServer from = cluster.node(1);
        RedisServer to = cluster.node(2);
        String slot = Integer.toString(JedisClusterCRC16.getSlot(stream));
        RedisQueue queue = open(cluster.uri(1, 2), stream, 0);
        RedisQueue resting = open(cluster.uri(1), stream, 0);
        publish(resting, "before");
        leaveResting(resting, 8);
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            List<Delivery> held = receive(consumer, 1);
            to.run("CLUSTER", "SETSLOT", slot, "IMPORTING", RedisNodes.id(from));
            from.run("CLUSTER", "SETSLOT", slot, "MIGRATING", RedisNodes.id(to));
            publishAtOnce(queue, "while it is about to move");
            from.run("MIGRATE", "127.0.0.1", to.port(), stream, "0", "5000");
            publishAtOnce(queue, "while it moves");
            assertEquals(held, consumer.renew(held), "asked where it went");
            for (RedisServer node : List.of(to, from, cluster.node(0))) {
                node.run("CLUSTER", "SETSLOT", slot, "NODE", RedisNodes.id(to));
            }
            resting.openConsumer(LONG_LEASE).close();
            RedisQueue other = open(cluster.uri(0), stream, 0);
            publishAtOnce(other, "after");
            publishAtOnce(queue, "and after");
            publishAtOnce(resting, "from where it was");
            List<Delivery> rest = receive(consumer, 5);
            assertEquals(
                    List.of("while it is about to move", "while it moves", "after", "and after", "from where it was"),
                    texts(rest));
            consumer.ack(rest);
            consumer.ack(held);
            assertEquals(OptionalLong.of(0), queue.depth());
        }
    }

    /** So many connections rest then. */
    private static void leaveResting(RedisQueue queue, int connections) throws Exception {
        List<QueueConsumer> consumers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            consumers.add(queue.openConsumer(LONG_LEASE));
        }
        consumers.forEach(QueueConsumer::close);
    }

    /** A redirection says that nothing was done: it costs a connection, and no outcome but DONE. */
    private static void publishAtOnce(RedisQueue queue, String text) throws InterruptedException {
        assertEquals(PublishResult.done(), queue.publish(bytes(text), PATIENCE));
    }

    @Test
    void aPlainAddressOfANodeSaysWhatToWriteInstead() throws Exception {
        String place = "127.0.0.1:" + cluster.node(1).port();
        RedisQueue queue = open("redis://" + place, RedisNodes.streamOf(1), 0);
        PublishResult result = queue.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome());
        assertTrue(result.cause().contains("is a node of a cluster"), result.cause());
        assertTrue(result.cause().contains("write redis-cluster://" + place), result.cause());
    }

    @Test
    void aServerThatIsNoNodeSaysSo() {
        try (RedisServer server = RedisServer.start()) {
            RedisQueue queue = open("redis-cluster://127.0.0.1:1,127.0.0.1:" + server.port(), "any", 0);
            String message = assertThrows(QueueException.class, queue::check).getMessage();
            assertTrue(message.contains("no owner of slot "), message);
            assertTrue(message.contains("node 127.0.0.1:1: no connection to redis://127.0.0.1:1: "), message);
            assertTrue(message.contains(server.port() + ": it is in no cluster"), message);
        }
    }

    @Test
    void aUserWhoMayNotAskForTheSlotsIsToldSo() {
        cluster.node(1).run("ACL", "SETUSER", "shop", "on", ">s3cret", "~*", "+@all", "-cluster");
        RedisQueue queue = open(RedisQueue.builder(cluster.uri(1)).user("shop").password("s3cret"));
        String message = assertThrows(QueueException.class, queue::check).getMessage();
        assertTrue(message.contains("NOPERM") && message.contains("cluster|slots"), message);
    }
}
