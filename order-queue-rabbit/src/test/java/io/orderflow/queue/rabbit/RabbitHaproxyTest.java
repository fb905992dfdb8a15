package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.Haproxy;
import io.orderflow.testing.OutageLines;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The example for RabbitMQ of {@code docs/clusters-haproxy.md}, with {@code -Dclusters=haproxy}: three ways to one node
 * stand for the nodes of a cluster.
 */
@Tag("drill")
@EnabledIf(value = "isWanted", disabledReason = "it runs by -Dclusters=haproxy, with a program haproxy")
final class RabbitHaproxyTest extends NodeTests {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    RabbitHaproxyTest() {
        super("proxied-", PATIENCE);
    }

    /** Asked before a node is started. */
    static boolean isWanted() {
        return Clusters.isWanted("haproxy") && Haproxy.program().isPresent();
    }

    @Test
    void anotherNodeIsUsedWhenTheFirstOneDies() throws Exception {
        try (OutageLines log = OutageLines.hear();
                FaultProxy first = FaultProxy.to(node.address());
                FaultProxy second = FaultProxy.to(node.address());
                FaultProxy third = FaultProxy.to(node.address());
                Haproxy proxy = Haproxy.start("rabbitmq", first.port(), second.port(), third.port());
                RabbitQueue queue = RabbitQueue.builder("amqp://guest:guest@127.0.0.1:" + proxy.port() + "/%2f")
                        .queue(name)
                        .build()) {
            awaitPublish(queue, "a", Duration.ofSeconds(1));
            try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
                consumer.ack(receive(consumer, 1));
                first.refuse();
                first.reset();
                awaitPublish(queue, "b", Duration.ofSeconds(1));
                assertTrue(texts(receive(consumer, 1)).contains("b"));
                log.assertFewLinesOf("the first node died behind HAProxy");
            }
        }
    }
}
