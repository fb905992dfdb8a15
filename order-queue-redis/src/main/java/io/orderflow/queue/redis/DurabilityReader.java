package io.orderflow.queue.redis;

import io.orderflow.queue.Durability;
import io.orderflow.queue.Durability.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Asks the server for its version, and for the settings that decide what a stored message survives; remembers the settings.
 * Thread-safe. A
 * reading that is older than {@link #FRESH} is renewed in the background; only one that is missing, older than {@link
 * #LONGEST} or from before an outage keeps the caller waiting.
 */
final class DurabilityReader {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(50);

    private final RedisSettings settings;
    private final Links links;
    private final Executor threads;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile Reading last;

    private record Reading(Durability durability, long at) {
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
        Reading known = last;
        if (known == null || !known.isYoungerThan(LONGEST)) {
            return read();
        }
        if (!known.isYoungerThan(FRESH)) {
            readInBackground();
        }
        return known.durability();
    }

    /** What the server calls itself; empty when it can not be asked. */
    Optional<String> server() {
        Deadline deadline = Deadline.in(settings.answerTimeout());
        try {
            Link link = links.take(deadline);
            Optional<String> server = server(link, deadline);
            links.give(link);
            return server;
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<String> server(Link link, Deadline deadline) throws IOException {
        try {
            Map<String, String> facts = info(link, "server", deadline);
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
            try {
                threads.execute(() -> {
                    try {
                        read();
                    } finally {
                        reading.set(false);
                    }
                });
            } catch (RejectedExecutionException closed) {
                reading.set(false);
            }
        }
    }

    private Durability read() {
        Durability durability = ask();
        // what could not be read is asked for again by the next call
        last = durability.level() == Level.UNKNOWN ? null : new Reading(durability, System.nanoTime());
        return durability;
    }

    private Durability ask() {
        Deadline deadline = Deadline.in(settings.answerTimeout());
        try {
            Link link = links.take(deadline);
            Durability durability = ask(link, deadline);
            links.give(link);
            return durability;
        } catch (IOException e) {
            return unknown("the server can not be asked: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown("interrupted while asking the server");
        }
    }

    private Durability ask(Link link, Deadline deadline) throws IOException {
        Map<String, String> facts = new HashMap<>();
        try {
            facts.putAll(info(link, "persistence", deadline));
        } catch (ReplyException e) {
            return unknown(refused("INFO", "+info", e));
        }
        try {
            facts.putAll(config(link, "*append*", deadline));
            facts.putAll(config(link, "maxmemory*", deadline));
        } catch (ReplyException e) {
            return unknown(refused("CONFIG GET", "+config|get", e));
        }
        return judge(facts);
    }

    private String refused(String command, String permission, ReplyException e) {
        String who = settings.user().isEmpty() ? "the default user" : "user " + settings.user();
        return e.code().equals("NOPERM")
                ? who + " may not run " + command + " (permission " + permission + "): " + e.getMessage()
                : "the server does not answer " + command + ": " + e.getMessage();
    }

    private static Map<String, String> info(Link link, String section, Deadline deadline)
            throws IOException, ReplyException {
        Object answer = link.call(new CommandArguments(Command.INFO).add(section), deadline);
        Map<String, String> facts = new HashMap<>();
        Replies.text(answer).lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
            int colon = line.indexOf(':');
            facts.put(line.substring(0, colon), line.substring(colon + 1));
        });
        return facts;
    }

    private static Map<String, String> config(Link link, String pattern, Deadline deadline)
            throws IOException, ReplyException {
        List<Object> pairs = Replies.list(
                link.call(new CommandArguments(Command.CONFIG).add("GET").add(pattern), deadline));
        Map<String, String> facts = new HashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            facts.put(Replies.text(pairs.get(i)), Replies.text(pairs.get(i + 1)));
        }
        return facts;
    }

    /** What the facts mean; each that is missing counts as bad. */
    static Durability judge(Map<String, String> facts) {
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
