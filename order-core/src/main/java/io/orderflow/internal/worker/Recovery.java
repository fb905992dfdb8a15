package io.orderflow.internal.worker;

import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Decides orders of the journal that no frame will deliver, or not soon: placed by hosts, never published, lost with
 * the queue, left by a worker that died. It alone searches; what it finds is decided by it and by the workers of its
 * runner ({@link Pieces}), and what they could not decide by it alone. One thread uses it; {@link #runOnce} is one
 * step.
 *
 * <ul>
 *   <li><b>R1</b> Candidates are read without locks and locked by primary key alone, leaving out what others hold.
 *   <li><b>R2</b> A piece is claimed before it is decided, so that an order which kills its worker is found: what is
 *       claimed and abandoned is decided one by one.
 *   <li><b>R3</b> An order whose isolated attempt three times never ended is parked. An outage never counts as an
 *       attempt.
 *   <li><b>R4</b> Nothing is published again.
 *   <li><b>R5</b> Placed orders are looked for again and again between the pieces of others, so that they wait for one
 *       piece and not for all.
 *   <li><b>R6</b> Orders that need a row which another transaction holds are left for later, and all others go on.
 *   <li><b>R7</b> The workers find a piece as long as there is one: the next search comes before the last one's are
 *       used up.
 *   <li><b>R8</b> Urgent orders are looked for more often than all others while the queue is behind
 *       ({@link UrgentLane}), and tried before what is in work, in turns with it.
 * </ul>
 */
final class Recovery {
    /** After a search that left nothing to do, and while one is near. */
    static final Duration IDLE = Duration.ofMillis(250);

    /** Between two looks into an empty journal; an order that a host placed may wait twice as long. */
    static final Duration REST = Duration.ofMillis(500);

    /** While recovery is the only delivery, an order waits no longer than this for it. */
    private static final Duration ALERT = Duration.ofMillis(50);

    private final SessionHolder session;
    private final Candidates candidates;
    private final Pieces pieces;
    private final UrgentLane lane;
    private final LongSupplier nanoTime;
    private final Recoverer recoverer;
    private final JournalOrders origin;
    private final Failures failures;
    private final WorkList<UUID> work;

    /** Whether the last search left nothing to do. */
    private boolean quiet;

    /** Until then the next search has time, unless somebody says otherwise. */
    private long restUntil;

    private long searchedAt;
    private boolean urgentSinceSearch;
    private volatile boolean hinted;

    /** Whether the last look for urgent orders found a group. */
    private boolean urgentSeen;

    /** How much other work waits until an urgent piece is seen to; below 0 while there is none in work. */
    private int behindUrgent = -1;

    /** The pieces that the work is about. */
    private final List<List<UUID>> taken = new ArrayList<>();

    /** A read of the journal. */
    @FunctionalInterface
    private interface Search {
        void run(Session open) throws SQLException;
    }

    /**
     * Recovery of one runner.
     *
     * @param unpublished set by the intake of this process when it has journaled orders that it could not publish;
     *     cleared here, and remembered until they are decided
     */
    Recovery(String name, WorkerContext context, AtomicBoolean unpublished) {
        this.session = context.newSession();
        this.candidates = new Candidates(context, unpublished);
        this.pieces = context.pieces();
        this.lane = context.lane();
        this.nanoTime = context.nanoTime();
        this.restUntil = nanoTime.getAsLong();
        this.searchedAt = restUntil;
        this.recoverer = new Recoverer(context);
        this.origin = new JournalOrders(context, recoverer);
        this.failures = new Failures(name, context);
        this.work = new WorkList<>(origin, recoverer.attempts(), session, failures);
    }

    /**
     * Does one step: searches, or does one piece of work.
     *
     * @return how long the caller may pause before the next step, in nanoseconds; a hint ends the pause early
     */
    long runOnce() {
        long wait = failures.untilRetry();
        if (wait > 0) {
            return wait;
        }
        if (isLookDue() && !lookForUrgent()) {
            return failures.untilRetry();
        }
        // the work of a piece goes first
        if (work.isEmpty() && (pieces.isMoreWanted() || !pieces.areForRecovery() || isSearchOverdue())) {
            return Math.min(restOrSearch(), lane.untilLook());
        }
        if (isBegun() || !candidates.isPlacedDue() || read(this::findPlaced)) {
            if (!isBegun()) {
                beginUrgent();
            }
            decide();
        }
        return failures.untilRetry();
    }

    /** Leaves what is begun to the next search. */
    void close() {
        new Closing()
                .then(this::leaveWork)
                .then(session::giveBack)
                .then(candidates::close)
                .then(failures::end)
                .end();
    }

    private void leaveWork() {
        boolean leftBehind = pieces.close();
        if ((leftBehind || !work.isEmpty()) && !failures.isRetrying()) {
            recoverer.takeBackClaims(session);
        }
    }

    /** Something is in the journal that the next step is to find, however short the rest was. By any thread. */
    void hint() {
        hinted = true;
    }

    /** However many urgent orders come, the others of the journal are looked for; and however long that takes. */
    private boolean isSearchOverdue() {
        long now = nanoTime.getAsLong();
        return urgentSinceSearch
                && pieces.areOnlyUrgent()
                && restUntil - now <= 0
                && now - searchedAt >= IDLE.toNanos();
    }

    /** Not while enough of them wait: what is known is read each time, and all of it is kept in memory. */
    private boolean isLookDue() {
        return pieces.isUrgentWanted() && lane.isLookDue(!work.isEmpty() || pieces.areForRecovery());
    }

    /** A look for urgent orders must not bring the next search forward. */
    private long restOrSearch() {
        long left = restUntil - nanoTime.getAsLong();
        if (left > 0 && lane.isBehind() && !hinted && !candidates.haveNoOther()) {
            if (!urgentSeen) {
                session.giveBack();
            }
            return left;
        }
        hinted = false;
        searchedAt = nanoTime.getAsLong();
        urgentSinceSearch = false;
        long pause = search();
        restUntil = nanoTime.getAsLong() + pause;
        return pause;
    }

    /** One statement while there is none; returns false if the journal could not be read. */
    private boolean lookForUrgent() {
        lane.looks();
        if (!session.isHeld() && candidates.lookForUrgentInVain()) {
            urgentSeen = false;
            lane.looked(false);
            return true;
        }
        return read(open -> {
            findUrgent(open);
            lane.looked(!urgentSeen && candidates.isUrgentLeft());
        });
    }

    private void findUrgent(Session open) throws SQLException {
        List<UUID> found = candidates.urgent(open);
        urgentSeen = !found.isEmpty();
        pieces.foundUrgent(found);
    }

    private long search() {
        if (quiet && candidates.lookInVain()) {
            return pauseAfterLook();
        }
        quiet = false;
        if (!read(this::find)) {
            return failures.untilRetry();
        }
        failures.over();
        if (!work.isEmpty() || pieces.areForRecovery() || pieces.isMoreWanted()) {
            return 0;
        }
        session.giveBack();
        quiet = true;
        return (candidates.haveNoOther() ? ALERT : IDLE).toNanos();
    }

    private long pauseAfterLook() {
        if (candidates.haveNoOther()) {
            return ALERT.toNanos();
        }
        return (candidates.isSearchNear() ? IDLE : REST).toNanos();
    }

    private void find(Session open) throws SQLException {
        int room = pieces.room();
        if (pieces.isUrgentWanted()) {
            lane.looks();
            findUrgent(open);
        }
        List<UUID> placed = candidates.placed(open);
        List<UUID> overdue = candidates.overdue(open);
        pieces.found(placed, overdue, placed.size() >= room || overdue.size() >= room);
        candidates.abandoned(open, recoverer.attempts()).forEach(id -> work.add(new Work.Isolate<>(id)));
    }

    private void findPlaced(Session open) throws SQLException {
        pieces.found(candidates.placed(open), List.of(), pieces.isMoreExpected());
        pieces.takePlaced().ifPresent(piece -> begin(piece, Work.Claimed.NOT));
    }

    /** Reads the journal. When that fails, none of the orders in work is to blame. */
    private boolean read(Search search) {
        try {
            search.run(session.get());
            return true;
        } catch (SQLException | RuntimeException e) {
            Failures.Kind kind = Failures.seeToBlamingNobody(e, session);
            work.doubtClaims();
            if (Failures.areBadTimes(e)) {
                pieces.badTimes();
            }
            failures.pause(kind, "the search of the journal", e);
            return false;
        } catch (Error e) {
            session.discard(e);
            work.doubtClaims();
            throw e;
        }
    }

    /** Whether something is to be seen to its end before anything else: an urgent piece, or the claims of any. */
    private boolean isBegun() {
        return work.isEnding() || behindUrgent >= 0 && work.size() > behindUrgent;
    }

    private void beginUrgent() {
        int others = work.size();
        Optional<List<UUID>> urgent = pieces.takeUrgent(others > 0);
        urgent.ifPresent(piece -> begin(piece, Work.Claimed.NOT));
        urgentSinceSearch |= urgent.isPresent();
        behindUrgent = urgent.isPresent() ? others : -1;
    }

    private void decide() {
        if (work.isEmpty()) {
            pieces.takeFailed()
                    .ifPresentOrElse(
                            piece -> begin(piece, Work.Claimed.MAYBE),
                            () -> pieces.take().ifPresent(piece -> begin(piece, Work.Claimed.NOT)));
        }
        if (!work.isEmpty()) {
            work.attempt();
        }
        if (behindUrgent >= 0 && !isBegun()) {
            endUrgent();
        }
        if (work.isEmpty()) {
            pieces.ended(taken);
            taken.clear();
        }
    }

    /** Its piece was begun last; one of its orders may have to be found again, while there is other work. */
    private void endUrgent() {
        pieces.ended(List.of(taken.remove(taken.size() - 1)));
        behindUrgent = -1;
    }

    private void begin(List<UUID> piece, Work.Claimed claimed) {
        taken.add(piece);
        work.addFirst(origin.piece(piece, claimed));
    }
}
