package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

@DisplayName("The options of a queue")
class QueueOptionsTest {
    @TempDir
    Path folder;

    @Command
    static final class AnyProgram {
        @Mixin
        QueueOptions queue;
    }

    private static ShopQueue open(Map<String, String> environment, String... arguments) {
        AnyProgram program = CommandLine.populateCommand(new AnyProgram(), arguments);
        return program.queue.open("orderflow", environment);
    }

    private static String refusal(String... arguments) {
        return assertThrows(
                        ParameterException.class,
                        () -> open(Map.of("ORDER_QUEUE_PASSWORD", "hidden"), arguments)
                                .close())
                .getMessage();
    }

    @Test
    @DisplayName("are the queue in memory unless they say otherwise")
    void memory() {
        try (ShopQueue queue = open(Map.of())) {
            assertEquals("memory", queue.toString());
            assertEquals(Acceptance.ROW_JOURNAL, queue.acceptance());
            assertFalse(queue.isShared());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h:6379, redis://h:6379 orderflow",
        "rediss://u:hidden@h/2, rediss://h/2 orderflow",
        "'redis-sentinel://u:hidden@h:1,i/shop', 'redis-sentinel://h:1,i/shop orderflow'",
        "'rediss-cluster://u:hidden@h,i', 'rediss-cluster://h,i orderflow'",
        "amqp://h, amqp://h orderflow",
        "amqps://u:hid@den@h/v, amqps://h/v orderflow"
    })
    @DisplayName("name a server, and never show its user and password")
    void servers(String uri, String shown) {
        if (uri.contains("hid@den")) {
            // no valid URI: refused, and not shown either
            assertFalse(refusal("--queue", uri).contains("den"));
            return;
        }
        try (ShopQueue queue = open(Map.of(), "--queue", uri)) {
            assertEquals(shown, queue.toString());
            assertTrue(queue.isShared());
        }
    }

