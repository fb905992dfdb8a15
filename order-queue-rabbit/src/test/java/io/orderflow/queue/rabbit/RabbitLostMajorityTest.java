package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitOutcome;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.Durability;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Two of three nodes are lost for good, with {@code -Dclusters=rabbit}: what docs/clusters.md has an operator do. */
@Tag("drill")
@EnabledIf("isWanted")
@DisplayName("When two of three nodes are lost for good")
final class RabbitLostMajorityTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int NODES = 3;
    private static final int ORDERS = 50;
    private static final long PRICE = 100;
    private static final long MONEY = 1_000_000;

    private final List<OrderRequest> accepted = new ArrayList<>();

    static boolean isWanted() {
        return Clusters.isWanted("rabbit");
    }

    @Test
    @DisplayName("the database accepts and recovery decides; then another queue is used on the node that is left")
    void anotherQueue() throws Exception {
        List<RabbitNode> nodes = RabbitNode.startCluster(NODES);
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2)) {
            try (RabbitQueue queue = queue(nodes, "before");
                    OrderProcessor orders = shop(database, queue, Acceptance.ROW_JOURNAL)) {
                seed(orders);
                orders.workers(WorkerConfig.defaults()).start();
                submit(orders);
                awaitDecided(orders);
                lose(nodes);
                submit(orders);
                awaitDecided(orders);
            }
            nodes.get(0).control().startAlone();
            nodes.get(0).control().forget(names(nodes.subList(1, NODES)));
            goesOn(database, nodes.subList(0, 1), "after");
        } finally {
            nodes.forEach(RabbitNode::close);
        }
    }

    @Test
    @DisplayName("RabbitMQ 4 goes on with the old queue and what the node that is left had of it")
    void theOldQueue() throws Exception {
        List<RabbitNode> nodes = RabbitNode.startNewerCluster(NODES);
        assumeFalse(nodes.isEmpty(), "skipped: no newer RabbitMQ was named");
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2)) {
            try (RabbitQueue queue = queue(nodes, "kept");
                    OrderProcessor orders = shop(database, queue, Acceptance.QUEUE_ONLY)) {
                seed(orders);
                awaitDurable(queue);
                submit(orders);
                lose(nodes);
            }
            nodes.get(0).control().startAlone();
            nodes.get(0).control().goOnWithOwnMembers();
            nodes.get(0).control().forget(names(nodes.subList(1, NODES)));
            goesOn(database, nodes.subList(0, 1), "kept");
        } finally {
            nodes.forEach(RabbitNode::close);
        }
    }

    /** Orders that only the queue accepts are decided, and all that was accepted before. */
    private void goesOn(TestDatabase database, List<RabbitNode> left, String name) throws InterruptedException {
        try (RabbitQueue queue = queue(left, name);
                OrderProcessor orders = shop(database, queue, Acceptance.QUEUE_ONLY)) {
            orders.workers(WorkerConfig.defaults()).start();
            awaitDurable(queue);
            submit(orders);
            check(orders, queue);
        }
    }

    private static void lose(List<RabbitNode> nodes) {
        nodes.subList(1, NODES).forEach(RabbitNode::kill);
    }

    private static List<String> names(List<RabbitNode> nodes) {
        return nodes.stream().map(RabbitNode::nodeName).toList();
    }

    private static RabbitQueue queue(List<RabbitNode> nodes, String name) {
        String hosts =
                nodes.stream().map(node -> "127.0.0.1:" + node.address().port()).collect(Collectors.joining(","));
        return RabbitQueue.builder("amqp://guest:guest@" + hosts + "/%2f")
                .queue(name)
                .build();
    }

    private static OrderProcessor shop(TestDatabase database, RabbitQueue queue, Acceptance acceptance) {
        return OrderProcessor.builder(database.dataSource(16, database.jdbcUrl()))
                .createTables(true)
                .queue(queue)
                .acceptance(acceptance)
                .build()
                .start();
    }

    private static void seed(OrderProcessor orders) {
        orders.inventory().define(1, PRICE, MONEY, "stock");
        orders.wallets().open(1, PRICE * MONEY, "wallet");
    }

    private void submit(OrderProcessor orders) {
        for (int i = 0; i < ORDERS; i++) {
            OrderRequest request = OrderRequest.of(1).line(1, 1).build();
            Eventually.await(
                    "it is accepted",
                    PATIENCE,
                    () -> isAccepted(orders.submit(request).outcome()),
                    () -> orders.health().toString());
            accepted.add(request);
        }
    }

    private static boolean isAccepted(SubmitOutcome outcome) {
        return outcome == SubmitOutcome.ACCEPTED || outcome == SubmitOutcome.DUPLICATE;
    }

    private static void awaitDurable(RabbitQueue queue) {
        Eventually.await(
                "a durable queue",
                PATIENCE,
                () -> queue.durability().level() == Durability.Level.DURABLE,
                () -> queue.durability().toString());
    }

    private void awaitDecided(OrderProcessor orders) throws InterruptedException {
        for (OrderRequest request : accepted) {
            assertEquals(
                    OrderStatus.COMPLETED,
                    orders.await(request.id(), PATIENCE).orElseThrow().status());
        }
    }

    private void check(OrderProcessor orders, RabbitQueue queue) throws InterruptedException {
        awaitDecided(orders);
        Eventually.await("the queue is empty", PATIENCE, () -> queue.depth().orElse(-1) == 0, () -> "" + queue.depth());
        assertEquals(
                PRICE * (MONEY - accepted.size()),
                orders.wallets().find(1).orElseThrow().balance());
        assertTrue(orders.audit().ok(), () -> orders.audit().examples().toString());
    }
}
