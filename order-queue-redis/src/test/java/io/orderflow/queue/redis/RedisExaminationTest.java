package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueFinding;
import io.orderflow.samples.Documents;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.PlantedFindings;
import io.orderflow.testing.Ports;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What an examination finds on a server of the test's own. */
final class RedisExaminationTest extends OwnServerTests {
    private static final Duration BOUND = Duration.ofSeconds(30);

    /** Stores so many messages as one producer after the other would. */
    private static final String FILL = "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'm', i) end";

    private final String stream = newStream();

    private RedisQueue.Builder builder() {
        return RedisQueue.builder(server.uri()).stream(stream)
                .answerTimeout(BOUND)
                .connectTimeout(BOUND);
    }

    private List<QueueFinding> examine() {
        return open(builder()).examine(BOUND);
    }

    private static void assertOnly(RedisFinding kind, List<QueueFinding> findings) {
        assertEquals(Set.of(kind.id()), ids(findings), findings::toString);
        assertEquals(kind.of(findings.get(0).found()), findings.get(0));
    }

    private static Set<String> ids(List<QueueFinding> findings) {
        return findings.stream().map(QueueFinding::id).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @DisplayName("A right server has no finding, and no stream is made there")
    void right() throws Exception {
        assertEquals(List.of(), examine());
        assertEquals("0", String.valueOf(server.run("EXISTS", stream)));
        publish(open(builder()), "a");
        assertEquals(List.of(), examine());
    }

    private static String info(String section, String name) {
        return server.text("INFO", section)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }

    /** A setting, its wrong value and its right one. */
    private record Wrong(RedisFinding kind, String setting, String wrong, String right) {}

    @TestFactory
    @DisplayName("Each wrong setting is found alone")
    Stream<DynamicTest> settings() {
        return Stream.of(
                        new Wrong(RedisFinding.REDIS_NO_AOF, "appendonly", "no", "yes"),
                        new Wrong(RedisFinding.REDIS_APPENDFSYNC, "appendfsync", "everysec", "always"),
                        new Wrong(RedisFinding.REDIS_NO_FSYNC_ON_REWRITE, "no-appendfsync-on-rewrite", "yes", "no"))
                .map(wrong -> DynamicTest.dynamicTest(wrong.kind().id(), () -> {
                    server.config(wrong.setting(), wrong.wrong());
                    try {
                        assertOnly(wrong.kind(), examine());
                    } finally {
                        server.config(wrong.setting(), wrong.right());
                    }
                }));
    }

    @Test
    @DisplayName("A policy that evicts is found where memory is bounded, and a server that is nearly full")
    void memory() {
        server.config("maxmemory-policy", "allkeys-lru");
        try {
            assertEquals(List.of(), examine(), "nothing is evicted without a bound");
            server.config("maxmemory", "1gb");
            assertOnly(RedisFinding.REDIS_EVICTS, examine());
            server.config("maxmemory-policy", "noeviction");
            server.config("maxmemory", Long.toString(Long.parseLong(info("memory", "used_memory")) * 10 / 9));
            assertOnly(RedisFinding.REDIS_NEARLY_FULL, examine());
        } finally {
            server.config("maxmemory", "0");
            server.config("maxmemory-policy", "noeviction");
        }
    }

    @Test
    @DisplayName("A server that calls itself older than the queue can use is found, by the same commands")
    void tooOld() {
        // Valkey has the version of the Redis that it is like, too
        String version = info("server", "redis_version");
        String older = "6.0." + "0".repeat(version.length() - "6.0.".length());
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", Integer.parseInt(server.port()))) {
            RedisQueue.Builder disguised = RedisQueue.builder("redis://127.0.0.1:" + proxy.port()).stream(stream)
                    .answerTimeout(BOUND)
                    .connectTimeout(BOUND);
            assertEquals(List.of(), open(disguised).examine(BOUND), "as it is");
            proxy.disguise("redis_version:" + version, "redis_version:" + older);
            assertOnly(RedisFinding.REDIS_TOO_OLD, open(disguised).examine(BOUND));
        }
    }

