package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.Limits;
import io.orderflow.internal.codec.GroupIds;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.worker.HeldFrame.Item;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Orders that frames brought: what is decided or set aside is settled in its frame, and what cannot be decided now
 * waits apart. Only suspects are claimed: most of them are innocent, since lost connections raise the count of all that
 * a client was sent ahead. Not thread-safe.
 */
final class FrameOrders implements Origin<Item> {
    /** Orders of a group below which a batch does not take its row out. */
    private static final int SMALLEST_GROUP = 16;

    private final WorkerContext context;
    private final WaitingOrders waiting;
    private final LateFrames late;
    private final Attempts attempts;

    /**
     * Those of one worker.
     *
     * @param waiting takes the orders that cannot be decided now
     * @param late told when something was written
     */
    FrameOrders(WorkerContext context, WaitingOrders waiting, LateFrames late, Attempts attempts) {
        this.context = context;
        this.waiting = waiting;
        this.late = late;
        this.attempts = attempts;
    }

    /**
     * The work to decide orders together; suspects under a claim, so that it is known when the attempt never ended.
     *
     * @param items either all suspects or none
     */
    static Work<Item> batch(List<Item> items, boolean around) {
        boolean suspects = items.get(0).isSuspect();
        return new Work.Decide<>(items, around, suspects ? Work.Claimed.MAYBE : Work.Claimed.NEEDLESS);
    }

    /** Takes the next orders for a batch: of one kind, and with as many lines as one transaction may have. */
    static Work<Item> cut(Deque<Item> orders, int most) {
        List<Item> batch = new ArrayList<>(Math.min(orders.size(), most));
        boolean suspect = orders.peekFirst().isSuspect();
        int lines = 0;
        while (!orders.isEmpty() && batch.size() < most && orders.peekFirst().isSuspect() == suspect) {
            lines += orders.peekFirst().entry().lineCount();
            if (lines > Limits.BATCH_LINES && !batch.isEmpty()) {
                break;
            }
            batch.add(orders.pollFirst());
        }
        return batch(batch, false);
    }

    /** Writes something that leaves nothing, so that it is known that the server can still be written to. */
    Work<Item> look() {
        return new Work.Look<>(session -> {
            long start = context.nanoTime().getAsLong();
            session.transaction(() -> {
                LogFlush.changeSomething(session, context.tables(), OrderIds.next());
                return true;
            });
            late.written(start);
        });
    }

    @Override
    public void checkResumed(Session session) throws SQLException {
        context.engine().checkResumed(session);
    }

    @Override
    public UUID id(Item item) {
        return item.entry().id();
    }

    @Override
    public String describe(List<Item> items) {
        return "a batch of " + items.size() + " orders from " + id(items.get(0));
    }

    @Override
    public Attempts.Claims claim(Work.Decide<Item> batch, Session session) throws SQLException {
        return attempts.claim(
                session, batch.orders().stream().map(this::id).distinct().toList());
    }

    @Override
    public Decided<Item> decide(List<Item> items, boolean around, Session session) throws SQLException {
        List<OrderEntry> entries = items.stream().map(Item::entry).toList();
        long start = late.isOn() ? context.nanoTime().getAsLong() : 0;
        BatchResult result = TracedBatch.decide(
                context.events(),
                entries,
                () -> context.decide(
                        false,
                        () -> around
                                ? context.engine().decideAround(session, entries)
                                : context.engine().decide(session, entries, wholeGroups(items))));
        if (late.isOn() && (result.batch() > 0 || result.skipped() > 0)) {
            late.written(start);
        }
        return settle(items, result, around);
    }

    /**
     * The groups that the frames of these orders may be, of those frames that are whole here. Small ones are left to
     * recovery's search, which takes out many with one statement.
     */
    private static List<UUID> wholeGroups(List<Item> items) {
        List<UUID> groups = new ArrayList<>();
        int from = 0;
        while (from < items.size()) {
            HeldFrame frame = items.get(from).frame();
            int to = from;
            while (to < items.size() && items.get(to).frame() == frame) {
                to++;
            }
            if (to - from >= SMALLEST_GROUP && to - from == frame.size()) {
                groups.addAll(GroupIds.of(
                        items.subList(from, to).stream().map(Item::entry).toList()));
            }
            from = to;
        }
        return groups;
    }

    @Override
    public Decided<Item> decideAlone(Item item, Session session) throws SQLException {
        return decide(List.of(item), true, session);
    }

