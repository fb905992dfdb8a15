package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.Durability.Level;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.samples.Documents;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, passwords and permissions. */
final class RedisAclTest extends OwnServerTests {
    /** What the Javadoc of {@link RedisQueue} and docs/redis.md say that a user needs. */
    private static final String[] NEEDED = {
        "+xadd",
        "+xlen",
        "+xrange",
        "+xgroup",
        "+xreadgroup",
        "+xpending",
        "+xclaim",
        "+xack",
        "+xdel",
        "+xinfo",
        "+eval",
        "+evalsha",
        "+ping",
        "+select"
    };

    private static final String PASSWORD = "s3cret";

    private final String stream = newStream();

    @AfterEach
    void removeUser() {
        server.run("ACL", "DELUSER", "shop");
    }

    private void user(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("SETUSER", "shop", "reset", "on", ">" + PASSWORD, "~" + stream));
        arguments.addAll(List.of(NEEDED));
        arguments.addAll(List.of(more));
        server.run("ACL", arguments.toArray(String[]::new));
    }

    private RedisQueue.Builder builder() {
        return RedisQueue.builder(server.uri()).stream(stream).user("shop").password(PASSWORD);
    }

    @Test
    void aUserWithThePermissionsThatAreListedCanDoAll() throws Exception {
        user("+info", "+config|get");
        // what tests before this one were refused on the same server
        server.run("ACL", "LOG", "RESET");
        RedisQueue queue = open(builder());
        queue.check();
        publish(queue, "a", "b");
        assertEquals(Level.DURABLE, queue.durability().level());
        try (QueueConsumer lost = queue.openConsumer(LEASE);
                QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            receive(lost, 1);
            List<Delivery> received = receive(consumer, 2);
            consumer.release(consumer.renew(received));
            consumer.ack(receive(consumer, 2));
        }
        assertEquals(OptionalLong.of(0), queue.depth());
        assertEquals(List.of(), server.list("XINFO", "CONSUMERS", stream, "orderflow"), "both left the group");
        assertEquals(List.of(), server.list("ACL", "LOG"), "nothing was asked that is not permitted");
    }

    @Test
    void theSampleOfTheDocumentsWorksForTheirUser() throws Exception {
        String line = Documents.lines().stream()
                .map(String::strip)
                .filter(text -> text.startsWith("ACL SETUSER shop on >PASSWORD ~shop-orders "))
                .findFirst()
                .orElseThrow();
        server.run("ACL", line.replace(">PASSWORD", ">" + PASSWORD).substring(4).split(" "));
        RedisQueue queue = RedisSample.open(server.uri(), PASSWORD);
        try (queue) {
            publish(queue, "a");
            assertEquals(Level.DURABLE, queue.durability().level());
            try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
                consumer.ack(receive(consumer, 1));
            }
            assertEquals(OptionalLong.of(0), queue.depth());
        }
    }

    @Test
    void theUriCarriesUserAndPassword() throws Exception {
        user();
        String uri = server.uri().replace("redis://", "redis://shop:" + PASSWORD + "@");
        publish(open(RedisQueue.builder(uri).stream(stream)), "a");
    }

    @Test
    void aWrongPasswordIsARefusalThatNamesTheUserAndNotThePassword() throws Exception {
        user();
        RedisQueue queue = open(builder().password("wr0ng"));
        PublishResult result = queue.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome());
        assertTrue(result.cause().contains("does not accept the password of user shop"), result.cause());
        assertFalse(result.cause().contains("wr0ng"), result.cause());
        QueueException failure = assertThrows(QueueException.class, () -> queue.openConsumer(LEASE));
        assertTrue(failure.getMessage().contains("user shop"), failure.getMessage());
    }

    @Test
    void aMissingPasswordIsARefusalThatSaysSo() throws Exception {
        server.config("requirepass", PASSWORD);
        try {
            RedisQueue queue = open(RedisQueue.builder(server.uri()).stream(stream));
            PublishResult result = queue.publish(bytes("m"), PATIENCE);
            assertEquals(Outcome.REFUSED, result.outcome());
            assertTrue(result.cause().contains("asks for a password, and none is set"), result.cause());
            publish(open(RedisQueue.builder(server.uri()).stream(stream).password(PASSWORD)), "m");
        } finally {
            server.as(PASSWORD, "CONFIG", "SET", "requirepass", "");
        }
    }

    @Test
    void aPasswordThatChangesIsAskedForAtEachConnect() throws Exception {
        user();
        AtomicReference<String> current = new AtomicReference<>(PASSWORD);
        RedisQueue queue = open(builder().passwordSource(current::get));
        publish(queue, "before");
        server.run("ACL", "SETUSER", "shop", "resetpass", ">rotated");
        server.run("CLIENT", "KILL", "USER", "shop");
        current.set("rotated");
        awaitPublished(queue, "after");
    }

    @Test
    void aPasswordThatCanNotBeHadIsARefusal() throws Exception {
        user();
        RedisQueue queue = open(builder().passwordSource(() -> {
            throw new IllegalStateException("the vault is away");
        }));
        PublishResult result = queue.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome());
        assertTrue(result.cause().contains("the vault is away"), result.cause());
    }

    @Test
    void durabilityThatMayNotBeAskedIsUnknownAndNamesThePermission() {
        user();
        assertUnknown("+info");
        user("+info");
        assertUnknown("+config|get");
    }

    private void assertUnknown(String permission) {
        Durability durability = open(builder()).durability();
        assertEquals(Level.UNKNOWN, durability.level());
        assertTrue(durability.reason().contains("user shop may not"), durability.reason());
        assertTrue(durability.reason().contains(permission), durability.reason());
    }

    @Test
    void aStreamThatMayNotBeWrittenIsARefusalThatSaysSo() throws Exception {
        user();
        RedisQueue queue = open(builder().stream("another"));
        PublishResult result = queue.publish(bytes("m"), PATIENCE);
        assertEquals(Outcome.REFUSED, result.outcome());
        assertTrue(result.cause().contains("NOPERM"), result.cause());
        assertThrows(QueueException.class, queue::check);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xadd",
                "xlen",
                "xrange",
                "xgroup",
                "xreadgroup",
                "xpending",
                "xclaim",
                "xack",
                "xdel",
                "eval",
                "evalsha"
            })
    void aPermissionThatIsMissingFailsTheCheckAndIsNamed(String command) {
        // the scripts are not known, so that eval is needed
        server.run("SCRIPT", "FLUSH");
        user("-" + command);
        QueueException failure = assertThrows(QueueException.class, open(builder())::check);
        assertTrue(failure.getMessage().toLowerCase(Locale.ROOT).contains(command), failure.getMessage());
    }

    @Test
    void anAckThatIsRefusedIsNoAck() throws Exception {
        user();
        RedisQueue queue = open(builder());
        publish(queue, "a");
        QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
        List<Delivery> received = receive(consumer, 1);
        user("-xack");
        QueueException failure = assertThrows(QueueException.class, () -> consumer.ack(received));
        String why = failure.getMessage();
        assertTrue(why.contains("can't run this command") || why.contains("ACL failure in script"), why);
        assertEquals(OptionalLong.of(1), queue.depth());
        user();
        consumer.ack(received);
        assertEquals(OptionalLong.of(0), queue.depth());
    }

    @Test
    void aConsumerThatIsRefusedLeavesNoConnectionBehind() {
        user("-xpending");
        RedisQueue queue = open(builder());
        for (int i = 0; i < 20; i++) {
            assertThrows(QueueException.class, () -> queue.openConsumer(LEASE));
        }
        Eventually.await(
                "no connection is left",
                PATIENCE,
                () -> !server.text("CLIENT", "LIST").contains("user=shop"),
                () -> server.text("CLIENT", "LIST"));
    }

    @Test
    void scriptsThatMayNotRunFailTheReceiveAndAreNamed() throws Exception {
        user("-eval", "-evalsha");
        QueueConsumer consumer = open(builder()).openConsumer(LEASE);
        QueueException failure = assertThrows(QueueException.class, () -> consumer.receive(1, Duration.ofMillis(10)));
        assertTrue(failure.getMessage().contains("evalsha"), failure.getMessage());
    }
}
