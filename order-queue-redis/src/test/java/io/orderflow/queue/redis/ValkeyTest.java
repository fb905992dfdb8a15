package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability.Level;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A Valkey server with a replica: every command and script, once each. All other tests of this module run on Valkey
 * with {@code -Dtest.redis.program=PATH}.
 */
final class ValkeyTest extends RedisTests {
    private static final List<RedisServer> SERVERS = new ArrayList<>();

    private final String stream = newStream();

    @BeforeAll
    static void startServers() {
        RedisServer primary = RedisServer.startValkey()
                .orElseGet(() -> Assumptions.abort("skipped: this machine has no valkey-server"));
        SERVERS.add(primary);
        RedisServer replica = RedisServer.startValkey().orElseThrow();
        SERVERS.add(replica);
        replica.follow(primary);
    }

    @AfterAll
    static void stopServers() {
        SERVERS.forEach(RedisServer::close);
        SERVERS.clear();
    }

    private RedisQueue open(int replicas) {
        return open(RedisQueue.builder(SERVERS.get(0).uri()).stream(stream).replicas(replicas));
    }

    @Test
    void everyCommandAndScriptWorks() throws Exception {
        RedisQueue queue = open(1);
        queue.check();
        assertTrue(queue.server().orElseThrow().startsWith("Valkey "), queue.server()::toString);
        byte[] large = new byte[queue.largestMessage()];
        publish(queue, large);
        publish(queue, "a", "b");
        try (QueueConsumer lost = queue.openConsumer(LEASE);
                QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            receive(lost, 1);
            List<Delivery> received = receive(consumer, 3);
            assertArrayEquals(
                    large,
                    received.stream()
                            .map(Delivery::body)
                            .filter(body -> body.length > 1)
                            .findFirst()
                            .orElseThrow());
            assertEquals(received, consumer.renew(received));
            consumer.release(received);
            List<Delivery> again = receive(consumer, 3);
            assertTrue(again.stream().allMatch(delivery -> delivery.deliveriesBefore() > 0), again::toString);
            consumer.ack(again);
        }
        assertEquals(OptionalLong.of(0), queue.depth());
        SERVERS.get(0).run("FLUSHALL");
        publish(queue, "after the wipe");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            consumer.ack(receive(consumer, 1));
        }
    }

    /** Valkey says in other words than Redis 7.0 what a script may not do. */
    @Test
    void aPermissionThatIsMissingFailsTheCheckAndIsNamed() {
        SERVERS.get(0).run("ACL", "SETUSER", "shop", "on", ">s3cret", "~*", "+@all", "-xack");
        RedisQueue queue = open(RedisQueue.builder(SERVERS.get(0).uri()).stream(stream)
                .user("shop")
                .password("s3cret"));
        String message = assertThrows(QueueException.class, queue::check).getMessage();
        assertTrue(message.contains("NOPERM the user may not run XACK"), message);
    }

    @Test
    void itsDurabilityIsRead() {
        assertEquals(Level.DURABLE, open(1).durability().level(), open(1).durability()::reason);
        assertEquals(Level.WEAK, open(0).durability().level());
        assertEquals(Level.WEAK, open(2).durability().level());
    }
}
