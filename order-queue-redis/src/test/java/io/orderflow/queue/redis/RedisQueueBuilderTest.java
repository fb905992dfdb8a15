package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.samples.OptionTable;
import io.orderflow.testing.BuilderBounds;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisDataException;

/** What can be said without a server: settings, addresses, versions, error codes, durability from facts. */
final class RedisQueueBuilderTest {
    private static final String SECRET = "s3cret";

    @Test
    void anIpv6AddressHasNoBrackets() {
        RedisNode server = new RedisNode("::1", 6_379);
        assertEquals(List.of(server), RedisAddress.parse("redis://[::1]").nodes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h:6379",
                "http://h",
                "redis:///0",
                "redis://u:s3cret@my_host",
                "redis://u:s3cret@h:0",
                "redis://u:s3cret@h:65536",
                "redis://u:s3cret@h/x",
                "redis://u:s3cret@h/1/2",
                "redis://u:s3cret@h/1234567",
                "redis://u:s3cret@h?db=1",
                "redis://u:s3cret@h#x",
                "redis://s3cret@h",
                "redis://u:s3cret@h o",
                ""
            })
    void refusesAnAddressWithoutRepeatingThePassword(String uri) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> RedisQueue.builder(uri));
        assertTrue(refusal.getMessage().startsWith("uri"), refusal.getMessage());
        assertFalse(refusal.toString().contains(SECRET), refusal.getMessage());
    }

    @Test
    void nothingShowsThePassword() {
        RedisQueue queue =
                RedisQueue.builder("redis://shop:" + SECRET + "@127.0.0.1:1").build();
        assertEquals("redis:orderflow", queue.name());
        assertEquals("RedisQueue(stream orderflow, group orderflow at redis://127.0.0.1:1)", queue.toString());
    }

    @Test
    void refusesSettingsThatAreOutOfRange() {
        RedisQueue.Builder builder = RedisQueue.builder("redis://h");
        assertThrows(IllegalArgumentException.class, () -> builder.stream(" "));
        assertThrows(IllegalArgumentException.class, () -> builder.group(""));
        assertThrows(IllegalArgumentException.class, () -> builder.user(""));
        assertThrows(IllegalArgumentException.class, () -> builder.password(""));
        assertThrows(NullPointerException.class, () -> builder.sslContext(null));
        BuilderBounds.check(
                () -> RedisQueue.builder("redis://h"),
                Set.of("connectTimeout", "answerTimeout", "replicas"),
                Set.of("replicas"));
    }

    @Test
    void theDocumentsNameEveryOption() throws Exception {
        Map<String, String> defaults = new HashMap<>(Map.of(
                "user",
                "that of the URI",
                "password",
                "that of the URI",
                "passwordSource",
                "none",
                "sentinelUser",
                "none",
                "sentinelPassword",
                "none",
                "sslContext",
                "that of the JVM"));
        for (String name :
                List.of("stream", "group", "connectTimeout", "answerTimeout", "verifyHostname", "replicas")) {
            Field field = RedisQueue.Builder.class.getDeclaredField(name);
            field.setAccessible(true);
            defaults.put(name, field.get(RedisQueue.builder("redis://h")).toString());
        }
        OptionTable.check("RedisQueue", defaults, () -> RedisQueue.builder("redis://h"));
    }

    @Test
    void tlsSettingsNeedATlsAddress() throws Exception {
        RedisQueue.Builder builder = RedisQueue.builder("redis://h").sslContext(SSLContext.getDefault());
        assertThrows(IllegalStateException.class, builder::build);
        RedisQueue.Builder unverified = RedisQueue.builder("redis://h").verifyHostname(false);
        assertThrows(IllegalStateException.class, unverified::build);
    }

    @Test
    void aSignInWithSentinelsNeedsTheirAddress() {
        RedisQueue.Builder user = RedisQueue.builder("redis://h").sentinelUser("asks");
        assertThrows(IllegalStateException.class, user::build);
        RedisQueue.Builder password = RedisQueue.builder("redis-cluster://h").sentinelPassword(SECRET);
        IllegalStateException refusal = assertThrows(IllegalStateException.class, password::build);
        assertFalse(refusal.getMessage().contains(SECRET), refusal.getMessage());
        assertThrows(IllegalArgumentException.class, () -> user.sentinelUser(" "));
        assertThrows(IllegalArgumentException.class, () -> user.sentinelPassword(""));
    }

    @Test
    void leasesHaveBounds() {
        try (RedisQueue queue = RedisQueue.builder("redis://127.0.0.1:1").build()) {
            assertThrows(IllegalArgumentException.class, () -> queue.openConsumer(Duration.ofMillis(999)));
            assertThrows(IllegalArgumentException.class, () -> queue.openConsumer(Duration.ofHours(25)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2.0", "6.2", "6.10.1", "7.0.15", "8.2.1", "10.0", "255.255.255", "unknown", ""})
    void acceptsAVersion(String version) throws IOException {
        SignIn.requireVersion(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.0.16", "5.0.7", "2.8.19"})
    void refusesAnOldVersion(String version) {
        IOException refusal = assertThrows(IOException.class, () -> SignIn.requireVersion(version));
        assertEquals("the server is version " + version + ", needed is 6.2 or later", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OOM command not allowed when used memory > 'maxmemory'.",
                "READONLY You can't write against a read only replica.",
                "LOADING Redis is loading the dataset in memory",
                "MISCONF Redis is configured to save RDB snapshots",
                "CLUSTERDOWN Hash slot not served",
                "MOVED 7 127.0.0.1:7001",
                "NOREPLICAS Not enough good replicas to write."
            })
    void knowsARefusal(String answer) {
        assertTrue(new ReplyException(new JedisDataException(answer)).isRefusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERR upstream failure", "SOMETHING new", ""})
    void whatIsNotKnownIsNoRefusal(String answer) {
        assertFalse(new ReplyException(new JedisDataException(answer)).isRefusal());
    }

    @Test
    void asksForLessWhenAnswersDoNotComeInTime() {
        ReadSize size = new ReadSize();
        assertEquals(128, size.atMost(128));
        size.didNotCome(128);
        size.didNotCome(size.atMost(128));
        assertEquals(32, size.atMost(128));
        size.came(32, 31);
        assertEquals(32, size.atMost(128), "it was not full");
        size.came(32, 32);
        assertEquals(64, size.atMost(128));
        for (int i = 0; i < 20; i++) {
            size.didNotCome(size.atMost(128));
        }
        assertEquals(1, size.atMost(128));
    }
}
