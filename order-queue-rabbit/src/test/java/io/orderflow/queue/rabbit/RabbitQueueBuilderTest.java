package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueException;
import io.orderflow.samples.OptionTable;
import io.orderflow.testing.BuilderBounds;
import java.lang.reflect.Field;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said without a server: addresses, settings and what is shown of them. */
final class RabbitQueueBuilderTest {
    private static final String SECRET = "s3cret";

    @ParameterizedTest
    @CsvSource({
        "amqp://h, h:5672 /",
        "AMQP://h:1/, h:1 /",
        "amqps://h, h:5671 /",
        "amqps://h:65535/shop, h:65535 shop",
        "amqp://u:s3cret@h/%2Fshop, h:5672 /shop",
        "amqp://u%40:s3cret:+@[::1]:7000/a+b, [::1]:7000 a+b",
        "'amqp://u:s3cret@a,b:1/v', 'a:5672, b:1 v'",
        "'amqp://u:s3c,ret@h/v', h:5672 v",
        "'amqps://u:s3c,ret@a:1,b,A:2', 'a:1, b:5671, A:2 /'",
    })
    void readsAnAddressAndShowsNoUser(String uri, String shown) {
        for (RabbitQueue queue : List.of(
                RabbitQueue.builder(uri).queue("q").build(),
                RabbitQueue.builder(URI.create(uri)).queue("q").build())) {
            assertEquals("RabbitQueue[queue q on " + shown + "]", queue.toString());
            assertEquals("rabbit:q", queue.name());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h:5672",
                "http://h",
                "amqp:///v",
                "amqp:h",
                "amqp://u:s3cret@my_host",
                "amqp://u:s3cret@h:0",
                "amqp://u:s3cret@h:65536",
                "amqp://u:s3cret@h/a/b",
                "amqp://u:s3cret@h?heartbeat=1",
                "amqp://u:s3cret@h#x",
                "amqp://u:s3cret@h o",
                "amqp://u:s3cret@a,,b",
                "amqp://u:s3cret@,a",
                "amqp://u:s3cret@a,",
                "amqp://u:s3cret@,",
                "amqp://u:s3cret@a, b",
                "amqp://u:s3cret@a,b:0",
                "amqp://u:s3cret@a,b:65536",
                "amqp://u:s3cret@a,::1",
                "amqp://u:s3cret@a,[::1",
                "amqp://u:s3cret@a,B,b:5672",
                "amqp://u:s3cret@a,u:s3cret@b",
                "amqp://u:x,s3cret/@a,b",
                "amqp://u:s3cret@a,b/v/w",
                "amqp://u:s3cret@a,b/v?x=1",
                "redis://u:s3cret@a,b",
                "://u:s3cret@a,b",
                ""
            })
    void refusesAnAddressWithoutRepeatingThePassword(String uri) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> RabbitQueue.builder(uri));
        assertTrue(refusal.getMessage().startsWith("uri"), refusal.getMessage());
        assertFalse(refusal.toString().contains(SECRET), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "'amqp://a,,b', uri must have name[:port] or [IPv6][:port] for each of its hosts: host 2 is something else",
        "'amqp://a,b:1,B:1', uri must have each node once: number 3 is number 2",
        "'amqp://u:p@a,u:p@b', 'uri must have user and password once, before the first host, with %40 for an @ in them:"
                + " another @'",
        "'amqp://a,b:0', uri must have a port from 1 to 65535: 0",
    })
    void saysWhatIsWrongWithAList(String uri, String why) {
        assertRefused(why, () -> RabbitQueue.builder(uri));
    }

    @Test
    void takesSeveralAddressesOfEachKind() {
        RabbitQueue queue = RabbitQueue.builder("amqp://[::1],[fe80::1]:7,h").build();
        assertEquals("RabbitQueue[queue orderflow on [::1]:5672, [fe80::1]:7, h:5672 /]", queue.toString());
        List<Address> nodes = List.of(new Address("::1"), new Address("[::2]", 7), new Address("h"));
        ConnectionFactory factory = new ConnectionFactory();
        factory.setVirtualHost("v");
        assertEquals(
                "RabbitQueue[queue orderflow on [::1]:5672, [::2]:7, h:5672 v]",
                RabbitQueue.builder(factory, nodes).build().toString());
        assertRefused("nodes must be at least one: none", () -> RabbitQueue.builder(factory, List.of()));
        assertRefused(
                "nodes must have each node once: number 2 is number 1",
                () -> RabbitQueue.builder(factory, List.of(new Address("h"), new Address("H", 5_672))));
        assertRefused(
                "nodes must have a host and a port from 1 to 65535: h:0",
                () -> RabbitQueue.builder(factory, List.of(new Address("h", 0))));
        assertThrows(IllegalArgumentException.class, () -> RabbitQueue.builder(factory, List.of(new Address(" "))));
    }

    @Test
    void refusesSettingsThatAreOutOfRange() throws Exception {
        RabbitQueue.Builder builder = RabbitQueue.builder("amqp://h");
        assertRefused("queue must have 1 to 255 bytes and not start with amq.: amq.q", () -> builder.queue("amq.q"));
        assertThrows(IllegalArgumentException.class, () -> builder.queue(""));
        assertThrows(IllegalArgumentException.class, () -> builder.queue("ü".repeat(128)));
        BuilderBounds.check(
                () -> RabbitQueue.builder("amqp://h"), Set.of("prefetch", "confirmWindow", "connectTimeout"), Set.of());
        assertRefused("user must not be empty", () -> builder.user(""));
        assertRefused("password must not be empty", () -> builder.password(""));
        for (String wrong : List.of("ftp://h", "http:h", "http://guest:s3cret@h:15672")) {
            assertRefused(
                    "management must be http://HOST[:PORT] or https://HOST[:PORT], without a user",
                    () -> builder.management(URI.create(wrong)));
        }
        SSLContext context = SSLContext.getDefault();
        assertRefused("sslContext needs amqps, or a factory with TLS", () -> builder.sslContext(context));
        assertThrows(NullPointerException.class, () -> builder.queue(null));
        assertThrows(NullPointerException.class, () -> builder.sslContext(null));
    }

    private static void assertRefused(String message, Runnable setting) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, setting::run).getMessage());
    }

    @Test
    void theDocumentsNameEveryOption() throws Exception {
        Map<String, String> defaults = new HashMap<>(Map.of(
                "user",
                "that of the URI",
                "password",
                "that of the URI",
                "sslContext",
                "that of the JVM",
                "management",
                "none"));
        for (String name : List.of("queue", "prefetch", "confirmWindow", "connectTimeout", "verifyHostname")) {
            Field field = RabbitQueue.Builder.class.getDeclaredField(name);
            field.setAccessible(true);
            defaults.put(name, field.get(RabbitQueue.builder("amqp://h")).toString());
        }
        OptionTable.check("RabbitQueue", defaults, () -> RabbitQueue.builder("amqp://h"));
    }

    @Test
    void copiesTheFactoryAndLeavesItAlone() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("first");
        RabbitQueue.Builder builder = RabbitQueue.builder(factory);
        factory.setHost("second");
        RabbitQueue queue = builder.user("u").password(SECRET).build();
        assertEquals("RabbitQueue[queue orderflow on first:5672 /]", queue.toString());
        assertEquals("guest", factory.getUsername());
        assertTrue(factory.isAutomaticRecoveryEnabled(), "the host's own is not changed");
    }

    @Test
    void aBuilderCanBeUsedAgain() {
        RabbitQueue.Builder builder = RabbitQueue.builder("amqp://h").queue("one");
        RabbitQueue first = builder.build();
        assertEquals("rabbit:two", builder.queue("two").build().name());
        assertEquals("rabbit:one", first.name());
    }

    @Test
    void leasesHaveBounds() {
        try (RabbitQueue queue = RabbitQueue.builder("amqp://127.0.0.1:1").build()) {
            assertThrows(IllegalArgumentException.class, () -> queue.openConsumer(Duration.ofMillis(999)));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> queue.openConsumer(Duration.ofMinutes(15).plusMillis(1)));
        }
    }

    @Test
    void aServerThatRefusesConnectionsIsNamed() throws Exception {
        try (RabbitQueue queue =
                RabbitQueue.builder("amqp://u:" + SECRET + "@127.0.0.1:1").build()) {
            QueueException away = assertThrows(QueueException.class, queue::check);
            assertEquals("queue orderflow on 127.0.0.1:1 /: connecting failed: Connection refused", away.getMessage());
            PublishResult refused = queue.publish(new byte[1], Duration.ofSeconds(5));
            assertEquals(PublishResult.refused(away.getMessage()), refused);
        }
    }

    @Test
    void serversThatAllRefuseConnectionsAreNamedTogether() {
        try (RabbitQueue queue = RabbitQueue.builder("amqp://u:" + SECRET + "@127.0.0.1:1,127.0.0.1:2/v")
                .build()) {
            QueueException away = assertThrows(QueueException.class, queue::check);
            assertEquals(
                    "queue orderflow on 127.0.0.1:1, 127.0.0.1:2 v: no node can be used: 127.0.0.1:1, 127.0.0.1:2: "
                            + "connecting failed: Connection refused",
                    away.getMessage());
            QueueException refused =
                    assertThrows(QueueException.class, () -> queue.openConsumer(Duration.ofSeconds(9)));
            assertFalse(refused.getMessage().contains(SECRET), refused.getMessage());
        }
    }
}
