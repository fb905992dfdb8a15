package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability.Level;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that answers, and says no: what a queue makes of it, and that it goes on by itself. */
final class RedisServerStatesTest extends OwnServerTests {
    private final String stream = newStream();
    private final RedisQueue queue = open(RedisQueue.builder(server.uri()).stream(stream));

    @AfterEach
    void firstSettings() {
        server.config("rdb-key-save-delay", "0");
        server.run("REPLICAOF", "NO", "ONE");
        server.config("replica-read-only", "yes");
        server.config("replica-serve-stale-data", "yes");
        server.config("maxmemory", "0");
        server.config("maxmemory-policy", "noeviction");
        server.config("no-appendfsync-on-rewrite", "no");
        server.config("appendonly", "yes");
        server.run("FLUSHALL");
    }

    @Test
    void aFullServerRefusesAndIsEmptiedAllTheSame() throws Exception {
        queue.openConsumer(LEASE).close();
        publish(queue, "before");
        server.config("maxmemory", "1");
        assertRefused("OOM");
        assertThrows(QueueException.class, queue::check);
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> received = receive(consumer, 1);
            consumer.renew(received);
            consumer.ack(received);
        }
        assertEquals(OptionalLong.of(0), queue.depth());
        server.config("maxmemory", "0");
        queue.check();
        publish(queue, "after");
    }

    @Test
    void whatCanNotBeReleasedIsGivenBackAtTheEndOfTheConsumer() throws Exception {
        publish(queue, "a");
        QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
        List<Delivery> received = receive(consumer, 1);
        server.config("maxmemory", "1");
        assertThrows(QueueException.class, () -> consumer.release(received));
        consumer.close();
        List<Delivery> again = receive(queue.openConsumer(LEASE), 1);
        server.config("maxmemory", "0");
        assertEquals(List.of("a"), texts(again));
        assertEquals(1, again.get(0).deliveriesBefore());
    }

    @Test
    void aReplicaRefuses() throws Exception {
        publish(queue, "before");
        server.run("REPLICAOF", "127.0.0.1", "1");
        assertRefused("READONLY");
        assertThrows(QueueException.class, queue::check);
        assertThrows(QueueException.class, () -> queue.openConsumer(LEASE).receive(1, Duration.ZERO));
        server.config("replica-read-only", "no");
        server.config("replica-serve-stale-data", "no");
        assertRefused("MASTERDOWN");
        server.run("REPLICAOF", "NO", "ONE");
        publish(queue, "after");
        assertEquals(OptionalLong.of(2), queue.depth());
    }

    @Test
    void aServerThatLoadsRefuses() throws Exception {
        publish(queue, "before");
        try (RedisServer master = RedisServer.start()) {
            for (int i = 0; i < 200; i++) {
                master.run("SET", "key-" + i, "x".repeat(1_000));
            }
            master.config("repl-diskless-sync-delay", "0");
            master.config("rdbcompression", "no");
            // a replica that may be written to, so that loading is what it refuses for
            server.config("replica-read-only", "no");
            server.config("loading-process-events-interval-bytes", "1024");
            server.config("key-load-delay", "50000");
            server.run(
                    "REPLICAOF", "127.0.0.1", Integer.toString(master.process().port()));
            awaitLoading(true);
            assertRefused("LOADING");
            QueueException failure = assertThrows(QueueException.class, queue::check);
            assertTrue(failure.getMessage().contains("LOADING"), failure.getMessage());
            assertEquals(OptionalLong.empty(), queue.depth());
        } finally {
            server.config("key-load-delay", "0");
            awaitLoading(false);
            server.run("REPLICAOF", "NO", "ONE");
        }
        awaitPublished(queue, "after");
    }

    private static void awaitLoading(boolean loading) {
        Eventually.await(
                "loading is " + loading,
                PATIENCE,
                () -> server.text("INFO", "persistence").contains("\nloading:" + (loading ? 1 : 0) + "\r"),
                () -> server.text("INFO", "replication"));
    }

    @ParameterizedTest
    @CsvSource({"SET, string", "RPUSH, list"})
    void anotherKindOfKeyIsARefusalThatSaysSo(String command, String kind) throws Exception {
        server.run(command, stream, "text");
        assertRefused("WRONGTYPE");
        QueueException failure = assertThrows(QueueException.class, queue::check);
        String said = "the key " + stream + " holds a " + kind + ", not a stream";
        assertTrue(failure.getMessage().contains(said), failure.getMessage());
    }

    private void assertRefused(String code) throws InterruptedException {
        PublishResult result = queue.publish(bytes("refused"), PATIENCE);
        assertEquals(PublishResult.Outcome.REFUSED, result.outcome(), result.cause());
        assertTrue(result.cause().contains(": " + code + " "), result.cause());
    }

    @Test
    void aWipedServerIsUsedAgainByTheSameConsumer() throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            publish(queue, "wiped-1", "wiped-2");
            List<Delivery> wiped = receive(consumer, 1);
            server.run("FLUSHALL");
            publish(queue, "new");
            List<Delivery> received = receive(consumer, 1);
            assertEquals(List.of("new"), texts(received));
            consumer.ack(wiped);
            consumer.release(wiped);
            assertEquals(List.of(), consumer.renew(wiped));
            assertEquals(OptionalLong.of(1), queue.depth(), "acking what was wiped removes nothing else");
            consumer.ack(received);
        }
        assertEquals(OptionalLong.of(0), queue.depth());
    }

    @Test
    void aWipeWhileAConsumerHoldsMessagesIsNoErrorOfItsAck() throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            publish(queue, "wiped");
            List<Delivery> wiped = receive(consumer, 1);
            server.run("FLUSHALL");
            consumer.ack(wiped);
            publish(queue, "new");
            assertEquals(List.of("new"), texts(receive(consumer, 1)));
        }
    }

    @Test
    void aMessageThatHasTheIdOfAWipedOneIsNotItsTwin() throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            server.run("XADD", stream, "5-5", "message", "old");
            List<Delivery> old = receive(consumer, 1);
            server.run("FLUSHALL");
            server.run("XADD", stream, "5-5", "message", "new");
            consumer.ack(old);
            List<Delivery> other = receive(consumer, 1);
            assertEquals(List.of("new"), texts(other));
            consumer.ack(old);
            assertEquals(OptionalLong.of(1), queue.depth());
            consumer.ack(other);
            assertEquals(OptionalLong.of(0), queue.depth());
        }
    }

    @Test
    void aGroupThatWasDestroyedComesBackAndSeesAll() throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            publish(queue, "a", "b");
            List<Delivery> first = receive(consumer, 1);
            server.run("XGROUP", "DESTROY", stream, "orderflow");
            List<Delivery> all = receive(consumer, 2);
            assertEquals(List.of("a", "b"), texts(all));
            consumer.ack(first);
            assertEquals(OptionalLong.of(2), queue.depth(), "an ack from before the destruction settles nothing");
            consumer.ack(all);
            assertEquals(OptionalLong.of(0), queue.depth());
        }
    }

    @Test
    void aServerThatForgotTheScriptsIsToldThemAgain() throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            publish(queue, "a");
            List<Delivery> received = receive(consumer, 1);
            server.run("SCRIPT", "FLUSH");
            assertEquals(received, consumer.renew(received));
            consumer.ack(received);
            assertEquals(OptionalLong.of(0), queue.depth());
        }
    }

    /** What is stored while the append-only file is written for the first time is gone after a kill. */
    @Test
    void anAppendOnlyFileThatWasSwitchedOnCountsWhenItIsWritten() throws Exception {
        awaitDurable(queue);
        slowRewrites();
        server.config("appendonly", "no");
        server.config("appendonly", "yes");
        RedisQueue fresh = open(RedisQueue.builder(server.uri()).stream(stream));
        assertEquals(Level.WEAK, fresh.durability().level());
        assertTrue(fresh.durability().reason().contains("is being written"), fresh.durability()::reason);
        awaitDurable(fresh);
        publish(fresh, "stored");
        server.kill();
        server.restart();
        awaitPublished(fresh, "after");
        assertEquals(OptionalLong.of(2), fresh.depth());
    }

    @Test
    void anAppendOnlyFileThatWaitsForAnotherSaveToEndDoesNotCountYet() {
        awaitDurable(queue);
        slowRewrites();
        server.run("BGSAVE");
        server.config("appendonly", "no");
        server.config("appendonly", "yes");
        RedisQueue fresh = open(RedisQueue.builder(server.uri()).stream(stream));
        assertEquals(Level.WEAK, fresh.durability().level());
        awaitDurable(fresh);
    }

    @Test
    void aServerThatWasDurableStaysSoWhileItWritesTheFileAnew() throws Exception {
        awaitDurable(queue);
        slowRewrites();
        server.run("BGREWRITEAOF");
        // without its connections the queue asks anew
        server.run("CLIENT", "KILL", "TYPE", "normal");
        awaitPublished(queue, "after");
        assertEquals(Level.DURABLE, queue.durability().level(), queue.durability()::reason);
        assertTrue(server.text("INFO", "persistence").contains("aof_rewrite_in_progress:1"), "still being written");
    }

    /** Five seconds each; what changes the delay does so for the next one. */
    private static void slowRewrites() {
        for (int i = 0; i < 500; i++) {
            server.run("SET", "key-" + i, "x");
        }
        server.config("rdb-key-save-delay", "10000");
    }

    private static void awaitDurable(RedisQueue queue) {
        Eventually.await(
                "the append-only file is written",
                PATIENCE.multipliedBy(3),
                () -> queue.durability().level() == Level.DURABLE,
                () -> queue.durability().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "appendonly, no, append-only file is off",
        "appendfsync, everysec, appendfsync is everysec",
        "appendfsync, no, appendfsync is no",
        "no-appendfsync-on-rewrite, yes, no-appendfsync-on-rewrite is yes",
        "maxmemory-policy, allkeys-lru, maxmemory-policy is allkeys-lru",
        "maxmemory-policy, volatile-ttl, maxmemory-policy is volatile-ttl",
    })
    void aSettingThatLosesMessagesIsNamed(String setting, String value, String reason) {
        server.config("maxmemory", "1gb");
        awaitDurable(queue);
        server.config(setting, value);
        OrderQueue fresh = open(RedisQueue.builder(server.uri()).stream(stream));
        assertEquals(Level.WEAK, fresh.durability().level());
        assertTrue(fresh.durability().reason().contains(reason), fresh.durability()::reason);
        server.heal();
        Eventually.await(
                "the running queue sees it",
                Duration.ofSeconds(15),
                () -> queue.durability().level() == (setting.equals("appendfsync") ? Level.DURABLE : Level.WEAK),
                () -> queue.durability().toString());
    }
}
