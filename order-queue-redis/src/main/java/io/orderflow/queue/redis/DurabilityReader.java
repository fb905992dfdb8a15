package io.orderflow.queue.redis;

import io.orderflow.queue.Durability;
import io.orderflow.queue.Durability.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Asks the server for its version, and for the settings that decide what a stored message survives; remembers the
 * settings. Thread-safe. A reading that is older than {@link #FRESH} is renewed in the background; only one that is
 * missing, older than {@link #LONGEST} or from before an outage keeps the caller waiting.
 *
 * <p>A server whose append-only file was switched on writes it for the first time in the background, and until that is
 * done nothing survives a kill. It looks the same as one that writes its file anew, now and then, while the old one is
 * complete. What tells them apart is that the latter was durable before: see {@link Proof}.
 */
final class DurabilityReader {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(50);

    /** How long a server that was durable is taken to have been so ever since. */
    private static final Duration PROVES = Duration.ofMinutes(1);

    private static final Durability REPLICA =
            weak("the server is a replica: what is written to it is gone at its next synchronisation");
    private static final Durability LOADING = weak("the server is loading what it stored");
    private static final Durability REWRITING = weak("the append-only file is being written: if it was switched on just"
            + " now, what is stored before that has ended does not survive a kill");

    /** What ends by itself, and is asked for again by the next call. */
    private static final Set<Durability> PASSING = Set.of(REPLICA, LOADING, REWRITING);

    private final RedisSettings settings;
    private final Links links;
    private final Executor threads;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile Seen last;
    private volatile Optional<Proof> proof = Optional.empty();

    /** That the server process of that id was durable then. */
    private record Proof(String runId, long at) {
        private boolean isOf(String id) {
            return runId.equals(id) && System.nanoTime() - at < PROVES.toNanos();
        }
    }

    private record Seen(Durability durability, long at) {
        private boolean isYoungerThan(Duration age) {
            return System.nanoTime() - at < age.toNanos();
        }
    }

    DurabilityReader(RedisSettings settings, Links links, Executor threads) {
        this.settings = settings;
        this.links = links;
        this.threads = threads;
    }

    /** Not older than a minute. */
    Durability get() {
        Seen known = last;
        if (known == null || !known.isYoungerThan(LONGEST)) {
            return read();
        }
        if (!known.isYoungerThan(FRESH)) {
            readInBackground();
        }
        return known.durability();
    }

    /** What the server calls itself; empty when it cannot be asked. */
    Optional<String> server() {
        Deadline deadline = Deadline.in(settings.answerTimeout());
        try {
            RedisLink link = links.take(deadline);
            try {
                return server(link, deadline);
            } finally {
                links.give(link);
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<String> server(RedisLink link, Deadline deadline) throws IOException {
        try {
            Map<String, String> facts = info(link, deadline);
            String valkey = facts.get("valkey_version");
            return Optional.of(valkey == null ? "Redis " + facts.get("redis_version") : "Valkey " + valkey);
        } catch (ReplyException e) {
            return Optional.empty();
        }
    }

    /** The server may be another one by now. */
    void forget() {
        last = null;
    }

    private void readInBackground() {
        if (reading.compareAndSet(false, true)) {
            boolean begun = false;
            try {
                threads.execute(() -> {
                    try {
                        read();
                    } finally {
                        reading.set(false);
                    }
                });
                begun = true;
            } catch (RejectedExecutionException closed) {
                begun = false;
            } finally {
                if (!begun) {
                    reading.set(false);
                }
            }
        }
    }

    private Durability read() {
        Durability durability = ask();
        // what could not be read is asked for again by the next call
        boolean passing = durability.level() == Level.UNKNOWN || PASSING.contains(durability);
        last = passing ? null : new Seen(durability, System.nanoTime());
        return durability;
    }

    private Durability ask() {
        Deadline deadline = Deadline.in(settings.answerTimeout());
        try {
            RedisLink link = links.take(deadline);
            try {
                return ask(link, deadline);
            } finally {
                links.give(link);
            }
        } catch (IOException e) {
            return unknown("the server cannot be asked: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown("interrupted while asking the server");
        }
    }

    private Durability ask(RedisLink link, Deadline deadline) throws IOException {
        Map<String, String> facts = new HashMap<>();
        try {
            facts.putAll(info(link, deadline));
        } catch (ReplyException e) {
            return unknown(refused("INFO", "+info", e));
        }
        if ("slave".equals(facts.get("role"))) {
            // where it was the primary, the address may lead to the new one by now
            link.kill();
            return REPLICA;
        }
        try {
            facts.putAll(config(link, "*append*", deadline));
            facts.putAll(config(link, "maxmemory*", deadline));
        } catch (ReplyException e) {
            return unknown(refused("CONFIG GET", "+config|get", e));
        }
        String runId = String.valueOf(facts.get("run_id"));
        Durability durability =
                judge(facts, proof.filter(known -> known.isOf(runId)).isPresent());
        boolean durable = durability.level() == Level.DURABLE;
        proof = durable ? Optional.of(new Proof(runId, System.nanoTime())) : Optional.empty();
        return durability;
    }

    private String refused(String command, String permission, ReplyException e) {
        String who = settings.user().isEmpty() ? "the default user" : "user " + settings.user();
        return e.code().equals("NOPERM")
                ? who + " may not run " + command + " (permission " + permission + "): " + e.getMessage()
                : "the server does not answer " + command + ": " + e.getMessage();
    }

    private static Map<String, String> info(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        Object answer = link.call(new CommandArguments(Command.INFO), deadline);
        Map<String, String> facts = new HashMap<>();
        Replies.text(answer).lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
            int colon = line.indexOf(':');
            facts.put(line.substring(0, colon), line.substring(colon + 1));
        });
        return facts;
    }

    private static Map<String, String> config(RedisLink link, String pattern, Deadline deadline)
            throws IOException, ReplyException {
        List<Object> pairs = Replies.list(
                link.call(new CommandArguments(Command.CONFIG).add("GET").add(pattern), deadline));
        Map<String, String> facts = new HashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            facts.put(Replies.text(pairs.get(i)), Replies.text(pairs.get(i + 1)));
        }
        return facts;
    }

    /**
     * What the facts mean; each that is missing counts as bad.
     *
     * @param wasDurable whether the same server was durable at the reading before
     */
    private static Durability judge(Map<String, String> facts, boolean wasDurable) {
        if (!"0".equals(facts.get("loading"))) {
            return LOADING;
        }
        if (!"1".equals(facts.get("aof_enabled"))) {
            return weak("the append-only file is off: appendonly yes is needed");
        }
        if (!"always".equals(facts.get("appendfsync"))) {
            return weak("appendfsync is " + facts.get("appendfsync") + ": always is needed");
        }
        if (!"no".equals(facts.get("no-appendfsync-on-rewrite"))) {
            return weak("no-appendfsync-on-rewrite is " + facts.get("no-appendfsync-on-rewrite") + ": no is needed");
        }
        if (!"ok".equals(facts.get("aof_last_write_status"))) {
            return weak("the last write to the append-only file failed: aof_last_write_status is "
                    + facts.get("aof_last_write_status"));
        }
        boolean rewriting =
                !"0".equals(facts.get("aof_rewrite_in_progress")) || !"0".equals(facts.get("aof_rewrite_scheduled"));
        if (rewriting && !wasDurable) {
            return REWRITING;
        }
        boolean bounded = !"0".equals(facts.get("maxmemory"));
        if (bounded && !"noeviction".equals(facts.get("maxmemory-policy"))) {
            return weak("maxmemory-policy is " + facts.get("maxmemory-policy") + ", which may evict the stream:"
                    + " noeviction is needed");
        }
        return new Durability(Level.DURABLE, "append-only file with appendfsync always, nothing is evicted");
    }

    private static Durability weak(String reason) {
        return new Durability(Level.WEAK, reason);
    }

    private static Durability unknown(String reason) {
        return new Durability(Level.UNKNOWN, reason);
    }
}
