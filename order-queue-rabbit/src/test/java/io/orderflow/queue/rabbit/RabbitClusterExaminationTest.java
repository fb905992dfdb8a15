package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.queue.QueueFinding;
import io.orderflow.testing.Eventually;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What an examination finds on nodes that are a cluster. One node has no such faults: {@link RabbitExaminationTest}.
 */
final class RabbitClusterExaminationTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final String QUEUE = "examined";

    /** Each starts where the one before ended, since a start of a node takes seconds of a processor. */
    @Test
    @DisplayName("A member that is away, one member alone and nodes that do not see each other are found, each alone")
    void cluster() throws Exception {
        List<RabbitNode> nodes = RabbitNode.startCluster(3);
        try {
            RabbitNode first = nodes.get(0);
            RabbitNode second = nodes.get(1);
            RabbitNode third = nodes.get(2);
            RabbitQueue.Builder builder = RabbitQueue.builder(first.uri())
                    .queue(QUEUE)
                    .management(URI.create("http://127.0.0.1:" + first.control().enableManagement()));
            try (RabbitQueue queue = builder.build()) {
                queue.check();
            }
            awaitNothing("three members", builder);
            third.kill();
            awaitOnly(RabbitFinding.RABBIT_MEMBER_AWAY, builder);
            first.control().removeMember(QUEUE, third.nodeName());
            awaitNothing("two members on two nodes", builder);
            first.control().removeMember(QUEUE, second.nodeName());
            awaitOnly(RabbitFinding.RABBIT_ONE_MEMBER, builder);
            first.control().addMember(QUEUE, second.nodeName());
            awaitNothing("two members again", builder);
            partition(first, second);
            awaitOnly(RabbitFinding.RABBIT_PARTITION, builder);
            second.kill();
            String unusable = QueueFinding.unusable("").id();
            Eventually.await(
                    "one of two members is no majority",
                    PATIENCE,
                    () -> ids(examine(builder)).contains(unusable),
                    () -> examine(builder).toString());
        } finally {
            nodes.forEach(RabbitNode::close);
        }
    }

    /**
     * Each goes on without the other for a moment, which is what RabbitMQ does by default, and then they meet again.
     */
    private static void partition(RabbitNode first, RabbitNode second) {
        first.control().goOnWhenCutOff();
        second.control().goOnWhenCutOff();
        first.control().loseSightOf(second.nodeName());
        first.control().awaitGone(second.nodeName());
        second.control().awaitGone(first.nodeName());
        first.control().see(second.nodeName());
    }

    private static List<QueueFinding> examine(RabbitQueue.Builder builder) {
        try (RabbitQueue queue = builder.build()) {
            return queue.examine(LOOK);
        }
    }

    private static List<String> ids(List<QueueFinding> findings) {
        return findings.stream().map(QueueFinding::id).distinct().toList();
    }

    /** The plugin counts once in a while. */
    private static void awaitNothing(String when, RabbitQueue.Builder builder) {
        Eventually.await(
                "nothing is found with " + when,
                PATIENCE,
                () -> examine(builder).isEmpty(),
                () -> examine(builder).toString());
    }

    private static void awaitOnly(RabbitFinding kind, RabbitQueue.Builder builder) {
        Eventually.await(
                kind.id(),
                PATIENCE,
                () -> ids(examine(builder)).equals(List.of(kind.id())),
                () -> examine(builder).toString());
        QueueFinding found = examine(builder).get(0);
        assertEquals(kind.of(found.found()), found);
    }
}
