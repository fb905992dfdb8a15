package io.orderflow.internal.worker;

import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Orders that recovery found in the journal: nobody waits for one that is decided, and what cannot be decided now is
 * found by a later search. All are claimed, so that it is known what was in work when a runner died. Not thread-safe.
 */
final class JournalOrders implements Origin<UUID> {
    /** So long no row is waited for after such a wait was in vain; then one wait tries whether things are better. */
    private static final long IMPATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static final Attempts.Claims ALL_MINE = new Attempts.Claims(Set.of(), Set.of());

    private final WorkerContext context;
    private final Recoverer recoverer;
    private boolean impatient;
    private long impatientUntil;

    JournalOrders(WorkerContext context, Recoverer recoverer) {
        this.context = context;
        this.recoverer = recoverer;
    }

    /** The work to decide a piece of the journal's backlog. */
    Work<UUID> piece(List<UUID> ids, Work.Claimed claimed) {
        return new Work.Decide<>(ids, isImpatient(), claimed);
    }

    @Override
    public void checkResumed(Session session) throws SQLException {
        context.engine().checkResumed(session);
    }

    @Override
    public UUID id(UUID order) {
        return order;
    }

    @Override
    public String describe(List<UUID> ids) {
        return "recovery of " + ids.size() + " orders";
    }

    /** What others hold or left behind is none of this piece: the search for abandoned claims finds it. */
    @Override
    public Attempts.Claims claim(Work.Decide<UUID> piece, Session session) throws SQLException {
        List<UUID> ids = piece.orders();
        if (piece.claimed() == Work.Claimed.YES) {
            return ALL_MINE;
        }
        Set<UUID> notMine = new HashSet<>(ids);
        if (piece.claimed() == Work.Claimed.NOT) {
            recoverer.attempts().claimUndecided(session, ids).forEach(notMine::remove);
        } else {
            // also those that are decided, or their claims would stay
            notMine.removeIf(recoverer.attempts().claim(session, ids)::isMine);
        }
        return new Attempts.Claims(Set.of(), notMine);
    }

    @Override
    public Decided<UUID> decide(List<UUID> ids, boolean around, Session session) throws SQLException {
        BatchResult result = recoverer.decide(ids, around, session);
        List<UUID> unfit = recoverer.rest(ids, result);
        if (!around && !result.verdicts().isEmpty()) {
            context.pieces().goodTimes();
        }
        return new Decided<>(unfit, !result.waiting().isEmpty(), List.of());
    }

    /** Nothing tries it again soon, as a worker does with what waits: so it waits in line for its rows now and then. */
    @Override
    public Decided<UUID> decideAlone(UUID id, Session session) throws SQLException {
        BatchResult result = recoverer.decide(List.of(id), true, session);
        if (!result.waiting().isEmpty() && !isImpatient()) {
            result = recoverer.decide(List.of(id), false, session);
        }
        boolean held = !result.waiting().isEmpty();
        if (held) {
            context.pieces().passOver(List.of(id));
        }
        return new Decided<>(List.of(), held, List.of());
    }

    @Override
    public void park(Work.Park<UUID> park, Session session) throws SQLException {
        UUID id = park.order();
        DeadLetters.Parking why = new DeadLetters.Parking(park.reason(), park.detail(), park.attempts());
        if (context.deadLetters().park(session, id, why)) {
            context.events().deadLettered(park.reason(), "order " + id + ": " + park.detail());
        }
    }

    @Override
    public void leave(UUID id) {
        // somebody else decides it, or has
    }

    @Override
    public void badTimes() {
        context.pieces().badTimes();
    }

    /** What is to be parked is forgotten, but for what its claim counts: the next search finds it. */
    @Override
    public Optional<List<Work<UUID>>> goAround(Work<UUID> work) {
        if (work instanceof Work.Park<UUID> park) {
            context.pieces().passOver(List.of(park.order()));
            return Optional.of(List.of(new Work.Release<>(park.order())));
        }
        if (work instanceof Work.Decide<UUID> piece && !piece.around()) {
            becomeImpatient();
            return Optional.of(List.of(piece.goingAround()));
        }
        if (work instanceof Work.Isolate<UUID> && !isImpatient()) {
            becomeImpatient();
            return Optional.of(List.of(work));
        }
        return Optional.empty();
    }

    private void becomeImpatient() {
        impatient = true;
        impatientUntil = context.nanoTime().getAsLong() + IMPATIENCE;
    }

    /**
     * Whether a wait for a row has just been in vain: for a while what others hold is left out without waiting for it.
     */
    private boolean isImpatient() {
        return impatient && context.nanoTime().getAsLong() - impatientUntil < 0;
    }
}
