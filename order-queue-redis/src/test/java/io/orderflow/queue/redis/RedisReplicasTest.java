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
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that has replicas: what is told as stored is there, too. */
final class RedisReplicasTest extends RedisTests {
    private static RedisServer primary;
    private static RedisServer replica;

    private final String stream = newStream();

    @BeforeAll
    static void startServers() {
        primary = RedisServer.start();
        replica = primary.startReplica();
    }

    @AfterAll
    static void stopServers() {
        // none where the tests are skipped
        if (primary != null) {
            primary.close();
        }
        if (replica != null) {
            replica.close();
        }
    }

    @AfterEach
    void heal() {
        replica.thaw();
        replica.follow(primary);
    }

    private RedisQueue open(int replicas) {
        return open(RedisQueue.builder(primary.uri()).stream(stream).replicas(replicas));
    }

    @Test
    void aServerWithReplicasIsDurableOnlyIfTheyAreWaitedFor() throws Exception {
        RedisQueue alone = open(0);
        assertEquals(Level.WEAK, alone.durability().level(), alone.durability()::reason);
        assertTrue(alone.durability().reason().contains("replicas(n)"), alone.durability()::reason);
        RedisQueue both = open(1);
        assertEquals(Level.DURABLE, both.durability().level(), both.durability()::reason);
        both.check();
        publish(both, "a");
        RedisQueue tooMany = open(2);
        assertEquals(Level.WEAK, tooMany.durability().level());
        String reason = tooMany.durability().reason();
        assertTrue(reason.contains("1 replicas 1 follow it, and replicas(2) is set"), reason);
        QueueException refusal = assertThrows(QueueException.class, tooMany::check);
        assertTrue(refusal.getMessage().contains("1 of 2 replicas"), refusal.getMessage());
    }

    @Test
    void whatTooFewReplicasHaveIsUnknownUntilTheyAreBack() throws Exception {
        RedisQueue queue = open(1);
        assertEquals(Level.DURABLE, queue.durability().level(), queue.durability()::reason);
        publish(queue, "before");
        replica.freeze();
        long start = System.nanoTime();
        PublishResult result = publishAlone(queue);
        assertAtMost(SHORT.plusMillis(100), start, "publish");
        assertEquals(Outcome.UNKNOWN, result.outcome(), result.cause());
        assertTrue(result.cause().contains("stored by the server, but 0 of 1 replicas have it"), result.cause());
        QueueException refusal = assertThrows(QueueException.class, queue::check);
        assertTrue(refusal.getMessage().contains("0 of 1 replicas"), refusal.getMessage());
        Eventually.await(
                "the server notices that nobody follows it",
                PATIENCE,
                () -> publishAlone(queue).outcome() != Outcome.DONE
                        && queue.durability().level() == Level.WEAK,
                () -> queue.durability().toString());
        replica.thaw();
        awaitLevel(queue, Level.DURABLE);
        awaitPublished(queue, "after");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            int stored = (int) queue.depth().orElseThrow();
            assertTrue(texts(receive(consumer, stored)).containsAll(List.of("before", "alone", "after")));
        }
    }

    /** The wait for replicas stands behind the write, and lasts until the deadline where there are too few. */
    @Test
    void aWriteThatIsRefusedWaitsForNoReplica() throws Exception {
        RedisQueue queue = open(1);
        publish(queue, "before");
        replica.run("REPLICAOF", "NO", "ONE");
        primary.config("maxmemory", "1");
        try {
            Eventually.await(
                    "the server knows of no replica",
                    PATIENCE,
                    () -> primary.text("INFO", "replication").contains("connected_slaves:0"),
                    () -> primary.text("INFO", "replication"));
            long start = System.nanoTime();
            PublishResult result = queue.publish(bytes("refused"), Duration.ofMinutes(1));
            assertAtMost(Duration.ofSeconds(5), start, "a refusal");
            assertEquals(Outcome.REFUSED, result.outcome(), result.cause());
            assertTrue(result.cause().contains("OOM"), result.cause());
        } finally {
            primary.config("maxmemory", "0");
        }
        replica.follow(primary);
        awaitPublished(queue, "after");
    }

    /** Where there are enough, the wait is answered at once, and its answer is not taken for another one. */
    @Test
    void aConnectionIsUsedAgainAfterARefusal() throws Exception {
        RedisQueue queue = open(1);
        publish(queue, "before");
        Set<String> connected = primary.clients("orderflow");
        primary.config("maxmemory", "1");
        try {
            for (int i = 0; i < 3; i++) {
                PublishResult result = queue.publish(bytes("refused"), PATIENCE);
                assertEquals(Outcome.REFUSED, result.outcome(), result.cause());
            }
        } finally {
            primary.config("maxmemory", "0");
        }
        publish(queue, "after");
        assertEquals(connected, primary.clients("orderflow"));
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            assertEquals(List.of("before", "after"), texts(receive(consumer, 2)));
        }
    }

    private static PublishResult publishAlone(RedisQueue queue) {
        try {
            return queue.publish(bytes("alone"), SHORT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitLevel(RedisQueue queue, Level level) {
        Eventually.await(
                "durability " + level,
                PATIENCE.multipliedBy(2),
                () -> queue.durability().level() == level,
                () -> queue.durability().toString());
    }

    /** A primary that is cut off from its replicas goes on, until nobody wants what it took. */
    @Test
    void whatWasDoneIsOnTheReplicaThatTakesOver() throws Exception {
        List<String> done = new ArrayList<>();
        try (FaultProxy wire = FaultProxy.to("127.0.0.1", primary.process().port())) {
            replica.run("REPLICAOF", "127.0.0.1", Integer.toString(wire.port()));
            RedisQueue queue = open(1);
            awaitLevel(queue, Level.DURABLE);
            for (int i = 0; i < 100; i++) {
                if (i == 50) {
                    wire.hold();
                }
                PublishResult result = queue.publish(bytes("m-" + i), Duration.ofMillis(i < 50 ? 5_000 : 20));
                if (result.outcome() == Outcome.DONE) {
                    done.add("m-" + i);
                }
            }
            replica.run("REPLICAOF", "NO", "ONE");
        }
        RedisQueue promoted = open(RedisQueue.builder(replica.uri()).stream(stream));
        assertEquals(50, done.size(), done::toString);
        try (QueueConsumer consumer = promoted.openConsumer(LEASE)) {
            List<Delivery> came = receive(consumer, 50);
            assertEquals(done, texts(came));
        }
    }

    @Test
    void aUserWhoMayNotWaitIsToldSo() throws Exception {
        primary.run("ACL", "SETUSER", "shop", "on", ">s3cret", "~*", "+@all", "-wait");
        RedisQueue queue = open(RedisQueue.builder(primary.uri()).stream(stream)
                .replicas(1)
                .user("shop")
                .password("s3cret"));
        PublishResult result = queue.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.UNKNOWN, result.outcome());
        assertTrue(result.cause().contains("WAIT was answered by NOPERM"), result.cause());
        QueueException refusal = assertThrows(QueueException.class, queue::check);
        assertTrue(refusal.getMessage().contains("NOPERM"), refusal.getMessage());
    }
}
