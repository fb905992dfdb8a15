package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.worker.HeldFrame.Item;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * </ul>
 */
final class Worker {
    /** An order that fails alone this often in a row is parked. */
    private static final int LONE_FAILURES = 3;

    private final WorkerContext context;
    private final SessionHolder session;
    private final Performer performer;
    private final Failures failures;
    private final FrameSource frames;
    private final Duration idleWait;
    private final WaitingOrders waiting;
    private final Inbox inbox;
    private final BacklogShare share = new BacklogShare();
    private final Deque<Work> work = new ArrayDeque<>();

    private volatile boolean abandoned;
    private boolean contacted;
    private boolean waitersTurn;
    private int loneFailures;

    Worker(String name, WorkerContext context, Duration idleWait) {
        this.context = context;
        this.session = new SessionHolder(context.sessions());
        this.idleWait = idleWait;
        this.waiting = new WaitingOrders(name, context);
        this.performer = new Performer(context, waiting);
        this.failures = new Failures(name, context);
        this.frames = new FrameSource(name, context);
        this.inbox = new Inbox(context, frames, waiting);
    }

    /**
     * Does one step: receives, and does one piece of work.
     *
     * @return how long the caller may pause before the next step, in nanoseconds; 0 for not at all
     * @throws InterruptedException if the thread was interrupted while it waited for the queue
     */
    long runOnce() throws InterruptedException {
        frames.renewLeases();
        if (!contacted) {
            long pause = firstContact();
            if (!contacted) {
                return pause;
            }
        }
        if (work.isEmpty()) {
            long pause = findWork();
            if (work.isEmpty()) {
                session.giveBack();
                return pause;
            }
        }
        long wait = failures.untilRetry();
        if (wait > 0) {
            return wait;
        }
        attempt();
        frames.ackSettled();
        return 0;
    }