    private Decided<Item> settle(List<Item> items, BatchResult result, boolean around) {
        Set<OrderEntry> conflicts = Collections.newSetFromMap(new IdentityHashMap<>());
        conflicts.addAll(result.conflicts());
        List<Item> conflicting = new ArrayList<>();
        List<Item> left = new ArrayList<>();
        for (Item item : items) {
            if (conflicts.contains(item.entry())) {
                conflicting.add(item);
            } else if (result.waiting().contains(id(item))) {
                left.add(item);
            } else {
                item.settle();
            }
        }
        if (around) {
            waiting.tried(result, left);
        } else {
            waiting.decided(result);
        }
        return new Decided<>(List.of(), !left.isEmpty(), burialOfConflicts(conflicting));
    }

    /** A frame may bring hundreds of them: a transaction for each would hold up all others. */
    private List<Work<Item>> burialOfConflicts(List<Item> conflicting) {
        List<Work<Item>> burials = new ArrayList<>();
        for (List<Item> piece : Burials.cut(conflicting, FrameOrders::bytes)) {
            long bytes = piece.stream().mapToLong(FrameOrders::bytes).sum();
            burials.add(new Work.SetAside<>(bytes, session -> buryConflicts(piece, session)));
        }
        return burials;
    }

    private static int bytes(Item item) {
        return item.entry().request().length;
    }

    private void buryConflicts(List<Item> items, Session session) throws SQLException {
        List<DeadLetters.Letter> letters =
                items.stream().map(item -> DeadLetters.conflict(item.entry())).toList();
        List<DeadLetters.Letter> buried = context.deadLetters().bury(session, letters);
        items.forEach(Item::settle);
        buried.forEach(letter -> context.events().conflict(letter.orderId().orElseThrow()));
    }

    @Override
    public void park(Work.Park<Item> park, Session session) throws SQLException {
        Item item = park.order();
        Optional<DeadLetterReason> setAside = context.deadLetters()
                .park(session, item.entry(), new DeadLetters.Parking(park.reason(), park.detail(), park.attempts()));
        item.settle();
        setAside.ifPresent(reason -> {
            if (reason == DeadLetterReason.CONFLICT) {
                context.events().conflict(id(item));
            } else {
                context.events().deadLettered(reason, "order " + id(item) + ": " + park.detail());
            }
        });
    }

    @Override
    public void leave(Item item) {
        waiting.join(List.of(item));
    }

    @Override
    public void badTimes() {
        // concerns what other threads do, and nobody else has these
    }

    /**
     * Which orders need the row is found out without waiting for a row once more, or by halving where a row that is to
     * be inserted is held.
     */
    @Override
    public Optional<List<Work<Item>>> goAround(Work<Item> work) {
        if (work instanceof Work.Decide<Item> decide && !decide.around()) {
            return Optional.of(List.of(decide.goingAround()));
        }
        if (work instanceof Work.Decide<Item> decide && decide.orders().size() > 1) {
            return Optional.of(decide.halves());
        }
        if (work instanceof Work.Decide<Item> decide) {
            waiting.join(decide.orders());
            UUID id = id(decide.orders().get(0));
            return Optional.of(decide.isClaimed() ? List.of(new Work.EndAttempts<>(List.of(id))) : List.of());
        }
        if (work instanceof Work.Isolate<Item> isolate) {
            waiting.join(List.of(isolate.order()));
            return Optional.of(List.of(new Work.Release<>(id(isolate.order()))));
        }
        waiting.join(work);
        return Optional.of(List.of());
    }

    /** The work to set messages aside together. */
    Work<Item> burial(List<BadMessage> messages) {
        long bytes = messages.stream()
                .mapToLong(bad -> bad.frame().delivery().body().length)
                .sum();
        return new Work.SetAside<>(bytes, session -> bury(messages, session));
    }

    private void bury(List<BadMessage> messages, Session session) throws SQLException {
        List<DeadLetters.Letter> letters = messages.stream()
                .map(bad -> new DeadLetters.Letter(bad.reason(), bad.detail(), bad.remains()))
                .toList();
        List<DeadLetters.Letter> buried = context.deadLetters().bury(session, letters);
        messages.forEach(bad -> bad.frame().settleBad(bad.isWithoutOrders()));
        buried.forEach(letter -> context.events().deadLettered(letter.reason(), letter.detail()));
    }
}
