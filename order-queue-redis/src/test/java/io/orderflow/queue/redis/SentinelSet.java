package io.orderflow.queue.redis;

import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A primary, two replicas and three Sentinels of the test's own. Not thread-safe. */
final class SentinelSet implements AutoCloseable {
    static final String NAME = "shop";

    /**
     * After so long a silent primary counts as gone. A Sentinel connects to a new primary up to a second after it heard
     * of it, and counts the silence from that moment on: with 1 s it may elect again at once.
     */
    static final Duration DOWN_AFTER = Duration.ofSeconds(2);

    private static final int SENTINELS = 3;
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
        replaceSentinels(servers.get(0));
    }

    /**
     * Has three Sentinels again: the lost ones are forgotten, and new ones watch the primary. Two replicas follow it.
     */
    void replaceSentinels(RedisServer primary) {
        sentinels.removeIf(sentinel -> !sentinel.process().isAlive());
        sentinels.forEach(sentinel -> sentinel.run("SENTINEL", "RESET", NAME));
        while (sentinels.size() < SENTINELS) {
            RedisServer sentinel = RedisServer.startSentinel();
            sentinels.add(sentinel);
            sentinel.run("SENTINEL", "MONITOR", NAME, "127.0.0.1", primary.port(), "2");
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

    /** How many elections of a Sentinel there were up to the last that one won: each has a number. */
    long elections() {
        return sentinels.stream()
                .mapToLong(sentinel -> Long.parseLong(said(sentinel, "config-epoch")))
                .max()
                .orElseThrow();
    }

    /** What a Sentinel says of the primary, {@code flags} for example. */
    static String said(RedisServer sentinel, String name) {
        List<String> facts = sentinel.list("SENTINEL", "MASTER", NAME).stream()
                .map(Replies::text)
                .toList();
        return facts.get(facts.indexOf(name) + 1);
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
                () -> isHealthy(sentinel),
                () -> sentinel.text("INFO", "sentinel") + replicas(sentinel)));
    }

    /** On a busy machine the primary may be another one by now. */
    private boolean isHealthy(RedisServer sentinel) {
        List<String> named = sentinel.list("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME).stream()
                .map(Replies::text)
                .toList();
        long good = replicas(sentinel).stream()
                .filter(facts -> facts.get(facts.indexOf("flags") + 1).equals("slave"))
                .filter(facts ->
                        facts.get(facts.indexOf("master-link-status") + 1).equals("ok"))
                .count();
        boolean leads = servers.stream().anyMatch(server -> named.contains(server.port()) && server.isFollowed());
        return leads && good == 2;
    }

    private static List<List<String>> replicas(RedisServer sentinel) {
        return sentinel.list("SENTINEL", "REPLICAS", NAME).stream()
                .map(facts -> Replies.list(facts).stream().map(Replies::text).toList())
                .toList();
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