    @Test
    @DisplayName("A disk that takes nothing is found; with appendfsync always the server ends by itself then")
    void fullDisk() throws Exception {
        try (RedisServer full = RedisServer.start("--appendfsync", "everysec")) {
            RedisQueue queue = open(RedisQueue.builder(full.uri()).stream(stream)
                    .answerTimeout(BOUND)
                    .connectTimeout(BOUND));
            assertOnly(RedisFinding.REDIS_APPENDFSYNC, queue.examine(BOUND));
            full.fillDisk();
            assertEquals(
                    Set.of(
                            RedisFinding.REDIS_APPENDFSYNC.id(),
                            RedisFinding.REDIS_AOF_NOT_WRITTEN.id(),
                            "queue-unusable"),
                    ids(queue.examine(BOUND)),
                    () -> queue.examine(BOUND).toString());
        }
    }

    @Test
    @DisplayName("Replicas that nobody waits for are found, and too few of them")
    void replicas() {
        try (RedisServer replica = server.startReplica()) {
            assertOnly(RedisFinding.REDIS_REPLICAS_NOT_AWAITED, examine());
            RedisQueue awaiting = open(builder().replicas(1));
            // on a busy machine a replica tells of itself too late to count as one that follows
            Eventually.await(
                    "the replica follows",
                    PATIENCE,
                    () -> awaiting.examine(BOUND).isEmpty(),
                    () -> awaiting.examine(BOUND).toString());
            assertOnly(
                    RedisFinding.REDIS_TOO_FEW_REPLICAS,
                    open(builder().replicas(2)).examine(BOUND));
            List<QueueFinding> there =
                    open(RedisQueue.builder(replica.uri()).stream(stream)).examine(BOUND);
            assertEquals(Set.of("queue-unusable"), ids(there), there::toString);
        }
    }

    @Test
    @DisplayName("Many messages that wait are found, and those that a worker holds do not count")
    void backlog() throws Exception {
        RedisQueue queue = open(builder());
        publish(queue, "a");
        server.run("EVAL", FILL, "1", stream, "10000");
        assertEquals(
                List.of(QueueFinding.backlog(10_001)),
                queue.examine(BOUND),
                "nobody has read it, so there is no group");
        try (QueueConsumer worker = queue.openConsumer(LONG_LEASE)) {
            receive(worker, 1);
            assertEquals(List.of(), queue.examine(BOUND));
        }
    }

    @Test
    @DisplayName("A user who may not see the settings, a wrong password and a server that is away are findings")
    void away() {
        server.run("ACL", "SETUSER", "shop", "on", ">s3cret", "~*", "+@all", "-config|get");
        try {
            assertOnly(
                    RedisFinding.REDIS_SETTINGS_HIDDEN,
                    open(builder().user("shop").password("s3cret")).examine(BOUND));
            List<QueueFinding> refused =
                    open(builder().user("shop").password("wr0ng_one")).examine(BOUND);
            assertEquals(Set.of("queue-unusable"), ids(refused), refused::toString);
            assertFalse(refused.toString().contains("wr0ng_one"), refused::toString);
        } finally {
            server.run("ACL", "DELUSER", "shop");
        }
        List<QueueFinding> away =
                open(RedisQueue.builder("redis://127.0.0.1:" + Ports.free())).examine(BOUND);
        assertEquals(Set.of("queue-unusable"), ids(away), away::toString);
    }

    @Test
    @DisplayName("No finding is without a test that makes something wrong and has it found")
    void planted() {
        assertEquals(List.of(), PlantedFindings.missing("order-queue-redis", RedisFinding.class));
    }

    @Test
    @DisplayName("The documents name every finding")
    void documents() {
        assertEquals(
                Arrays.stream(RedisFinding.values())
                        .map(kind -> kind.of(""))
                        .map(each -> List.of("`" + each.id() + "`", "" + each.severity(), each.stake(), each.setting()))
                        .toList(),
                Documents.tableAfter("<!-- checked: findings of Redis -->"));
    }
}
