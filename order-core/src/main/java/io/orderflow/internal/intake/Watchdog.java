package io.orderflow.internal.intake;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sees to it that every submission gets its answer in time, whatever hangs (A4). Has each of the watched give up what
 * takes too long there, which brings a group back to the line. Never waits for anything; its step is run by one thread
 * at a time.
 */
final class Watchdog {
    static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<Watched> watched;
    private final Buffer buffer;
    private final Answers answers;
    private final Router router;
    private final Doze doze;
    private volatile String closed = "";

    /** Where something may hang. */
    interface Watched {
        /** Looks whether something takes too long, and does what helps. By the watchdog, which tells the router. */
        void watch(long now);

        /** Shows each submission that is here and has no answer; none by default. By any thread. */
        default void forEach(Consumer<Submission> action) {}
    }

    /** Starts awake. */
    Watchdog(List<Watched> watched, Buffer buffer, Answers answers, Router router, Doze doze) {
        this.watched = watched;
        this.buffer = buffer;
        this.answers = answers;
        this.router = router;
        this.doze = doze;
    }

    /** Called after a submission took room. By any thread. */
    void attend() {
        doze.end();
    }

    /** From now on everything without an answer is refused. */
    void refuseEverything(String cause) {
        closed = cause;
        doze.wake();
    }

    /** What submissions are told after {@link #refuseEverything}; empty before. */
    String closed() {
        return closed;
    }

    /**
     * Looks at everything without an answer once.
     *
     * @return nanoseconds until the next look
     */
    long step() {
        long now = doze.awake();
        watched.forEach(one -> one.watch(now));
        String cause = closed;
        Answers.Round round = answers.begin();
        if (cause.isEmpty()) {
            buffer.sweepExpired(now, round);
            beyondTheLine(submission -> {
                if (submission.deadline() - now <= 0) {
                    round.expire(submission);
                }
            });
        } else {
            buffer.refuseAll(cause, round);
            beyondTheLine(submission -> round.refuse(submission, cause));
        }
        round.end();
        // time alone may change who takes: a trial lasts too long, a refusal of the queue is no longer fresh
        router.changed(now);
        return doze.pause(now);
    }

    private void beyondTheLine(Consumer<Submission> action) {
        watched.forEach(one -> one.forEach(action));
    }
}
