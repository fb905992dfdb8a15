package io.orderflow.queue.redis;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import io.orderflow.testkit.queue.ServerControl;
import io.orderflow.testkit.queue.SharedQueueContract;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract of the SPI on a real redis-server that is killed, frozen and weakened; where this machine has no such
 * program, on a given one or one in a container, which nobody harms.
 */
final class RedisQueueContractTest extends SharedQueueContract {
    private static Optional<RedisServer> server;
    private static String uri;

    private String stream;

    @BeforeAll
    static void startServer() {
        server = RedisServer.startIfPossible();
        uri = server.map(RedisServer::uri)
                .orElseGet(() -> SharedServers.require(ServerKind.REDIS).uri());
    }

    @AfterAll
    static void stopServer() {
        server.ifPresent(RedisServer::close);
    }

    @Override
    protected OrderQueue open() {
        stream = "contract-" + UUID.randomUUID();
        return reopen();
    }

    @Override
    protected OrderQueue reopen() {
        // the machine may be busy: no rule here is about how long a server may take
        return RedisQueue.builder(uri).stream(stream)
                .answerTimeout(Duration.ofSeconds(3))
                .build();
    }

    @Override
    protected Optional<ServerControl> server() {
        return server.map(ServerControl.class::cast);
    }

    @Override
    protected Durability.Level expectedDurability() {
        return Durability.Level.DURABLE;
    }

    @Override
    protected Duration recovery() {
        return Duration.ofSeconds(5);
    }

    @Override
    protected Duration durabilityAge() {
        return Duration.ofSeconds(15);
    }
}
