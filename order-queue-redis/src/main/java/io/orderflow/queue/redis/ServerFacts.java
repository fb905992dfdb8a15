package io.orderflow.queue.redis;

import io.orderflow.queue.Durability;
import io.orderflow.queue.Durability.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** What a server says of itself, and what that means for a stored message. Not thread-safe. */
final class ServerFacts {
    /** A replica says once a second how far it is; one that did not for longer may be frozen or cut off. */
    private static final int SILENT_SECONDS = 3;

    /** How long a reading counts at most. */
    private static final Duration LONGEST = Duration.ofSeconds(50);

    /** How long one that ends by itself counts if the next one takes another connection. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final Assessment REPLICA = new Assessment(
            weak("the server is a replica: what is written to it is gone at its next synchronisation"),
            Duration.ZERO,
            Elsewhere.SURELY);
    private static final Assessment LOADING =
            new Assessment(weak("the server is loading what it stored"), Duration.ZERO, Elsewhere.NO);
    private static final Assessment REWRITING = new Assessment(
            weak("the append-only file is being written: if it was switched on just now, what is stored before that has"
                    + " ended does not survive a kill"),
            Duration.ZERO,
            Elsewhere.NO);

    private final Map<String, String> facts = new HashMap<>();

    /** Whether another server is the right one by now. */
    enum Elsewhere {
        NO,
        MAYBE,
        SURELY
    }

    /**
     * What facts mean.
     *
     * @param keeps how long it counts; zero for what ends by itself, and is asked for again by the next call
     * @param elsewhere whether another server is or may be the right one by now
     */
    record Assessment(Durability durability, Duration keeps, Elsewhere elsewhere) {
        private static Assessment kept(Durability durability) {
            return new Assessment(durability, LONGEST, Elsewhere.NO);
        }
    }

    /**
     * What is asked of a server.
     *
     * @param replicas how many replicas have each message, 0 where none is waited for
     * @param failsOver whether a replica takes over by itself where there is one
     * @param wasDurable whether the same server process was durable at the reading before
     */
    record Needed(int replicas, boolean failsOver, boolean wasDurable) {}

    void addInfo(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        Object answer = link.call(new CommandArguments(Command.INFO), deadline);
        Replies.text(answer).lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
            int colon = line.indexOf(':');
            facts.put(line.substring(0, colon), line.substring(colon + 1));
        });
    }

    void addSettings(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        for (String pattern : List.of("*append*", "maxmemory*")) {
            CommandArguments question =
                    new CommandArguments(Command.CONFIG).add("GET").add(pattern);
            List<Object> pairs = Replies.list(link.call(question, deadline));
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                facts.put(Replies.text(pairs.get(i)), Replies.text(pairs.get(i + 1)));
            }
        }
    }

    /** What the server calls itself, with its version. */
    String name() {
        String valkey = facts.get("valkey_version");
        return valkey == null ? "Redis " + facts.get("redis_version") : "Valkey " + valkey;
    }

    /** As text, {@code null} if the server did not say it. */
    String value(String name) {
        return String.valueOf(facts.get(name));
    }

    boolean is(String name, String value) {
        return value.equals(facts.get(name));
    }

    /** 0 if the server did not say it. */
    long number(String name) {
        String value = facts.getOrDefault(name, "");
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }

    /** How many replicas there are, those included that are behind. */
    long replicas() {
        return facts.keySet().stream().filter(ServerFacts::isReplica).count();
    }

    /** Another one for each start of a server. */
    String runId() {
        return String.valueOf(facts.get("run_id"));
    }

    /** What they mean; each that is missing counts as bad. */
    Assessment judge(Needed needed) {
        if ("slave".equals(facts.get("role"))) {
            return REPLICA;
        }
        if (!"0".equals(facts.get("loading"))) {
            return LOADING;
        }
        String lost = whatLosesMessages();
        if (!lost.isEmpty()) {
            return Assessment.kept(weak(lost));
        }
        boolean rewriting =
                !"0".equals(facts.get("aof_rewrite_in_progress")) || !"0".equals(facts.get("aof_rewrite_scheduled"));
        if (rewriting && !needed.wasDurable()) {
            return REWRITING;
        }
        return judgeReplicas(needed);
    }

    /** Which setting does; empty if none. */
    private String whatLosesMessages() {
        if (!"1".equals(facts.get("aof_enabled"))) {
            return "the append-only file is off: appendonly yes is needed";
        }
        if (!"always".equals(facts.get("appendfsync"))) {
            return "appendfsync is " + facts.get("appendfsync") + ": always is needed";
        }
        if (!"no".equals(facts.get("no-appendfsync-on-rewrite"))) {
            return "no-appendfsync-on-rewrite is " + facts.get("no-appendfsync-on-rewrite") + ": no is needed";
        }
        if (!"ok".equals(facts.get("aof_last_write_status"))) {
            return "the last write to the append-only file failed: aof_last_write_status is "
                    + facts.get("aof_last_write_status");
        }
        boolean bounded = !"0".equals(facts.get("maxmemory"));
        if (bounded && !"noeviction".equals(facts.get("maxmemory-policy"))) {
            return "maxmemory-policy is " + facts.get("maxmemory-policy")
                    + ", which may evict the stream: noeviction is needed";
        }
        return "";
    }

    private Assessment judgeReplicas(Needed needed) {
        String durable = "append-only file with appendfsync always, nothing is evicted";
        long has = replicas();
        if (needed.replicas() == 0) {
            return Assessment.kept(
                    has == 0 && !needed.failsOver()
                            ? new Durability(Level.DURABLE, durable)
                            : weak("a replica that takes over lacks what it had not received, and the server has " + has
                                    + ": replicas(n) of RedisQueue.builder is needed"));
        }
        long follow = followers();
        if (follow < needed.replicas()) {
            String reason = "of the server's " + has + " replicas " + follow + " follow it, and replicas("
                    + needed.replicas() + ") is set";
            return new Assessment(weak(reason), SHORT, Elsewhere.MAYBE);
        }
        return Assessment.kept(
                new Durability(Level.DURABLE, durable + ", " + needed.replicas() + " replicas have each message"));
    }

    /** How many replicas were heard of lately. */
    long followers() {
        return facts.entrySet().stream()
                .filter(fact -> isReplica(fact.getKey()) && follows(fact.getValue()))
                .count();
    }

    private static boolean isReplica(String fact) {
        return fact.matches("slave\\d+");
    }

    /** Whether it says that it does, as in {@code ip=10.0.0.2,port=6379,state=online,offset=1,lag=0}. */
    private static boolean follows(String replica) {
        Map<String, String> says = new HashMap<>();
        for (String pair : replica.split(",")) {
            String[] sides = pair.split("=", 2);
            says.put(sides[0], sides[sides.length - 1]);
        }
        String lag = says.getOrDefault("lag", "");
        return "online".equals(says.get("state")) && lag.matches("\\d{1,9}") && Integer.parseInt(lag) <= SILENT_SECONDS;
    }

    private static Durability weak(String reason) {
        return new Durability(Level.WEAK, reason);
    }
}
