package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.worker.HeldFrame.Item;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * Does one piece of a worker's work in the database, settles what it was for, tells of it, and says what is to be done
 * next because of it. Doing the same piece again after a failure is safe at every point. Not thread-safe.
 */
final class Performer {
    /** An order whose isolated attempt this often never ended is parked. */
    static final int ATTEMPTS = 3;

    private final WorkerContext context;
    private final WaitingOrders waiting;
    private final Attempts attempts;
    private final Recoverer recoverer;

    /** The order whose isolated attempt was begun last: its repetition after an outage does not count. */
    private Item begun;

    /**
     * Works on one worker's behalf.
     *
     * @param waiting takes the orders that cannot be decided now
     */
    Performer(WorkerContext context, WaitingOrders waiting) {
        this.context = context;
        this.waiting = waiting;
        this.attempts = new Attempts(context.tables(), context.claimLease(), UUID.randomUUID());
        this.recoverer = new Recoverer(context);
    }

    List<Work> perform(Work work, Session session) throws SQLException {
        if (work instanceof Work.Decide decide) {
            return decide.areSuspects()
                    ? decideSuspects(decide, session)
                    : decide(decide.items(), decide.around(), session);
        }
        if (work instanceof Work.Isolate isolate) {
            return isolate(isolate.item(), session);
        }
        if (work instanceof Work.Recover recover) {
            recoverer.tryOnce(recover.piece(), session);
        } else if (work instanceof Work.EndAttempts end) {
            attempts.end(session, end.orders());
        } else if (work instanceof Work.Release release) {
            attempts.release(session, release.order());
            begun = null;
        } else if (work instanceof Work.Park park) {
            park(park, session);
        } else if (work instanceof Work.BuryConflict bury) {
            buryConflict(bury.item(), session);
        } else if (work instanceof Work.BuryMessages bury) {
            buryMessages(bury.messages(), session);
        }
        return List.of();
    }

    /** Nobody sees to what was begun of the journal's backlog any more. */
    void takeBackClaims(SessionHolder session) {
        recoverer.takeBackClaims(session);
    }

    private List<Work> decide(List<Item> items, boolean around, Session session) throws SQLException {
        List<OrderEntry> entries = items.stream().map(Item::entry).toList();
        long start = context.nanoTime().getAsLong();
        BatchResult result = around
                ? context.engine().decideAround(session, entries)
                : context.engine().decide(session, entries);
        context.events().measured(result, context.nanoTime().getAsLong() - start, false);
        context.watcher().reached(Step.COMMITTED);
        List<Work> next = settle(items, result, around);
        if (!result.verdicts().isEmpty() || result.waiting().isEmpty()) {
            context.events().committed(result);
        }
        return next;
    }

    private List<Work> settle(List<Item> items, BatchResult result, boolean around) {
        Set<OrderEntry> conflicts = Collections.newSetFromMap(new IdentityHashMap<>());
        conflicts.addAll(result.conflicts());
        List<Work> next = new ArrayList<>();
        List<Item> left = new ArrayList<>();
        for (Item item : items) {
            if (conflicts.contains(item.entry())) {
                next.add(new Work.BuryConflict(item));
            } else if (result.waiting().contains(item.entry().id())) {
                left.add(item);
            } else {
                item.settle();
            }
        }
        if (around) {
            waiting.tried(result, left);
        }
        return next;
    }

    /**
     * Most suspects are innocent: lost connections raise the count of all that a client was sent ahead. So they are
     * tried together under one claim, and alone only where a claim tells that such an attempt never ended.
     */
    private List<Work> decideSuspects(Work.Decide decide, Session session) throws SQLException {
        Attempts.Claims claims = attempts.claim(session, ids(decide.items()));
        List<Item> mine = decide.items().stream()
                .filter(item -> claims.isMine(item.entry().id()))
                .toList();
        List<Work> next = new ArrayList<>();
        if (!mine.isEmpty()) {
            next.addAll(decide(mine, decide.around(), session));
            next.add(new Work.EndAttempts(ids(mine)));
        }
        for (Item item : decide.items()) {
            if (claims.abandoned().contains(item.entry().id())) {
                next.add(new Work.Isolate(item));
            } else if (claims.others().contains(item.entry().id())) {
                waiting.join(List.of(item));
            }
        }
        return next;
    }

    static List<UUID> ids(List<Item> items) {
        return items.stream().map(item -> item.entry().id()).distinct().toList();
    }

    /**
     * The claim is written before and taken back after, each in a transaction of its own: what stays behind is a crash.
     */
    private List<Work> isolate(Item item, Session session) throws SQLException {
        UUID id = item.entry().id();
        boolean again = begun == item;
        begun = item;
        OptionalInt attempt = attempts.begin(session, id, again);
        if (attempt.isEmpty()) {
            begun = null;
            waiting.join(List.of(item));
            return List.of();
        }
        Work.EndAttempts end = new Work.EndAttempts(List.of(id));
        if (attempt.getAsInt() > ATTEMPTS) {
            String detail = ATTEMPTS + " isolated attempts never ended";
            return List.of(new Work.Park(item, DeadLetterReason.CRASHED_WORKER, detail), end);
        }
        List<Work> next = new ArrayList<>(decide(List.of(item), true, session));
        next.add(item.isSettled() || !next.isEmpty() ? end : new Work.Release(id));
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

    private void buryMessages(List<Work.BadMessage> messages, Session session) throws SQLException {
        List<DeadLetters.Letter> letters = messages.stream()
                .map(bad -> new DeadLetters.Letter(bad.reason(), bad.detail(), bad.remains()))
                .toList();
        List<DeadLetters.Letter> buried = context.deadLetters().bury(session, letters);
        messages.forEach(bad -> bad.frame().settle());
        buried.forEach(letter -> context.events().deadLettered(letter.reason(), letter.detail()));
    }
}
