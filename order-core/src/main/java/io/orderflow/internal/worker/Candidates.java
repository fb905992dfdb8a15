package io.orderflow.internal.worker;

import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.journal.GroupKind;
import io.orderflow.internal.journal.PendingOrders;
import io.orderflow.internal.loop.Whereabouts;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What recovery is to look at now: reads without locks, and what is known of the queue and of earlier reads. Not
 * thread-safe.
 */
final class Candidates {
    /** Suspects are tried one by one, and placed orders wait meanwhile. */
    private static final int MOST_SUSPECTS = 10;

    /**
     * A search that took out more groups than these is followed by the next one soon: all that a second brings under
     * medium load, taken out at once, would hold up what is being decided.
     */
    private static final int MANY_GROUPS = 100;

    /** With recovery's own work this keeps placed orders within their second. */
    private static final long PLACED_DUE = TimeUnit.MILLISECONDS.toNanos(100);

    /** So long what is decided may stay behind orders that wait and wait. */
    private static final long WHOLE = TimeUnit.SECONDS.toNanos(10);

    private final WorkerContext context;
    private final PendingOrders pending;
    private final AtomicBoolean unpublished;
    private QueueState.NewestFrames asked;
    private long placedSeen;
    private long nextSuspects;
    private long nextWhole;
    private long nextSearch;
    private boolean catchingUp;
    private long catchUpSince;

    Candidates(WorkerContext context, AtomicBoolean unpublished) {
        this.context = context;
        this.pending = new PendingOrders(context.tables());
        this.unpublished = unpublished;
        this.placedSeen = now();
        this.nextSuspects = now();
        this.nextWhole = now();
        this.nextSearch = now();
    }

    /** Whether recovery is the only one who delivers, so that orders wait for it. */
    boolean haveNoOther() {
        return catchingUp || unpublished.get() || !context.state().isReachable();
    }

    /**
     * Looks by one statement whether a search would find something; for an idle shop, which is asked all day, and for
     * one whose orders pass through the journal and are decided before they are due.
     *
     * @return whether nothing is there; false also when that cannot be said
     */
    boolean lookInVain() {
        if (catchingUp || unpublished.get()) {
            return false;
        }
        String look = "SELECT 1 FROM " + context.tables().pending();
        if (untilSearch() > 0) {
            look += " WHERE kind IN (" + GroupKind.PLACED.code() + "," + GroupKind.URGENT.code() + ")";
        }
        boolean suspectsDue = now() - nextSuspects >= 0;
        if (suspectsDue) {
            look += " UNION ALL SELECT 1 FROM " + context.tables().attempt();
        }
        Whereabouts.at("looking into the database");
        boolean inVain = !context.mayFind().test(look + " LIMIT 1");
        if (inVain && suspectsDue) {
            suspectsSeen();
        }
        return inVain;
    }

    /**
     * Looks by one statement whether there are urgent orders, which may be decided.
     *
     * @return whether there are none; false also when that cannot be said
     */
    boolean lookForUrgentInVain() {
        Whereabouts.at("looking into the database");
        return !context.mayFind()
                .test("SELECT 1 FROM " + context.tables().pending() + " WHERE kind = " + GroupKind.URGENT.code()
                        + " LIMIT 1");
    }

    /** Whether the next search comes before a rest would be over, or orders wait for it. */
    boolean isSearchNear() {
        long wait = untilSearch();
        return wait > 0
                && (wait < Recovery.REST.toNanos() || !pending.oldestLeft().isZero());
    }

    /** In nanoseconds; until then nothing is due but what a host places. Zero or less: it may be. */
    private long untilSearch() {
        return haveNoOther() ? 0 : nextSearch - now();
    }

    /** Whether it is time to look for placed orders although there is other work. */
    boolean isPlacedDue() {
        return now() - placedSeen >= PLACED_DUE;
    }

    /** Orders that hosts placed, of which nothing is known yet; as many as there is room for. */
    List<UUID> placed(Session session) throws SQLException {
        placedSeen = now();
        Set<UUID> known = context.pieces().hidden();
        return pending.placed(session, known::contains, context.pieces().room());
    }

    /** Urgent orders, of which nothing is known yet; as many as there is room for. */
    List<UUID> urgent(Session session) throws SQLException {
        Set<UUID> known = context.pieces().hidden();
        return pending.urgent(session, known::contains, context.pieces().urgentRoom());
    }

    /** Whether the last search for urgent orders left some. */
    boolean isUrgentLeft() {
        return pending.isUrgentLeft();
    }

    /** Orders that no frame will deliver, as far as is known; as many as there is room for. */
    List<UUID> overdue(Session session) throws SQLException {
        askForFrameAge(session);
        boolean nothingOpen = context.pieces().areOver();
        Set<UUID> known = context.pieces().hidden();
        boolean wholly = now() - nextWhole >= 0;
        PendingOrders.Wanted wanted = new PendingOrders.Wanted(
                age(), known::contains, context.pieces().room(), wholly);
        long begin = now();
        List<UUID> ids = pending.overdue(session, wanted);
        nextSearch = begin + untilNextSearch().toNanos();
        if (wholly) {
            nextWhole = now() + WHOLE;
        }
        if (nothingOpen && ids.isEmpty()) {
            catchingUp = false;
        }
        return ids;
    }

    private Duration untilNextSearch() {
        if (pending.takenOut() > MANY_GROUPS) {
            return Duration.ZERO;
        }
        // what is older already is due as soon as its frame counts as lost, which is asked each time
        return QueueState.EMPTY_AGE.minus(pending.oldestLeft());
    }

    private static List<UUID> unknown(List<UUID> ids, Set<UUID> known, int most) {
        return ids.stream().filter(id -> !known.contains(id)).limit(most).toList();
    }

    private void askForFrameAge(Session session) throws SQLException {
        QueueState.NewestFrames newest = context.state().newest();
        if (newest == asked || newest.orders().isEmpty()) {
            return;
        }
        Duration since = Duration.ofNanos(now() - newest.nanos());
        // else the queue alone had the order, or its group was taken out already: the age known last is the best guess
        pending.youngest(session, newest.orders())
                .ifPresent(age -> context.state().newestFrameAge(age.minus(since)));
        asked = newest;
    }

    /**
     * When the intake could not publish, everything that was journaled until then is due. It is not enough to look
     * once, and what is journaled later is not meant: a busy queue carries that.
     */
    private Duration age() {
        if (unpublished.getAndSet(false)) {
            catchingUp = true;
            catchUpSince = now();
        }
        Duration usual = context.state().recoveryAge();
        if (!catchingUp) {
            return usual;
        }
        Duration sinceThen = Duration.ofNanos(now() - catchUpSince);
        return sinceThen.compareTo(usual) < 0 ? sinceThen : usual;
    }

    /** Orders whose claims nobody holds any more. */
    List<UUID> abandoned(Session session, Attempts attempts) throws SQLException {
        if (now() - nextSuspects < 0) {
            return List.of();
        }
        Set<UUID> known = context.pieces().hidden();
        List<UUID> ids = unknown(attempts.abandoned(session, MOST_SUSPECTS + known.size()), known, MOST_SUSPECTS);
        if (ids.size() < MOST_SUSPECTS) {
            suspectsSeen();
        }
        return ids;
    }

    private void suspectsSeen() {
        nextSuspects = now() + context.config().lease().toNanos() / 4;
    }

    /** What is still to be caught up with is left to the next one who looks. */
    void close() {
        if (catchingUp) {
            unpublished.set(true);
        }
    }

    private long now() {
        return context.nanoTime().getAsLong();
    }
}
