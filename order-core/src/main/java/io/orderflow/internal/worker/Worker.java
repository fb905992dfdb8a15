package io.orderflow.internal.worker;

import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.worker.HeldFrame.Item;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes frames from the queue and sees each of their orders to its end. One thread uses it; {@link #runOnce} is one
 * step, so that a test can be the thread.
 *
 * <ul>
 *   <li><b>W1</b> A frame is acked only when each of its orders is decided, skipped or set aside in the database.
 *   <li><b>W2</b> Work that failed for reasons outside the orders is tried again without end, and nothing is received
 *       meanwhile; leases are renewed.
 *   <li><b>W3</b> Work that failed because of its orders is halved until the culprit is alone, and only that one is
 *       parked.
 *   <li><b>W4</b> Listeners and queue hear of a batch after its commit, never inside a transaction.
 *   <li><b>W5</b> What was received in an earlier life of the queue's connection is never acked on a later one.
 *   <li><b>W6</b> Nothing is received before it is known whose tables these are, and no other shop's frame is decided.
 *   <li><b>W7</b> Orders that need a row which another transaction holds wait apart, and all others go on.
 *   <li><b>W8</b> While the journal has a backlog it helps recovery with it, in turns with the queue
 *       ({@link BacklogShare}), and a piece that fails holds it up no longer than that one try ({@link Pieces}).
 *   <li><b>W9</b> With an {@code ackDelay} a frame is acked so long after its orders were decided at the earliest, and
 *       not before the same server was written to again after that time. When another server is written to, what is
 *       decided and not acked is decided again before anything else ({@link LateFrames}, {@link DecidedAgain}).
 * </ul>
 */
final class Worker {
    private final WorkerContext context;
    private final SessionHolder session;
    private final Failures failures;
    private final FrameSource frames;
    private final Duration idleWait;
    private final WaitingOrders waiting;
    private final LateFrames late;
    private final FrameOrders origin;
    private final Inbox inbox;
    private final BacklogShare share = new BacklogShare();
    private final Recoverer recoverer;
    private final WorkList<Item> work;

    private volatile boolean abandoned;
    private boolean contacted;
    private boolean idle;
    private boolean waitersTurn;

    /** Is tried next. */
    private Optional<List<UUID>> piece = Optional.empty();

    Worker(String name, WorkerContext context, Duration idleWait) {
        this.context = context;
        this.session = context.newSession();
        this.idleWait = idleWait;
        this.waiting = new WaitingOrders(name, context);
        this.failures = new Failures(name, context);
        this.late = new LateFrames(name, context);
        this.frames = new FrameSource(name, context, late);
        Attempts attempts = new Attempts(context.tables(), context.claimLease(), UUID.randomUUID());
        this.origin = new FrameOrders(context, waiting, late, attempts);
        this.inbox = new Inbox(context, frames, waiting, origin);
        DecidedAgain again = new DecidedAgain(name, context, late, frames, origin);
        this.work = new WorkList<>(origin, again, attempts, session, failures);
        this.recoverer = new Recoverer(context);
    }

    /**
     * Does one step: receives, and does one piece of work.
     *
     * @return how long the caller may pause before the next step, in nanoseconds; 0 for not at all
     * @throws InterruptedException if the thread was interrupted while it waited for the queue
     */
    long runOnce() throws InterruptedException {
        idle = false;
        frames.renewLeases();
        if (!contacted) {
            long pause = firstContact();
            if (!contacted) {
                return pause;
            }
        }
        if (work.isEmpty()) {
            long pause = findWork();
            if (work.isEmpty() && late.isLookDue()) {
                work.add(origin.look());
            }
            if (work.isEmpty() && piece.isEmpty()) {
                idle = true;
                session.giveBack();
                return pause;
            }
        }
        long wait = failures.untilRetry();
        if (wait > 0) {
            return wait;
        }
        if (piece.isPresent()) {
            List<UUID> ids = piece.get();
            piece = Optional.empty();
            help(ids);
        } else {
            attempt();
        }
        frames.ackSettled();
        return 0;
    }

    /** Whether the last step found nothing to do. For the thread that steps. */
    boolean isIdle() {
        return idle;
    }

    /** Ends the work that is begun, as far as it succeeds at once, and gives back the rest. */
    void close() {
        new Closing()
                .then(this::endWork)
                .then(frames::ackSettled)
                .then(frames::close)
                .then(late::end)
                .then(session::giveBack)
                .then(waiting::end)
                .then(failures::end)
                .end();
    }

    private void endWork() {
        while (!work.isEmpty() && !failures.isRetrying() && !abandoned) {
            attempt();
        }
    }

    /** Makes {@link #close} end nothing more than what it is at. By any thread. */
    void abandon() {
        abandoned = true;
    }

    /** What comes before it would have to be held undecided, for nobody knows whose it is. */
    private long firstContact() {
        if (!context.frames().knowsShop()) {
            long wait = failures.untilRetry();
            if (wait > 0) {
                return wait;
            }
            try {
                session.get();
            } catch (SQLException | RuntimeException e) {
                return failures.pause(Failures.Kind.OUTAGE, "the first contact with the database", e);
            }
        }
        contacted = true;
        // also when it was another thread of the process that had the contact
        failures.over();
        return 0;
    }

    /**
     * Those who wait and those who come have their turns one after the other, and the journal's backlog has its share.
     */
    private long findWork() throws InterruptedException {
        waiting.forgetIfEmpty();
        if (share.isPieceDue() && takePiece()) {
            return 0;
        }
        waitersTurn = !waitersTurn && waiting.untilTry() == 0;
        if (waitersTurn) {
            waiting.next().ifPresent(work::add);
            return 0;
        }
        long pause = receive();
        return waiting.isFull() ? waiting.untilTry() : Math.min(pause, waiting.untilTry());
    }

    private long receive() throws InterruptedException {
        boolean backlog = context.pieces().areForWorkers();
        long pause = frames.isFull() ? late.untilLook() : fill(backlog);
        // also while no more is received: what came before must not wait for acks
        inbox.next(work);
        if (backlog && work.isEmpty()) {
            takePiece();
        }
        return pause;
    }

    private long fill(boolean backlog) throws InterruptedException {
        Duration longest = backlog && share.moment().compareTo(idleWait) < 0 ? share.moment() : idleWait;
        return inbox.fill(Duration.ofNanos(Math.min(longest.toNanos(), waiting.untilTry())), !backlog);
    }

    private boolean takePiece() {
        piece = context.pieces().takeForWorker();
        piece.ifPresent(ids -> share.pieceTaken());
        return piece.isPresent();
    }

    private void attempt() {
        if (work.attempt().orElse(null) instanceof Work.Decide<Item> done) {
            inbox.decided(done.orders().size());
            share.batchDecided();
        }
    }

    /** Tries a piece of the backlog once. What fails is recovery's, and the queue waits for neither (W8). */
    private void help(List<UUID> ids) {
        try {
            recoverer.tryOnce(ids, session.get());
            failures.over();
        } catch (SQLException | RuntimeException e) {
            // it may be the piece's own fault, or nobody's: recovery finds out
            Failures.seeTo(e, session);
            failures.halved(e);
            if (!context.pieces().leave(ids, Failures.areBadTimes(e))) {
                recoverer.takeBackClaims(session);
            }
        } catch (Error e) {
            // in the middle of a transaction, maybe
            session.discard(e);
            context.pieces().leave(ids, false);
            throw e;
        }
    }
}
