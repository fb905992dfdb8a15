package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.RabbitTls;
import io.orderflow.testing.SelfSigned;
import io.orderflow.testing.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;

@DisplayName("A target with TLS, by the options")
class TlsTargetTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private SelfSigned forThisHost;
    private SelfSigned forAnotherHost;

    @Command
    private static final class Program {
        @Mixin
        private TargetOptions options;
    }

    /** Makes a server listen as somebody, and returns the port. */
    @FunctionalInterface
    private interface Listen {
        int as(SelfSigned identity) throws Exception;
    }

    @BeforeEach
    void makeCertificates() throws Exception {
        forThisHost = SelfSigned.create(folder.resolve("this"), "ip:127.0.0.1");
        forAnotherHost = SelfSigned.create(folder.resolve("another"), "dns:target.example");
    }

    @Test
    @DisplayName("is RabbitMQ")
    void rabbit() throws Exception {
        try (PrivateServer node = PrivateServer.start(ServerKind.RABBITMQ);
                RabbitReceiver receiver = new RabbitReceiver(node.address())) {
            List<String> rest = List.of("--exchange", receiver.exchange());
            check(receiver, "amqps://127.0.0.1:%d", rest, identity -> RabbitTls.listen(node, identity));
        }
    }

    @Test
    @DisplayName("is Redis")
    void redis() throws Exception {
        try (PrivateServer server = PrivateServer.start(ServerKind.REDIS);
                RedisReceiver receiver = new RedisReceiver(server.address())) {
            List<String> rest = List.of("--stream", receiver.stream());
            check(receiver, "rediss://127.0.0.1:%d", rest, identity -> listen(server, identity));
        }
    }

    private static int listen(PrivateServer server, SelfSigned identity) {
        int port = Ports.free();
        try (Connection connection = new Connection("127.0.0.1", server.port())) {
            CommandArguments setting = new CommandArguments(Protocol.Command.CONFIG).add("SET");
            setting.add("tls-cert-file").add(identity.certificate().toString());
            setting.add("tls-key-file").add(identity.key().toString());
            setting.add("tls-auth-clients").add("no");
            connection.executeCommand(setting.add("tls-port").add(port));
        }
        return port;
    }

    @Test
    @DisplayName("is a receiver of webhooks")
    void webhook() throws Exception {
        try (WebhookReceiver receiver = WebhookReceiver.withTls(forThisHost.serving());
                WebhookReceiver other = WebhookReceiver.withTls(forAnotherHost.serving())) {
            List<String> rest = List.of("--secret-file", receiver.secret().toString());
            check(
                    receiver,
                    "https://127.0.0.1:%d" + WebhookReceiver.PATH,
                    rest,
                    identity -> (identity == forThisHost ? receiver : other).port());
        }
    }

    /** Only who has a certificate that is trusted, and for this host, gets events. */
    private void check(Receiver receiver, String uri, List<String> rest, Listen listen) throws Exception {
        int port = listen.as(forThisHost);
        try (RelayTarget target = target(uri, port, rest, "--to-trust", forThisHost)) {
            target.send(TargetEvents.at(1, 2));
            target.send(TargetEvents.at(3));
        }
        assertRefused(target(uri, port, rest, "", forThisHost), "certification path");
        assertRefused(target(uri, port, rest, "--to-trust", forAnotherHost), "certification path");
        int other = listen.as(forAnotherHost);
        assertRefused(target(uri, other, rest, "--to-trust", forAnotherHost), "127.0.0.1");
        Eventually.await("all came", BOUND, () -> receiver.received().size() == 3, receiver::toString);
        assertEquals("3", receiver.received().get(2).path("position").textValue());
    }

    private static RelayTarget target(String uri, int port, List<String> rest, String trustOption, SelfSigned trusted) {
        List<String> arguments = new ArrayList<>(List.of("--timeout", "30", "--to", String.format(uri, port)));
        arguments.addAll(rest);
        if (!trustOption.isEmpty()) {
            arguments.addAll(List.of(trustOption, trusted.certificate().toString()));
        }
        Program program = new Program();
        new CommandLine(program).parseArgs(arguments.toArray(new String[0]));
        return program.options.open(Map.of());
    }

    private static void assertRefused(RelayTarget target, String reason) {
        try (target) {
            String message = assertThrows(TargetException.class, () -> target.send(TargetEvents.at(4)))
                    .getMessage();
            assertTrue(message.contains(reason), message);
        }
    }
}