    @Test
    @DisplayName("give another program the key of the messages, as the name of its file")
    void keyOfAnotherProgram() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "k".repeat(32) + "\n");
        AnyProgram program = CommandLine.populateCommand(
                new AnyProgram(), "--queue", "redis://h", "--queue-name", "mine", "--frame-key-file", file.toString());
        assertEquals(
                List.of(
                        "--queue",
                        "redis://h",
                        "--accept",
                        "row-journal",
                        "--queue-name",
                        "mine",
                        "--frame-key-file",
                        file.toString()),
                program.queue.ownArguments("program", null));
    }

    @Test
    @DisplayName("take a name, a user, and the password from the environment or a file")
    void credentials() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "from file\nsecond line\n");
        String[] arguments = {
            "--queue", "redis://h", "--queue-name", "mine", "--queue-user", "u", "--accept", "queue-only"
        };
        try (ShopQueue queue = open(Map.of("ORDER_QUEUE_PASSWORD", "hidden"), arguments)) {
            assertEquals("redis://h mine", queue.toString());
            assertEquals(Acceptance.QUEUE_ONLY, queue.acceptance());
        }
        try (ShopQueue queue = open(Map.of(), "--queue", "amqp://h", "--queue-password-file", file.toString())) {
            assertEquals("amqp://h orderflow", queue.toString());
        }
        String none = refusal("--queue", "amqp://h", "--queue-password-file", folder + "/none");
        assertTrue(none.startsWith("--queue-password-file cannot be read: "), none);
    }

    @ParameterizedTest
    @CsvSource({
        "kafka://u:hidden@h, '--queue must be memory or a redis:, rediss:, redis-sentinel:, redis-cluster:, amqp: or amqps: URI: kafka'",
        "Memory, '--queue must be memory or a redis:, rediss:, redis-sentinel:, redis-cluster:, amqp: or amqps: URI: Memory'",
        "redis://h:99999, '--queue: uri: port must be between 1 and 65535: 99999'"
    })
    @DisplayName("refuse other queues with the rule and the value")
    void otherQueues(String queue, String message) {
        assertEquals(message, refusal("--queue", queue));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://u:hid den@h", "redis://hidden@h", "amqp://u:hidden@h/a/b", "amqps://u:hidden@"})
    @DisplayName("refuse what is no such URI, without its password")
    void wrongUris(String queue) {
        String message = refusal("--queue", queue);
        assertTrue(message.startsWith("--queue: uri"), message);
        assertFalse(message.contains("hid"), message);
    }

    @Test
    @DisplayName("refuse a time of acceptance that there is not")
    void otherAcceptance() {
        assertEquals("--accept must be row-journal, group-journal or queue-only: both", refusal("--accept", "both"));
    }

    @Test
    @DisplayName("refuse certificates without TLS, and a file that has none")
    void trust() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        String plain = refusal("--queue", "redis://h", "--queue-trust", empty.toString());
        assertEquals("--queue-trust needs a rediss: or amqps: queue: redis", plain);
        String none = refusal("--queue", "rediss://h", "--queue-trust", empty.toString());
        assertEquals("--queue-trust must be a PEM file of certificates: " + empty + ": it has none", none);
        String away = refusal(
                "--queue", "amqps://h", "--queue-trust", folder.resolve("away").toString());
        assertTrue(away.startsWith("--queue-trust must be a PEM file of certificates: "), away);
    }

    @Test
    @DisplayName("name the Sentinels' own user and password, for Sentinels alone")
    void sentinels() throws IOException {
        Path file = Files.writeString(folder.resolve("sentinels"), "from file\n");
        String uri = "redis-sentinel://u:hidden@h,i/shop";
        for (Map<String, String> environment :
                List.of(Map.of("ORDER_SENTINEL_PASSWORD", "s"), Map.<String, String>of())) {
            open(environment, "--queue", uri, "--sentinel-user", "s", "--sentinel-password-file", file.toString())
                    .close();
        }
        open(Map.of("ORDER_SENTINEL_PASSWORD", "s"), "--queue", "redis://h").close();
        assertEquals("--sentinel-user needs a redis-sentinel: queue: memory", refusal("--sentinel-user", "s"));
        assertEquals(
                "--sentinel-password-file needs a redis-sentinel: queue: redis://h",
                refusal("--queue", "redis://h", "--sentinel-password-file", file.toString()));
        String none = refusal("--queue", uri, "--sentinel-password-file", folder + "/none");
        assertTrue(none.startsWith("--sentinel-password-file cannot be read: "), none);
    }

    @Test
    @DisplayName("say how many messages a worker may have, on RabbitMQ alone")
    void prefetch() {
        open(Map.of(), "--queue", "amqp://h", "--queue-prefetch", "5000").close();
        assertEquals("--queue-prefetch has no effect with --queue memory", refusal("--queue-prefetch", "1"));
        assertEquals(
                "--queue-prefetch needs an amqp queue: redis://h",
                refusal("--queue", "redis://h", "--queue-prefetch", "1"));
    }

    @Test
    @DisplayName("say how many replicas must have a message, on Redis alone and within its bounds")
    void replicas() {
        open(Map.of(), "--queue", "redis-cluster://h", "--queue-replicas", "1").close();
        assertEquals("--queue-replicas has no effect with --queue memory", refusal("--queue-replicas", "1"));
        assertEquals(
                "--queue-replicas needs a redis queue: amqp://h",
                refusal("--queue", "amqp://h", "--queue-replicas", "1"));
        assertEquals(
                "--queue: replicas must be between 0 and 100: 101",
                refusal("--queue", "redis://h", "--queue-replicas", "101"));
    }

    @Test
    @DisplayName("take a frame key that is long enough, and never show it")
    void frameKey() throws IOException {
        Path enough = Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef\n");
        open(Map.of(), "--queue", "redis://h", "--frame-key-file", enough.toString())
                .close();
        Path tooShort = Files.writeString(folder.resolve("short"), "hidden\n");
        String message = refusal("--queue", "redis://h", "--frame-key-file", tooShort.toString());
        assertEquals("--frame-key-file must begin with a line of 32 to 1024 characters: 6", message);
    }

    @Test
    @DisplayName("take the frame key from the environment too, and no key that is too short")
    void frameKeyOfTheEnvironment() {
        String key = "k".repeat(32);
        String[] redis = {"--queue", "redis://h"};
        try (ShopQueue with = open(Map.of("ORDER_FRAME_KEY", key), redis);
                ShopQueue without = open(Map.of("ORDER_FRAME_KEY", ""), redis)) {
            assertFalse(settings(with).contains("frameKey=none"), settings(with));
            assertFalse(settings(with).contains(key), settings(with));
            assertTrue(settings(without).contains("frameKey=none"), settings(without));
        }
        open(Map.of("ORDER_FRAME_KEY", "short")).close();
        ParameterException refused =
                assertThrows(ParameterException.class, () -> open(Map.of("ORDER_FRAME_KEY", "short"), redis));
        assertEquals("ORDER_FRAME_KEY must be of 32 to 1024 characters: 5", refused.getMessage());
    }

    private static String settings(ShopQueue queue) {
        try (HikariDataSource pool = new HikariDataSource()) {
            return queue.configure(OrderProcessor.builder(pool)).toString();
        }
    }
}
