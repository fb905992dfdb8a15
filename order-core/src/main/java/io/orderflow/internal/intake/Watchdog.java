package io.orderflow.internal.intake;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sees to it that every submission gets its answer in time, whatever hangs (A4). Gives up a place whose call takes too
 * long and brings its group back to the line. Never waits for anything; its step is run by one thread at a time.
 */
final class Watchdog {
    static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

    /** With nothing to watch for this long it sleeps deeper; until then a submission need not wake it. */
    private static final long QUIET = TimeUnit.SECONDS.toNanos(1);

    private static final long DOZE = TimeUnit.SECONDS.toNanos(1);

    private final Parts parts;
    private final JournalWriter writer;
    private final Publisher publisher;
    private final long journalPatience;
    private volatile boolean dozing;
    private volatile String closed = "";
    private long lastBusy;

    Watchdog(Parts parts, JournalWriter writer, Publisher publisher) {
        this.parts = parts;
        this.writer = writer;
        this.publisher = publisher;
        this.journalPatience = parts.settings().journalTimeout().toNanos();
        this.lastBusy = parts.now();
    }

    /** Called after a submission took room. By any thread. */
    void attend() {
        if (dozing) {
            parts.watchdogWaiter().wake();
        }
    }

    /** From now on everything without an answer is refused. */
    void refuseEverything(String cause) {
        closed = cause;
        parts.watchdogWaiter().wake();
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
        dozing = false;
        long now = parts.now();
        giveUp(writer.flight(), parts.journalBreaker(), journalPatience, Router.Taker.QUEUE, now);
        giveUp(publisher.flight(), parts.queueBreaker(), publisher.patience(), Router.Taker.JOURNAL, now);
        publisher.dropOld(now);
        parts.completions().reinforce(now);
        String cause = closed;
        Answers.Round round = parts.answers().begin();
        if (cause.isEmpty()) {
            parts.buffer().sweepExpired(now, round);
            beyondTheLine(submission -> {
                if (submission.deadline() - now <= 0) {
                    round.expire(submission);
                }
            });
        } else {
            parts.buffer().refuseAll(cause, round);
            beyondTheLine(submission -> round.refuse(submission, cause));
        }
        round.end();
        parts.router().changed(now);
        return pause(now);
    }

    private void giveUp(Optional<Flight> watched, Breaker breaker, long patience, Router.Taker other, long now) {
        if (watched.isEmpty()) {
            return;
        }
        Flight flight = watched.get();
        long age = flight.age(now);
        if (age > patience && breaker.state() != Breaker.State.OPEN) {
            breaker.failed("no answer for " + TimeUnit.NANOSECONDS.toMillis(age) + " ms", now);
        }
        boolean trialElsewhere = flight.isTrial()
                && age > Router.TRIAL_PATIENCE
                && parts.router().taker(now) == other;
        if (!flight.isClaimed() && (age > patience || trialElsewhere)) {
            flight.giveBack(parts.buffer(), breaker.lastError(), true);
        }
    }

    private void beyondTheLine(Consumer<Submission> action) {
        writer.flight().ifPresent(flight -> flight.group().forEach(action));
        publisher.flight().ifPresent(flight -> flight.group().forEach(action));
        parts.stuck().forEach(action);
    }

    private long pause(long now) {
        if (parts.buffer().unanswered() > 0) {
            lastBusy = now;
        } else if (now - lastBusy >= QUIET) {
            // announced before the look: a submission either is seen here or wakes
            dozing = true;
            return parts.buffer().unanswered() > 0 ? TICK : DOZE;
        }
        return TICK;
    }
}
