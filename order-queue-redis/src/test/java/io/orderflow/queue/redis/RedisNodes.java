package io.orderflow.queue.redis;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A cluster of the test's own: three nodes with a third of the slots each, and two replicas of the first. */
final class RedisNodes implements AutoCloseable {
    /** A node that is silent for so long counts as gone. */
    static final Duration NODE_TIMEOUT = Duration.ofSeconds(1);

    private static final int SLOTS = 16_384;
    private static final int PRIMARIES = 3;
    private static final int NODES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<RedisServer> nodes = new ArrayList<>();
    private final List<String> busPorts = new ArrayList<>();

    private RedisNodes() {}

    static RedisNodes start() {
        RedisNodes cluster = new RedisNodes();
        boolean started = false;
        try {
            cluster.startAll();
            started = true;
            return cluster;
        } finally {
            if (!started) {
                cluster.close();
            }
        }
    }

    private void startAll() {
        for (int i = 0; i < NODES; i++) {
            String busPort = Integer.toString(Ports.free());
            busPorts.add(busPort);
            nodes.add(RedisServer.start(
                    "--cluster-enabled",
                    "yes",
                    "--cluster-port",
                    busPort,
                    "--cluster-allow-replica-migration",
                    "no",
                    "--cluster-node-timeout",
                    Long.toString(NODE_TIMEOUT.toMillis())));
        }
        for (int i = 0; i < PRIMARIES; i++) {
            String first = Integer.toString(i * SLOTS / PRIMARIES);
            String last = Integer.toString((i + 1) * SLOTS / PRIMARIES - 1);
            nodes.get(i).run("CLUSTER", "ADDSLOTSRANGE", first, last);
            nodes.get(i).run("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 1; i < NODES; i++) {
            nodes.get(0).run("CLUSTER", "MEET", "127.0.0.1", nodes.get(i).port(), busPorts.get(i));
        }
        await("the nodes know each other", () -> nodes.stream().allMatch(RedisNodes::knowsAll));
        for (RedisServer replica : nodes.subList(PRIMARIES, NODES)) {
            replica.run("CLUSTER", "REPLICATE", id(nodes.get(0)));
        }
        awaitComplete();
    }

    private void awaitComplete() {
        awaitWorking();
        await(
                "the first has two replicas",
                () -> ownerOfFirst()
                        .map(owner -> owner.text("INFO", "replication"))
                        .filter(says -> says.matches("(?s).*slave0:[^\n]*online.*slave1:[^\n]*online.*"))
                        .isPresent());
    }

    /** Waits until all nodes that run take commands. */
    void awaitWorking() {
        await(
                "the cluster works",
                () -> nodes.stream().filter(node -> node.process().isAlive()).allMatch(RedisNodes::works));
    }

    /** Waits until a node has seen that it is without a majority. */
    void awaitStopped(int index) {
        await("the cluster has stopped", () -> !works(nodes.get(index)));
    }

    private void await(String what, BooleanSupplier condition) {
        Eventually.await(what, PATIENCE, condition, this::toString);
    }

    private static boolean knowsAll(RedisServer node) {
        return node.text("CLUSTER", "INFO").contains("cluster_known_nodes:" + NODES);
    }

    private static boolean works(RedisServer node) {
        return node.text("CLUSTER", "INFO").contains("cluster_state:ok");
    }

    static String id(RedisServer node) {
        return node.text("CLUSTER", "MYID");
    }

    /** A stream whose slot was the given node's at the start. */
    static String streamOf(int node) {
        for (int i = 0; ; i++) {
            String stream = "stream-" + System.nanoTime() + "-" + i;
            if (JedisClusterCRC16.getSlot(stream) * PRIMARIES / SLOTS == node) {
                return stream;
            }
        }
    }

    RedisServer node(int index) {
        return nodes.get(index);
    }

    /** Names some nodes. */
    String uri(int... indexes) {
        return "redis-cluster://"
                + Arrays.stream(indexes)
                        .mapToObj(index -> "127.0.0.1:" + nodes.get(index).port())
                        .collect(Collectors.joining(","));
    }

    /** Which of the first node and its replicas has the slots now, as another node says; none while there is none. */
    Optional<RedisServer> ownerOfFirst() {
        String line = nodes.get(1)
                .text("CLUSTER", "NODES")
                .lines()
                .filter(node -> node.matches(".* (myself,)?master - .* connected .*\\b0-\\d+.*"))
                .findFirst()
                .orElse("");
        return nodes.stream()
                .filter(node -> node.process().isAlive() && line.contains(":" + node.port() + "@"))
                .findFirst();
    }

    /** Waits until a replica of the first node became the owner of its slots, and another one follows it. */
    void awaitOwner() {
        await(
                "an owner that a replica follows",
                () -> ownerOfFirst().filter(RedisServer::isFollowed).isPresent());
    }

    /** Starts the one that was killed again: it follows the present owner by itself. */
    void heal() {
        for (RedisServer node : nodes) {
            if (!node.process().isAlive()) {
                node.restart();
            }
        }
        awaitComplete();
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }

    @Override
    public String toString() {
        return nodes.stream()
                .filter(node -> node.process().isAlive())
                .map(node -> node.text("CLUSTER", "NODES"))
                .collect(Collectors.joining("\n"));
    }
}
