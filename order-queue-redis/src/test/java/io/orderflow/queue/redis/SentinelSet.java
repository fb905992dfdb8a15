package io.orderflow.queue.redis;

import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A primary, two replicas and three Sentinels of the test's own. Not thread-safe. */
final class SentinelSet implements AutoCloseable {
    static final String NAME = "shop";

    /** After so long a silent primary counts as gone. */
    static final Duration DOWN_AFTER = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private SentinelSet() {}

    static SentinelSet start() {
        SentinelSet set = new SentinelSet();
        boolean started = false;
        try {
            set.startAll();
            started = true;
            return set;
        } finally {
            if (!started) {
                set.close();
            }
        }
    }

    private void startAll() {
        servers.add(RedisServer.start());
        servers.add(servers.get(0).startReplica());
        servers.add(servers.get(0).startReplica());
        for (int i = 0; i < 3; i++) {
            RedisServer sentinel = RedisServer.startSentinel();
            sentinels.add(sentinel);
            sentinel.run(
                    "SENTINEL", "MONITOR", NAME, "127.0.0.1", servers.get(0).port(), "2");
            sentinel.run(
                    "SENTINEL",
                    "SET",
                    NAME,
                    "down-after-milliseconds",
                    Long.toString(DOWN_AFTER.toMillis()),
                    "failover-timeout",
                    "3000");
        }
        sentinels.forEach(SentinelSet::awaitKnowing);
    }

    /** A fail-over needs the others' votes, and a replica to promote. */
    private static void awaitKnowing(RedisServer sentinel) {
        Eventually.await(
                "a Sentinel knows two others and two replicas",
                PATIENCE,
                () -> sentinel.text("INFO", "sentinel").contains("slaves=2,sentinels=3"),
                () -> sentinel.text("INFO", "sentinel"));
    }

    /** The URI that names all Sentinels. */
    String uri() {
        return "redis-sentinel://"
                + sentinels.stream()
                        .map(sentinel -> "127.0.0.1:" + sentinel.port())
                        .collect(Collectors.joining(","))
                + "/" + NAME;
    }

    List<RedisServer> sentinels() {
        return sentinels;
    }

    List<RedisServer> servers() {
        return servers;
    }

    /** The one that is the primary by its own words. */
    RedisServer primary() {
        return servers.stream()
                .filter(server -> server.process().isAlive())
                .filter(server -> server.text("INFO", "replication").contains("role:master"))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until the Sentinels made another server the primary, and a replica follows it. */
    void awaitPrimary() {
        Eventually.await(
                "a primary that a replica follows",
                PATIENCE,
                () -> servers.stream().anyMatch(RedisServer::isFollowed),
                () -> sentinels.get(0).text("INFO", "sentinel"));
    }

    /** Has the set complete again: what was killed follows the primary, and the Sentinels know. */
    void heal() {
        RedisServer primary = primary();
        for (RedisServer server : servers) {
            if (!server.process().isAlive()) {
                server.restart();
                server.follow(primary);
            }
        }
        sentinels.forEach(sentinel -> Eventually.await(
                "a Sentinel has a primary with two good replicas",
                PATIENCE,
                () -> isHealthy(sentinel, primary),
                () -> sentinel.text("INFO", "sentinel") + sentinel.list("SENTINEL", "REPLICAS", NAME)));
    }

    private static boolean isHealthy(RedisServer sentinel, RedisServer primary) {
        List<String> named = sentinel.list("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME).stream()
                .map(Replies::text)
                .toList();
        long good = sentinel.list("SENTINEL", "REPLICAS", NAME).stream()
                .map(facts -> Replies.list(facts).stream().map(Replies::text).toList())
                .filter(facts -> facts.get(facts.indexOf("flags") + 1).equals("slave"))
                .filter(facts ->
                        facts.get(facts.indexOf("master-link-status") + 1).equals("ok"))
                .count();
        return named.contains(primary.port()) && good == 2;
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
