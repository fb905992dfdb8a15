package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Remains;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.worker.HeldFrame.Item;
import io.orderflow.queue.Delivery;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Does one piece of a worker's work in the database, settles what it was for, tells of it, and says what is to be done next because
 * of it. Doing the same piece again after a failure is safe at every point. Not thread-safe.
 */
final class Performer {
    /** An order whose isolated attempt this often never ended is parked. */
    static final int ATTEMPTS = 3;

    private final WorkerContext context;
    private final Attempts attempts;

    /** The attempt that was begun last: its repetition after an outage does not count. */
    private Work begun;

    Performer(WorkerContext context) {
        this.context = context;
        this.attempts = new Attempts(context.tables(), context.config().lease(), UUID.randomUUID());
    }

    List<Work> perform(Work work, Session session) throws SQLException {
        if (work instanceof Work.Decide decide) {
            List<OrderEntry> entries = decide.items().stream().map(Item::entry).toList();
            return committed(decide.items(), decide(session, entries));
        }
        if (work instanceof Work.Isolate isolate) {
            return isolate(isolate, session);
        }
        if (work instanceof Work.EndAttempt end) {
            attempts.end(session, List.of(end.order()));
        } else if (work instanceof Work.Park park) {
            park(park, session);
        } else if (work instanceof Work.BuryConflict bury) {
            buryConflict(bury.item(), session);
        } else if (work instanceof Work.BuryMessage bury) {
            buryMessage(bury, session);
        }
        return List.of();
    }

    private BatchResult decide(Session session, List<OrderEntry> entries) throws SQLException {
        long start = context.nanoTime().getAsLong();
        BatchResult result = context.engine().decide(session, entries);
        context.events().measured(result, context.nanoTime().getAsLong() - start, false);
        return result;
    }

    private List<Work> committed(List<Item> items, BatchResult result) {
        context.watcher().reached(Step.COMMITTED);
        Set<OrderEntry> conflicts = Collections.newSetFromMap(new IdentityHashMap<>());
        conflicts.addAll(result.conflicts());
        List<Work> next = new ArrayList<>();
        for (Item item : items) {
            if (conflicts.contains(item.entry())) {
                next.add(new Work.BuryConflict(item));
            } else {
                item.settle();
            }
        }
        context.events().committed(result);
        return next;
    }

    /**
     * The claim is written before and taken back after, each in a transaction of its own: what stays behind is a crash. Another
     * worker may hold a claim and be alive: deciding the order here as well is safe, and this frame needs its ack.
     */
    private List<Work> isolate(Work.Isolate isolate, Session session) throws SQLException {
        Item item = isolate.item();
        UUID id = item.entry().id();
        boolean again = begun == isolate;
        begun = isolate;
        List<Work> next = new ArrayList<>();
        if (attempts.begin(session, id, again) > ATTEMPTS) {
            next.add(new Work.Park(item, DeadLetterReason.CRASHED_WORKER, ATTEMPTS + " isolated attempts never ended"));
        } else {
            next.addAll(committed(List.of(item), decide(session, List.of(item.entry()))));
        }
        next.add(new Work.EndAttempt(id));
        return next;
    }

    private void park(Work.Park park, Session session) throws SQLException {
        OrderEntry entry = park.item().entry();
        boolean parked = context.deadLetters().park(session, entry, park.reason(), park.detail());
        park.item().settle();
        if (parked) {
            context.events().deadLettered(park.reason(), "order " + entry.id() + ": " + park.detail());
        }
    }

    private void buryConflict(Item item, Session session) throws SQLException {
        boolean buried = context.deadLetters().buryConflict(session, item.entry());
        item.settle();
        if (buried) {
            context.events().conflict(item.entry().id());
        }
    }

    private void buryMessage(Work.BuryMessage bury, Session session) throws SQLException {
        Remains remains = remains(bury.frame().delivery());
        boolean buried = context.deadLetters()
                .bury(
                        session,
                        bury.reason(),
                        bury.detail(),
                        bury.reason() == DeadLetterReason.UNAUTHENTICATED ? remains.ofStranger() : remains);
        bury.frame().settle();
        if (buried) {
            context.events().deadLettered(bury.reason(), bury.detail());
        }
    }

    private static Remains remains(Delivery delivery) {
        return delivery.oversized()
                .map(whole -> new Remains(whole.hash(), whole.length(), delivery.body()))
                .orElseGet(() -> Remains.of(delivery.body()));
    }
}
