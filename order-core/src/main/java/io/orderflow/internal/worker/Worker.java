package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.Limits;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.worker.HeldFrame.Item;
import io.orderflow.queue.Delivery;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Takes frames from the queue and sees each of their orders to its end. One thread uses it; {@link #runOnce} is one step, so
 * that a test can be the thread.
 *
 * <ul>
 *   <li><b>W1</b> A frame is acked only when each of its orders is decided, skipped or set aside in the database.
 *   <li><b>W2</b> Work that failed for reasons outside the orders is tried again without end, and nothing is received
 *       meanwhile; leases are renewed.
 *   <li><b>W3</b> Work that failed because of its orders is halved until the culprit is alone, and only that one is parked.
 *   <li><b>W4</b> Listeners and queue hear of a batch after its commit, never inside a transaction.
 *   <li><b>W5</b> What was received in an earlier life of the queue's connection is never acked on a later one.
 *   <li><b>W6</b> Nothing is received before it is known whose tables these are, and no other shop's frame is decided.
 * </ul>
 */
final class Worker {
    /** A frame that was delivered this often before may have killed its worker: its orders are tried one by one. */
    private static final int SUSPECT_DELIVERIES = 3;

    /** An order that fails alone this often in a row is parked. */
    private static final int LONE_FAILURES = 3;

    private final WorkerContext context;
    private final SessionHolder session;
    private final Performer performer;
    private final Failures failures;
    private final FrameSource frames;
    private final Deque<Item> inbox = new ArrayDeque<>();
    private final Deque<Work> work = new ArrayDeque<>();

    private volatile boolean abandoned;
    private boolean contacted;
    private int loneFailures;
    private long lastBatchEnd;
    private int lastBatchSize;

    Worker(String name, WorkerContext context, Duration idleWait) {
        this.context = context;
        this.session = new SessionHolder(context.sessions());
        this.performer = new Performer(context);
        this.failures = new Failures(name, context);
        this.frames = new FrameSource(name, context, idleWait);
        this.lastBatchEnd = context.nanoTime().getAsLong();
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
            long pause = fillInbox();
            nextBatch();
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

    private long fillInbox() throws InterruptedException {
        int wanted = context.config().maxBatch();
        if (inbox.size() >= wanted) {
            return 0;
        }
        long pause = take(frames.receive(wanted - inbox.size(), inbox.isEmpty()));
        long now = context.nanoTime().getAsLong();
        long batchWait = context.config().batchWait().toNanos();
        boolean flowing = (lastBatchSize > 1 || inbox.size() > 1) && now - lastBatchEnd < 2 * batchWait;
        long deadline = flowing ? now + batchWait : now;
        boolean more = true;
        while (more && !inbox.isEmpty() && inbox.size() < wanted && frames.isOpen()) {
            int before = inbox.size();
            long left = Math.max(0, deadline - context.nanoTime().getAsLong());
            take(frames.receiveMore(wanted - before, Duration.ofNanos(left)));
            more = inbox.size() > before;
        }
        return pause;
    }

    /** Decodes what was received. Bytes that are no frame, and frames that may have killed a worker, become work of their own. */
    private long take(FrameSource.Received received) {
        int again = 0;
        for (Delivery delivery : received.deliveries()) {
            again += delivery.deliveriesBefore() > 0 ? 1 : 0;
            // what is only a message's beginning may look like a frame
            delivery.oversized()
                    .ifPresentOrElse(
                            whole -> bury(delivery, DeadLetterReason.UNDECODABLE, tooLarge(whole)),
                            () -> decode(delivery));
        }
        if (again > 0) {
            context.events().redelivered(again);
        }
        return received.pauseNanos();
    }

    private void decode(Delivery delivery) {
        try {
            Frame frame = context.frames().read(delivery.body());
            HeldFrame held = frames.hold(delivery, frame.entries().size());
            frames.noteAge(frame.createdMillis());
            boolean suspect = delivery.deliveriesBefore() >= SUSPECT_DELIVERIES;
            for (OrderEntry entry : frame.entries()) {
                if (suspect) {
                    work.addLast(new Work.Isolate(held.item(entry)));
                } else {
                    inbox.addLast(held.item(entry));
                }
            }
        } catch (MalformedException e) {
            bury(delivery, e.reason(), e.getMessage());
        }
    }

    private void bury(Delivery delivery, DeadLetterReason reason, String detail) {
        work.addLast(new Work.BuryMessage(frames.hold(delivery, 1), reason, detail));
    }

    private static String tooLarge(Delivery.Oversized whole) {
        return "a frame must have at most " + Limits.FRAME_BYTES + " bytes: " + whole.length();
    }

    /** Makes a batch of what is in the inbox, if nothing else is to do first. */
    private void nextBatch() {
        if (!work.isEmpty() || inbox.isEmpty()) {
            return;
        }
        int most = context.config().maxBatch();
        List<Item> items = new ArrayList<>(Math.min(inbox.size(), most));
        int lines = 0;
        while (!inbox.isEmpty() && items.size() < most) {
            lines += inbox.peekFirst().entry().lineCount();
            if (lines > Limits.BATCH_LINES && !items.isEmpty()) {
                break;
            }
            items.add(inbox.pollFirst());
        }
        work.addLast(new Work.Decide(items));
        context.watcher().reached(Step.RECEIVED);
    }

    private void attempt() {
        Work head = work.peekFirst();
        try {
            replaceHead(performer.perform(head, session.get()));
            if (head instanceof Work.Decide decide) {
                lastBatchSize = decide.items().size();
                lastBatchEnd = context.nanoTime().getAsLong();
            }
            loneFailures = 0;
            failures.over();
        } catch (SQLException | RuntimeException e) {
            failed(head, e);
        } catch (Error e) {
            // in the middle of a transaction, maybe: going on in it would take its own rows for decided ones
            session.discard(e);
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
        if (kind != Failures.Kind.POISON) {
            failures.pause(kind, describe(head), e);
        } else if (head instanceof Work.Decide decide && decide.items().size() > 1) {
            replaceHead(decide.halves());
            failures.halved(e);
        } else if (head instanceof Work.Decide decide) {
            failedAlone(decide.items().get(0), List.of(), e);
        } else if (head instanceof Work.Isolate isolate) {
            Item item = isolate.item();
            failedAlone(item, List.of(new Work.EndAttempt(item.entry().id())), e);
        } else {
            // nothing of the order's own goes through here: setting aside what can not be decided must succeed
            failures.pause(Failures.Kind.BROKEN, describe(head), e);
        }
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
        return work instanceof Work.EndAttempt end
                ? "ending the attempt of order " + end.order()
                : "setting something aside";
    }
}
