package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import io.orderflow.testkit.queue.ServerControl;
import io.orderflow.testkit.queue.SharedQueueContract;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract of a queue on a real node, which is started once, killed and frozen; without one on a given node or one
 * in a container, which nobody harms. {@code -Dtest.load=N} sets how many messages the tests under load send.
 */
abstract class RabbitContract extends SharedQueueContract {
    private static final int MOST_QUEUES = 60;
    private static final int LOAD = Integer.getInteger("test.load", 1_000);

    private static final String QUEUES = "contract-" + UUID.randomUUID() + "-";

    private static Optional<RabbitNode> node = Optional.empty();
    private static String uri;
    private static int opened;

    /** Makes the queues before the tests: a node that is killed may forget a queue of some seconds. */
    static void use(Optional<RabbitNode> given) throws Exception {
        node = given;
        opened = 0;
        uri = node.map(RabbitNode::uri)
                .orElseGet(() -> SharedServers.require(ServerKind.RABBITMQ).uri());
        RabbitNode.byHand(uri, channel -> {
            for (int i = 1; i <= MOST_QUEUES; i++) {
                channel.queueDeclare(QUEUES + i, true, false, false, QueueDeclaration.ARGUMENTS);
            }
        });
        try (RabbitQueue last = queue(MOST_QUEUES + 1)) {
            Eventually.await(
                    "durable queues",
                    Duration.ofSeconds(30),
                    () -> last.durability().level() == Durability.Level.DURABLE,
                    () -> last.durability().toString());
        }
    }

    @AfterAll
    static void stopNode() {
        node.ifPresent(RabbitNode::close);
        node = Optional.empty();
    }

    private static RabbitQueue queue(int number) {
        return RabbitQueue.builder(uri).queue(QUEUES + number).build();
    }

    @Override
    protected OrderQueue open() {
        opened++;
        assertTrue(opened <= MOST_QUEUES, "the contract opens more queues than were made");
        return reopen();
    }

    @Override
    protected OrderQueue reopen() {
        return queue(opened);
    }

    @Override
    protected Optional<ServerControl> server() {
        return node.map(ServerControl.class::cast);
    }

    @Override
    protected int load() {
        return LOAD;
    }

    @Override
    protected Durability.Level expectedDurability() {
        return Durability.Level.DURABLE;
    }
}
