package io.orderflow.internal.intake;

import io.orderflow.Acceptance;
import io.orderflow.internal.loop.Waiter;
import java.util.concurrent.TimeUnit;

/**
 * Says which place takes submissions from the buffer now, and sees to it that it does. Thread-safe.
 *
 * <p>A thread that changes a breaker calls {@link #changed} afterwards. One that puts a submission into the line does
 * too. So either the one sees the change or the other sees the submission, and none is left lying.
 */
final class Router {
    /** Who takes. */
    enum Taker {
        /** The journal's writer. */
        JOURNAL,
        /** The publisher. */
        QUEUE,
        /**
         * Nobody, but a place that may have recovered, or the database that was not reached yet, is being tried: known
         * in a moment.
         */
        LATER,
        /** No place works: the line is refused. */
        NOBODY
    }

    /** How long others wait for the outcome of one trial before they go elsewhere. */
    static final long TRIAL_PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);

    private final Acceptance acceptance;
    private final Buffer buffer;
    private final Answers answers;
    private final Breaker journal;
    private final Breaker queue;
    private final DurabilityGate gate;
    private final Waiter writer;
    private final Waiter publisher;

    /** While the writer waits for its group to fill, a submission does not end its sleep unless it fills the group. */
    private volatile boolean gathering;

    private final int fullGroup;

    Router(
            IntakeSettings settings,
            Buffer buffer,
            Answers answers,
            Breaker journal,
            Breaker queue,
            DurabilityGate gate,
            Waiter writer,
            Waiter publisher) {
        this.acceptance = settings.acceptance();
        this.fullGroup = settings.maxGroup();
        this.buffer = buffer;
        this.answers = answers;
        this.journal = journal;
        this.queue = queue;
        this.gate = gate;
        this.writer = writer;
        this.publisher = publisher;
    }

    Taker taker(long now) {
        boolean journalTakes = journal.takes();
        boolean queueFirst = acceptance == Acceptance.QUEUE_ONLY;
        if (journalTakes && !queueFirst) {
            return Taker.JOURNAL;
        }
        if (journal.state() == Breaker.State.NEW) {
            // a frame that is made before the first contact does not say whose it is, and any shop would take it
            return Taker.LATER;
        }
        if (queue.takes() && gate.mayLet(now)) {
            return Taker.QUEUE;
        }
        if (journalTakes) {
            return Taker.JOURNAL;
        }
        long since = now - TRIAL_PATIENCE;
        return journal.isTryingSince(since) || queue.isTryingSince(since) ? Taker.LATER : Taker.NOBODY;
    }

    /** Has the line taken by the place that is to take it now, or refused. */
    void changed(long now) {
        if (buffer.isEmpty()) {
            return;
        }
        switch (taker(now)) {
            case JOURNAL -> wakeWriter();
            case QUEUE -> publisher.wake();
            case LATER -> {}
            case NOBODY -> refuseAll();
        }
    }

    private void wakeWriter() {
        if (!gathering || buffer.unanswered() >= fullGroup) {
            writer.wake();
        }
    }

    private void refuseAll() {
        Answers.Round round = answers.begin();
        buffer.refuseAll(whyNobody(), round);
        round.end();
    }

    /** Tells whether the writer waits for its group to fill. */
    void gathering(boolean waits) {
        gathering = waits;
    }

    /** Whether a submission would be taken, as far as is known without asking. */
    boolean isAccepting() {
        return journal.works() || queue.works() && gate.reason().isEmpty();
    }

    /** What keeps both places from taking, for an answer. */
    String whyNobody() {
        String ofQueue = queue.takes() ? gate.reason() : queue.lastError();
        return "journal: " + journal.lastError() + "; queue: " + ofQueue;
    }
}
