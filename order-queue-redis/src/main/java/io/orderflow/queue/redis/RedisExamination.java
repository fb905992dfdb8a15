package io.orderflow.queue.redis;

import io.orderflow.queue.QueueException;
import io.orderflow.queue.QueueFinding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the server for what should be changed before production; changes nothing. Used once, by one thread. */
final class RedisExamination {
    private static final int OLDEST = 602;

    /** In hundredths of what the server may have. */
    private static final int NEARLY_FULL = 80;

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private final RedisSettings settings;
    private final ServerFacts facts = new ServerFacts();
    private final List<QueueFinding> findings = new ArrayList<>();

    RedisExamination(RedisSettings settings) {
        this.settings = settings;
    }

    /** Asks things of the server. */
    @FunctionalInterface
    interface Asking {
        <T> T ask(String what, RedisCall<T> question) throws QueueException;
    }

    /**
     * Looks.
     *
     * @param stream what has the messages
     */
    List<QueueFinding> run(RedisStream stream, Asking server) {
        try {
            server.ask("examining the settings", this::read);
            server.ask("checking", (link, deadline) -> {
                stream.probe(link, deadline);
                // too few replicas are a finding of their own
                stream.checkAlone(link, deadline);
                return true;
            });
            long waiting = server.ask("asking how many messages wait", stream::waiting);
            if (QueueFinding.isBacklog(waiting)) {
                findings.add(QueueFinding.backlog(waiting));
            }
        } catch (QueueException e) {
            findings.add(QueueFinding.unusable(e.getMessage()));
        }
        return findings;
    }

    private boolean read(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        try {
            facts.addInfo(link, deadline);
            facts.addSettings(link, deadline);
        } catch (ReplyException e) {
            if (!e.code().equals("NOPERM")) {
                throw e;
            }
            findings.add(RedisFinding.REDIS_SETTINGS_HIDDEN.of(e.getMessage()));
            return false;
        }
        version();
        // what a replica lacks is its primary's business
        if (!facts.is("role", "slave")) {
            durability();
            memory();
            replicas();
        }
        return true;
    }

    private void version() {
        Matcher version = VERSION.matcher(facts.value("redis_version"));
        if (version.matches()
                && Integer.parseInt(version.group(1)) * 100 + Integer.parseInt(version.group(2)) < OLDEST) {
            findings.add(RedisFinding.REDIS_TOO_OLD.of("the server is " + facts.name()));
        }
    }

    private void durability() {
        if (!facts.is("aof_enabled", "1")) {
            findings.add(RedisFinding.REDIS_NO_AOF.of("appendonly is " + facts.value("appendonly")));
            return;
        }
        addUnless("appendfsync", "always", RedisFinding.REDIS_APPENDFSYNC);
        addUnless("no-appendfsync-on-rewrite", "no", RedisFinding.REDIS_NO_FSYNC_ON_REWRITE);
        addUnless("aof_last_write_status", "ok", RedisFinding.REDIS_AOF_NOT_WRITTEN);
    }

    private void addUnless(String name, String right, RedisFinding otherwise) {
        if (!facts.is(name, right)) {
            findings.add(otherwise.of(name + " is " + facts.value(name)));
        }
    }

    private void memory() {
        if (facts.is("maxmemory", "0")) {
            return;
        }
        addUnless("maxmemory-policy", "noeviction", RedisFinding.REDIS_EVICTS);
        long most = facts.number("maxmemory");
        long used = facts.number("used_memory");
        if (most > 0 && used / (most / 100.0) > NEARLY_FULL) {
            findings.add(RedisFinding.REDIS_NEARLY_FULL.of(used + " bytes are used, and maxmemory is " + most));
        }
    }

    private void replicas() {
        long has = facts.replicas();
        long follow = facts.followers();
        int wanted = settings.replicas();
        if (wanted == 0 && (has > 0 || settings.failsOver())) {
            findings.add(RedisFinding.REDIS_REPLICAS_NOT_AWAITED.of(
                    "replicas(n) is not set, and the server has " + has + " replicas"));
        } else if (follow < wanted) {
            findings.add(RedisFinding.REDIS_TOO_FEW_REPLICAS.of(
                    "replicas(" + wanted + ") is set, and " + follow + " of " + has + " replicas follow the server"));
        }
    }
}
