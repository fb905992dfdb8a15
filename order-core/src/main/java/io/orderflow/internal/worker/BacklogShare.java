package io.orderflow.internal.worker;

import java.time.Duration;

/**
 * When a worker takes a piece of the journal's backlog, while there is one: at once if it is idle, and else after every
 * fourth batch of its own. So the backlog has at least every fifth transaction of each worker, however busy the queue
 * is; and the queue has four in five, however long the backlog is, and waits for one piece at most when something
 * comes. A worker is idle when the queue brings nothing for a moment after a batch, or nothing at all after a piece.
 * Not thread-safe.
 */
final class BacklogShare {
    static final int BATCHES = 4;

    /**
     * A queue that brings frames in shorter intervals is busy; in these gaps nobody takes a piece and lets the next
     * frame wait.
     */
    static final Duration MOMENT = Duration.ofMillis(20);

    private int batches;

    /** A batch of the queue's was decided. */
    void batchDecided() {
        batches++;
    }

    /** A piece of the backlog was taken. */
    void pieceTaken() {
        batches = 0;
    }

    /** Whether a piece comes before the next look at the queue. */
    boolean isPieceDue() {
        return batches >= BATCHES;
    }

    /** How long the queue must have brought nothing for the worker to be idle. */
    Duration moment() {
        return batches > 0 ? MOMENT : Duration.ZERO;
    }
}
