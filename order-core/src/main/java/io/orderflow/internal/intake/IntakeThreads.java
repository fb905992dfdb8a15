package io.orderflow.internal.intake;

import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of an intake from their start to their end. Thread-safe. */
final class IntakeThreads {
    private static final Logger LOG = LoggerFactory.getLogger(IntakeThreads.class);

    private static final Duration LAST_WORDS = Duration.ofMillis(250);
    private static final Duration LAST_FUTURES = Duration.ofSeconds(5);

    /** A thread that is at one thing for longer is worth a word. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long CLOSE_POLL = Duration.ofMillis(1).toNanos();

    private final Loop writer;
    private final Loop publisher;
    private final Loop watching;
    private final Watchdog watchdog;
    private final Completions completions;
    private final Room room;

    /**
     * Starts none.
     *
     * @param writer the journal's thread
     * @param publisher the queue's thread
     * @param sleep what the watchdog sleeps on
     * @param completions has threads of its own
     */
    IntakeThreads(Loop writer, Loop publisher, Watchdog watchdog, Waiter sleep, Completions completions, Room room) {
        this.writer = writer;
        this.publisher = publisher;
        this.watching = new Loop("orderflow-watchdog", sleep, this::watch);
        this.watchdog = watchdog;
        this.completions = completions;
        this.room = room;
    }

    void start() {
        completions.start();
        publisher.start();
        writer.start();
        watching.start();
    }

    /**
     * The watchdog outlives the others until nothing is left without an answer, and no future without a thread for it.
     */
    private long watch() {
        long pause = watchdog.step();
        if (!watchdog.closed().isEmpty() && room.unanswered() <= completions.unfinished() && completions.isEmpty()) {
            watching.stop();
            completions.end();
        }
        return pause;
    }

    /**
     * What holds up which thread. What an outage explains is told of the place, not of its thread.
     *
     * @param ofJournal whether the journal's thread counts
     * @param ofQueue whether the queue's thread counts
     */
    Map<String, String> troubles(boolean ofJournal, boolean ofQueue) {
        Map<String, String> troubles = new TreeMap<>();
        completions.trouble(PATIENCE).ifPresent(what -> troubles.put("callbacks", what));
        watching.trouble(PATIENCE).ifPresent(what -> troubles.put(watching.name(), what));
        if (ofJournal) {
            writer.trouble(PATIENCE).ifPresent(what -> troubles.put(writer.name(), what));
        }
        if (ofQueue) {
            publisher.trouble(PATIENCE).ifPresent(what -> troubles.put(publisher.name(), what));
        }
        return troubles;
    }

    /**
     * Waits until all is answered and nothing is on its way any more.
     *
     * @param isAtRest looked at after the answers: an answer comes before the hand-over to the publisher
     */
    void drain(Duration bound, BooleanSupplier isAtRest) {
        awaitUntil(bound, () -> isCompleted() && isAtRest.getAsBoolean());
    }

    /** The host may close in what depends on a future: that one is not waited for. */
    private boolean isCompleted() {
        return room.unanswered() <= (completions.isOwnThread() ? 1 : 0);
    }

    /** Ends them, after the watchdog was told to refuse everything. One that hangs in a place ends with its call. */
    void stop() {
        writer.stop();
        publisher.stop();
        awaitUntil(LAST_WORDS, () -> isCompleted() && !publisher.isAlive() && !writer.isAlive());
        if (publisher.isAlive()) {
            publisher.interrupt();
        }
        // the writer is not interrupted: an embedded database may close its file on an interrupt
        if (writer.isAlive()) {
            LOG.warn("closed while the journal does not answer; the thread ends when it does");
        }
        // each future has its answer by now; only the host's own code can keep it
        awaitUntil(LAST_FUTURES, () -> isCompleted() || completions.isStuckFor(LAST_WORDS));
        if (!watching.isAlive()) {
            // it may not have been given a thread, and then this is left to do
            completions.end();
        }
    }

    /** Returns when the condition holds, the bound is over, or the caller is interrupted, whose flag stays set. */
    private static void awaitUntil(Duration bound, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()
                && System.nanoTime() - start < bound.toNanos()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(CLOSE_POLL);
        }
    }
}
