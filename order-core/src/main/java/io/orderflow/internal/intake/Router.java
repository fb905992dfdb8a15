package io.orderflow.internal.intake;

import io.orderflow.Acceptance;
import java.util.concurrent.TimeUnit;

/**
 * Says which place takes submissions from the buffer now, and sees to it that it does. Thread-safe.
 *
 * <p>A {@link DurablePlace} calls {@link #changed} after each change of its own. A thread that puts a submission into
 * the line does too. So either the one sees the change or the other sees the submission, and none is left lying.
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
    private final Way journalWay;
    private final Way queueWay;
    private final Breaker journal;
    private final Breaker queue;
    private final DurabilityGate gate;

    Router(Acceptance acceptance, Buffer buffer, Way journal, Way queue, DurabilityGate gate) {
        this.acceptance = acceptance;
        this.buffer = buffer;
        this.journalWay = journal;
        this.queueWay = queue;
        this.journal = journal.breaker();
        this.queue = queue.breaker();
        this.gate = gate;
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

    /** Whether the other one of the two places takes. */
    boolean isElsewhere(Taker place, long now) {
        return taker(now) == (place == Taker.JOURNAL ? Taker.QUEUE : Taker.JOURNAL);
    }

    /** Has the line taken by the place that is to take it now, or refused. */
    void changed(long now) {
        if (buffer.isEmpty()) {
            return;
        }
        switch (taker(now)) {
            case JOURNAL -> journalWay.wake().run();
            case QUEUE -> queueWay.wake().run();
            case LATER -> {}
            case NOBODY -> buffer.refuseAll(whyNobody());
        }
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
