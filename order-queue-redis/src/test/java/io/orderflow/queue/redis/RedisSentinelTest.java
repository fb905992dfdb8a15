package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Durability.Level;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.OutageLines;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A primary that Sentinels name: found, followed when it changes, and waited for while there is none. */
final class RedisSentinelTest extends RedisTests {
    /** From the end of the election until messages are stored again. */
    private static final Duration BACK = Duration.ofSeconds(3);

    private static SentinelSet set;

    private final String stream = newStream();

    @BeforeAll
    static void startServers() {
        set = SentinelSet.start();
    }

    @AfterAll
    static void stopServers() {
        // none where the tests are skipped
        if (set != null) {
            set.close();
        }
    }

    private RedisQueue open(String uri, int replicas) {
        return open(RedisQueue.builder(uri).stream(stream).replicas(replicas));
    }

    /** Five kills with {@code -Dclusters=sentinel}. */
    @Test
    void nothingThatWasDoneIsLostWhenThePrimaryIsKilledUnderLoad() throws Exception {
        RedisQueue queue = open(set.uri(), 1);
        try (OutageLines log = OutageLines.hear();
                PublishingLoad load = PublishingLoad.on(queue, 4)) {
            for (int kill = 0; kill < Clusters.kills("sentinel"); kill++) {
                if (kill > 0) {
                    set.heal();
                }
                long before = set.elections();
                long ready = load.lives(() -> set.primary().kill(), set::awaitPrimary);
                assertAtMost(BACK, ready, "publishing, once there was one that a replica follows,");
                load.goesOn("the primary was killed, elections: " + (set.elections() - before));
                log.assertFewLinesOf("the primary was killed");
            }
            load.stop();
            load.assertOutcomesWereTrue();
        }
        Eventually.await(
                "it is durable, since a replica is heard of",
                Duration.ofSeconds(60),
                () -> queue.durability().level() == Level.DURABLE,
                queue.durability()::reason);
    }