    /** Ends the work that is begun, as far as it succeeds at once, and gives back the rest. */
    void close() {
        while (!work.isEmpty() && !failures.isRetrying() && !abandoned) {
            attempt();
        }
        frames.ackSettled();
        frames.close();
        session.giveBack();
        waiting.end();
        failures.end();
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
            waiting.next().ifPresent(work::addLast);
            return 0;
        }
        long pause = receive();
        return waiting.isFull() ? waiting.untilTry() : Math.min(pause, waiting.untilTry());
    }

    private long receive() throws InterruptedException {
        boolean backlog = context.pieces().areForWorkers();
        Duration longest = backlog && share.moment().compareTo(idleWait) < 0 ? share.moment() : idleWait;
        long pause = inbox.fill(Duration.ofNanos(Math.min(longest.toNanos(), waiting.untilTry())), !backlog);
        inbox.next(work);
        if (backlog && work.isEmpty()) {
            takePiece();
        }
        return pause;
    }

    private boolean takePiece() {
        Optional<List<UUID>> piece = context.pieces().takeForWorker();
        piece.ifPresent(ids -> {
            share.pieceTaken();
            work.addLast(new Work.Recover(ids));
        });
        return piece.isPresent();
    }

    private void attempt() {
        Work head = work.peekFirst();
        try {
            replaceHead(performer.perform(head, session.get()));
            if (head instanceof Work.Decide decide) {
                inbox.decided(decide.items().size());
                share.batchDecided();
            }
            loneFailures = 0;
            failures.over();
        } catch (SQLException | RuntimeException e) {
            failed(head, e);
        } catch (Error e) {
            // in the middle of a transaction, maybe: going on in it would take its own rows for decided ones
            session.discard(e);
            if (head instanceof Work.Recover recover) {
                replaceHead(List.of());
                context.pieces().leave(recover.piece(), false);
            }
            throw e;
        }
    }

    /** What comes instead of the first piece of work, or because it is done. */
    private void replaceHead(List<Work> next) {
        work.removeFirst();
        for (int i = next.size() - 1; i >= 0; i--) {
            work.addFirst(next.get(i));
        }
    }

    private void failed(Work head, Exception e) {
        Failures.Kind kind = Failures.kind(e);
        if (kind == Failures.Kind.OUTAGE) {
            session.discard(e);
        } else if (kind == Failures.Kind.BROKEN) {
            // its pauses are longer than the server lets a session be silent
            session.giveBack();
        }
        boolean lockWait = e instanceof SQLException sql && SqlFailure.isLockWait(sql);
        if (head instanceof Work.Recover recover) {
            leave(recover.piece(), lockWait || kind == Failures.Kind.OUTAGE, e);
        } else if (lockWait && goAround(head)) {
            failures.halved(e);
        } else if (kind != Failures.Kind.POISON) {
            failures.pause(kind, describe(head), e);
        } else if (head instanceof Work.Decide decide && decide.items().size() > 1) {
            replaceHead(decide.halves());
            failures.halved(e);
        } else if (head instanceof Work.Decide decide) {
            Item item = decide.items().get(0);
            failedAlone(item, decide.areSuspects() ? List.of(endAttempts(decide)) : List.of(), e);
        } else if (head instanceof Work.Isolate isolate) {
            Item item = isolate.item();
            failedAlone(item, List.of(new Work.EndAttempts(List.of(item.entry().id()))), e);
        } else {
            // nothing of the order's own goes through here: setting aside what cannot be decided must succeed
            failures.pause(Failures.Kind.BROKEN, describe(head), e);
        }
    }

    /** It may be the piece's own fault, or nobody's: recovery finds out, and the queue waits for neither (W8). */
    private void leave(List<UUID> piece, boolean badTimes, Exception e) {
        replaceHead(List.of());
        failures.halved(e);
        if (!context.pieces().leave(piece, badTimes)) {
            performer.takeBackClaims(session);
        }
    }

    /**
     * Somebody holds a row and does not let go: what needs it waits apart, so that the others go on (W7). Which orders
     * these are is found out without waiting for a row once more, or by halving where a row that is to be inserted is
     * held.
     */
    private boolean goAround(Work head) {
        if (head instanceof Work.Decide decide && !decide.around()) {
            replaceHead(List.of(new Work.Decide(decide.items(), true)));
        } else if (head instanceof Work.Decide decide && decide.items().size() > 1) {
            replaceHead(decide.halves());
        } else if (head instanceof Work.Decide decide) {
            replaceHead(
                    decide.areSuspects() ? List.of(new Work.EndAttempts(Performer.ids(decide.items()))) : List.of());
            waiting.join(decide.items());
        } else if (head instanceof Work.Isolate isolate) {
            replaceHead(List.of(new Work.Release(isolate.item().entry().id())));
            waiting.join(List.of(isolate.item()));
        } else {
            replaceHead(List.of());
            waiting.join(head);
        }
        return true;
    }

    private static Work endAttempts(Work.Decide decide) {
        return new Work.EndAttempts(Performer.ids(decide.items()));
    }

    private void failedAlone(Item item, List<Work> afterwards, Exception e) {
        if (++loneFailures < LONE_FAILURES) {
            failures.pause(Failures.Kind.CONTENTION, "order " + item.entry().id(), e);
            return;
        }
        loneFailures = 0;
        List<Work> next = new ArrayList<>();
        next.add(new Work.Park(item, DeadLetterReason.POISON, SqlFailure.reason(e)));
        next.addAll(afterwards);
        replaceHead(next);
        failures.replaced();
    }

    private static String describe(Work work) {
        if (work instanceof Work.Decide decide) {
            return "a batch of " + decide.items().size() + " orders from "
                    + decide.items().get(0).entry().id();
        }
        if (work instanceof Work.Isolate isolate) {
            return "order " + isolate.item().entry().id();
        }
        return work instanceof Work.EndAttempts end
                ? "ending the attempts of " + end.orders().size() + " orders from "
                        + end.orders().get(0)
                : "setting something aside";
    }
}
