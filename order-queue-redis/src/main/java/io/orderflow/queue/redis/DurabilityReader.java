package io.orderflow.queue.redis;

import io.orderflow.queue.Durability;
import io.orderflow.queue.Durability.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks the server for its version, and for the settings that decide what a stored message survives; remembers the
 * settings. Thread-safe. A reading that is older than {@link #FRESH} is renewed in the background; only one that is
 * missing, older than it keeps or from before an outage keeps the caller waiting.
 *
 * <p>A server whose append-only file was switched on writes it for the first time in the background, and until that is
 * done nothing survives a kill. It looks the same as one that writes its file anew, now and then, while the old one is
 * complete. What tells them apart is that the latter was durable before: see {@link Proof}.
 */
final class DurabilityReader {
    private static final Duration FRESH = Duration.ofSeconds(10);

    /** How long a server that was durable is taken to have been so ever since. */
    private static final Duration PROVES = Duration.ofMinutes(1);

    private final RedisSettings settings;
    private final Links links;
    private final Executor threads;
    private final Suspicion suspicion = new Suspicion();
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile Seen last;
    private volatile Optional<Proof> proof = Optional.empty();

    /** That the server process of that id was durable then. */
    private record Proof(String runId, long at) {
        private boolean isOf(String id) {
            return runId.equals(id) && System.nanoTime() - at < PROVES.toNanos();
        }
    }

    private record Seen(ServerFacts.Assessment reading, long at) {
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
        if (known == null || !known.isYoungerThan(known.reading().keeps())) {
            return read();
        }
        if (!known.isYoungerThan(FRESH)) {
            readInBackground();
        }
        return known.reading().durability();
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
            ServerFacts facts = new ServerFacts();
            facts.addInfo(link, deadline);
            return Optional.of(facts.name());
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
        ServerFacts.Assessment seen = ask();
        last = new Seen(seen, System.nanoTime());
        return seen.durability();
    }

    private ServerFacts.Assessment ask() {
        Deadline deadline = Deadline.in(settings.answerTimeout());
        suspicion.act(links);
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

    private ServerFacts.Assessment ask(RedisLink link, Deadline deadline) throws IOException {
        ServerFacts facts = new ServerFacts();
        try {
            facts.addInfo(link, deadline);
        } catch (ReplyException e) {
            return unknown(refused("INFO", "+info", e));
        }
        try {
            facts.addSettings(link, deadline);
        } catch (ReplyException e) {
            return unknown(refused("CONFIG GET", "+config|get", e));
        }
        ServerFacts.Assessment reading = facts.judge(needed(facts));
        boolean durable = reading.durability().level() == Level.DURABLE;
        proof = durable ? Optional.of(new Proof(facts.runId(), System.nanoTime())) : Optional.empty();
        switch (reading.elsewhere()) {
            case SURELY -> link.kill();
            case MAYBE -> suspicion.begin(link, links);
            case NO -> {}
        }
        return reading;
    }

    private ServerFacts.Needed needed(ServerFacts facts) {
        boolean wasDurable = proof.filter(known -> known.isOf(facts.runId())).isPresent();
        return new ServerFacts.Needed(settings.replicas(), settings.failsOver(), wasDurable);
    }

    private String refused(String command, String permission, ReplyException e) {
        String who = settings.user().isEmpty() ? "the default user" : "user " + settings.user();
        return e.code().equals("NOPERM")
                ? who + " may not run " + command + " (permission " + permission + "): " + e.getMessage()
                : "the server does not answer " + command + ": " + e.getMessage();
    }

    /** Asked for again by the next call. */
    private static ServerFacts.Assessment unknown(String reason) {
        return new ServerFacts.Assessment(
                new Durability(Level.UNKNOWN, reason), Duration.ZERO, ServerFacts.Elsewhere.NO);
    }
}