    @Test
    void aSentinelThatIsAwayOrKnowsNothingIsPassedOver() throws Exception {
        try (RedisServer knowsNothing = RedisServer.startSentinel();
                RedisServer frozen = RedisServer.startSentinel()) {
            frozen.freeze();
            String others = "redis-sentinel://127.0.0.1:1,127.0.0.1:" + knowsNothing.port() + ",127.0.0.1:"
                    + frozen.port() + ",";
            RedisQueue queue = open(set.uri().replace("redis-sentinel://", others), 1);
            publish(queue, "a");
            publish(queue, "b");
            try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
                consumer.ack(receive(consumer, 2));
            }
        }
    }

    /** As one does that has not heard of the last election. */
    @Test
    void aSentinelThatNamesAReplicaIsPassedOver() throws Exception {
        RedisServer primary = set.primary();
        RedisServer replica = set.servers().stream()
                .filter(server -> server != primary && server.process().isAlive())
                .findFirst()
                .orElseThrow();
        try (RedisServer behind = RedisServer.startSentinel();
                RedisServer upToDate = RedisServer.startSentinel()) {
            behind.run("SENTINEL", "MONITOR", "two", "127.0.0.1", replica.port(), "5");
            upToDate.run("SENTINEL", "MONITOR", "two", "127.0.0.1", primary.port(), "5");
            String first = "redis-sentinel://127.0.0.1:" + behind.port();
            publish(open(first + ",127.0.0.1:" + upToDate.port() + "/two", 0), "a");
            QueueException refusal = assertThrows(QueueException.class, open(first + "/two", 0)::check);
            assertTrue(
                    refusal.getMessage().contains("names 127.0.0.1:" + replica.port() + ": it is a replica"),
                    refusal.getMessage());
        }
    }

    @Test
    void whatIsWrongIsSaidOfEachSentinel() throws Exception {
        RedisServer data = set.primary();
        String first = "127.0.0.1:" + set.sentinels().get(0).port();
        RedisQueue queue = open("redis-sentinel://127.0.0.1:1," + first + ",127.0.0.1:" + data.port() + "/another", 1);
        PublishResult result = queue.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome());
        String cause = result.cause();
        assertTrue(cause.contains("no primary another found: "), cause);
        assertTrue(cause.contains("Sentinel 127.0.0.1:1: no connection to redis://127.0.0.1:1: "), cause);
        assertTrue(cause.contains("Sentinel " + first + ": it knows no primary another"), cause);
        assertTrue(cause.contains(data.port() + ": it is no Sentinel but a server with data"), cause);
    }

    @Test
    void aSentinelWithAPasswordIsAskedWithOurs() throws Exception {
        RedisServer locked = set.sentinels().get(1);
        locked.run("ACL", "SETUSER", "default", "resetpass", ">s3cret");
        locked.as("s3cret", "ACL", "SETUSER", "asks", "on", ">s3cret", "+sentinel|get-master-addr-by-name");
        try {
            String uri = "redis-sentinel://127.0.0.1:" + locked.port() + "/" + SentinelSet.NAME;
            QueueException none = assertThrows(QueueException.class, open(uri, 0)::check);
            assertTrue(none.getMessage().contains("asks for a password, and none is set"), none.getMessage());
            QueueException wrong = assertThrows(
                    QueueException.class,
                    open(RedisQueue.builder(uri).stream(stream).sentinelPassword("wr0ng"))::check);
            assertTrue(wrong.getMessage().contains("does not accept the password"), wrong.getMessage());
            assertFalse(wrong.getMessage().contains("wr0ng"), wrong.getMessage());
            open(RedisQueue.builder(uri).stream(stream).sentinelPassword("s3cret"))
                    .check();
            open(RedisQueue.builder(uri).stream(stream).sentinelUser("asks").sentinelPassword("s3cret"))
                    .check();
        } finally {
            locked.as("s3cret", "ACL", "SETUSER", "default", "nopass");
        }
    }

    @Test
    void aPlainAddressOfASentinelSaysWhatToWriteInstead() {
        String place = "127.0.0.1:" + set.sentinels().get(0).port();
        QueueException refusal = assertThrows(QueueException.class, open("redis://" + place, 0)::check);
        assertTrue(
                refusal.getMessage().contains("is a Sentinel, which has no streams: write redis-sentinel://" + place),
                refusal.getMessage());
    }

    /** Cut off from the others and not from us, it would serve us for ever, and have no new messages. */
    @Test
    void aConsumerLeavesAFormerPrimaryThatNobodyFollows() throws Exception {
        try (RedisServer former = RedisServer.start();
                RedisServer next = former.startReplica();
                RedisServer sentinel = RedisServer.startSentinel()) {
            String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "/moved";
            sentinel.run("SENTINEL", "MONITOR", "moved", "127.0.0.1", former.port(), "1");
            try (QueueConsumer consumer = open(uri, 0).openConsumer(LONG_LEASE)) {
                assertEquals(List.of(), consumer.receive(1, Duration.ZERO));
                next.run("REPLICAOF", "NO", "ONE");
                sentinel.run("SENTINEL", "REMOVE", "moved");
                sentinel.run("SENTINEL", "MONITOR", "moved", "127.0.0.1", next.port(), "1");
                publish(open(uri, 0), "on the next one");
                assertEquals(List.of("on the next one"), texts(receive(consumer, 1)));
            }
        }
    }

    /** A primary without replicas is like one that is cut off, for ever. */
    @Test
    void aConsumerStaysWithALonePrimaryThatTheSentinelsName() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (RedisServer alone = RedisServer.start();
                RedisServer sentinel = RedisServer.startSentinel();
                FaultProxy wire = FaultProxy.to("127.0.0.1", sentinel.process().port())) {
            sentinel.run("SENTINEL", "MONITOR", "alone", "127.0.0.1", alone.port(), "1");
            wire.dropAnswersAfter(sent -> countQuestions(sent, asked));
            RedisQueue queue = open("redis-sentinel://127.0.0.1:" + wire.port() + "/alone", 0);
            publish(queue, "a");
            try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
                receive(consumer, 1);
                Set<String> connected = alone.clients("orderflow");
                int before = asked.get();
                Eventually.await(
                        "the Sentinels were asked twice about it",
                        Duration.ofSeconds(60),
                        () -> receivesNothing(consumer) && asked.get() >= before + 2,
                        asked::toString);
                assertEquals(connected, alone.clients("orderflow"), "the connections to it, also those that rest");
            }
        }
    }

    /** It is not durable, and that is no reason to connect anew again and again. */
    @Test
    void alsoWhoeverWaitsForAReplicaStaysWithALonePrimary() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (RedisServer alone = RedisServer.start();
                RedisServer sentinel = RedisServer.startSentinel();
                FaultProxy wire = FaultProxy.to("127.0.0.1", sentinel.process().port())) {
            sentinel.run("SENTINEL", "MONITOR", "alone", "127.0.0.1", alone.port(), "1");
            wire.dropAnswersAfter(sent -> countQuestions(sent, asked));
            RedisQueue queue = open("redis-sentinel://127.0.0.1:" + wire.port() + "/alone", 1);
            assertEquals(Level.WEAK, queue.durability().level());
            Set<String> connected = alone.clients("orderflow");
            int before = asked.get();
            Eventually.await(
                    "the Sentinels were asked three times about it",
                    Duration.ofSeconds(60),
                    () -> queue.durability().level() == Level.WEAK && asked.get() >= before + 3,
                    asked::toString);
            assertEquals(connected, alone.clients("orderflow"));
        }
    }

    /** Drops nothing. */
    private static boolean countQuestions(byte[] sent, AtomicInteger asked) {
        if (new String(sent, US_ASCII).contains("GET-MASTER-ADDR-BY-NAME")) {
            asked.incrementAndGet();
        }
        return false;
    }

    private static boolean receivesNothing(QueueConsumer consumer) {
        try {
            return consumer.receive(1, Duration.ofMillis(200)).isEmpty();
        } catch (QueueException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void behindSentinelsItIsWeakUnlessReplicasAreWaitedFor() {
        RedisQueue queue = open(set.uri(), 0);
        assertEquals(Level.WEAK, queue.durability().level());
        assertTrue(queue.durability().reason().contains("replicas(n)"), queue.durability()::reason);
    }
}
