package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.DecidingPausedException;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * Does one piece of work in the database, and says what is to be done next because of it. Doing the same piece again
 * after a failure is safe at every point. Not thread-safe.
 */
final class Performer<O> {
    /** An order whose isolated attempt this often never ended is parked. */
    private static final int ATTEMPTS = 3;

    private final Origin<O> origin;
    private final Attempts attempts;

    /** The isolated attempt that was begun last: its repetition after an outage does not count. */
    private Work.Isolate<O> begun;

    Performer(Origin<O> origin, Attempts attempts) {
        this.origin = origin;
        this.attempts = attempts;
    }

    List<Work<O>> perform(Work<O> work, Session session) throws SQLException {
        if (work instanceof Work.Decide<O> decide) {
            origin.checkResumed(session);
            return decide.isClaimed()
                    ? decideClaimed(decide, session)
                    : origin.decide(decide.orders(), decide.around(), session).next();
        }
        if (work instanceof Work.Isolate<O> isolate) {
            origin.checkResumed(session);
            return isolate(isolate, session);
        }
        if (work instanceof Work.Park<O> park) {
            origin.park(park, session);
        } else if (work instanceof Work.EndAttempts<O> end) {
            attempts.end(session, end.orders());
        } else if (work instanceof Work.Release<O> release) {
            attempts.release(session, release.order());
            begun = null;
        } else if (work instanceof Work.SetAside<O> aside) {
            aside.statements().run(session);
        } else if (work instanceof Work.Look<O> look) {
            look.statements().run(session);
        } else if (work instanceof Work.Next<O> next) {
            return next.source().get();
        }
        return List.of();
    }

    /**
     * Orders that may have killed a worker are tried together under one claim each, and alone only where a claim tells
     * that such an attempt never ended: most of them are innocent.
     */
    private List<Work<O>> decideClaimed(Work.Decide<O> decide, Session session) throws SQLException {
        Attempts.Claims claims = origin.claim(decide, session);
        List<O> mine = decide.orders().stream()
                .filter(order -> claims.isMine(origin.id(order)))
                .toList();
        List<Work<O>> next = new ArrayList<>();
        if (!mine.isEmpty()) {
            Origin.Decided<O> decided = decideOrTakeBack(mine, decide.around(), session);
            next.addAll(decided.next());
            next.addAll(afterwards(mine, decided.unfit(), decide.around()));
        }
        for (O order : decide.orders()) {
            if (claims.abandoned().contains(origin.id(order))) {
                next.add(new Work.Isolate<>(order));
            } else if (claims.others().contains(origin.id(order))) {
                origin.leave(order);
            }
        }
        return next;
    }

    /** A pause may last for days: a claim that is left behind meanwhile would count as the trace of a death. */
    private Origin.Decided<O> decideOrTakeBack(List<O> mine, boolean around, Session session) throws SQLException {
        try {
            return origin.decide(mine, around, session);
        } catch (DecidingPausedException e) {
            attempts.end(session, ids(mine));
            throw e;
        }
    }

    /** What did not fit is claimed and goes on at once; for the others the attempt is over. */
    private List<Work<O>> afterwards(List<O> tried, List<O> unfit, boolean around) {
        if (unfit.isEmpty()) {
            return List.of(new Work.EndAttempts<>(ids(tried)));
        }
        List<UUID> unfitIds = ids(unfit);
        List<UUID> over = new ArrayList<>(ids(tried));
        over.removeAll(Set.copyOf(unfitIds));
        return List.of(new Work.Decide<>(unfit, around, Work.Claimed.YES), new Work.EndAttempts<>(over));
    }

    /** The same order may come twice. */
    private List<UUID> ids(List<O> orders) {
        return orders.stream().map(origin::id).distinct().toList();
    }

    /**
     * The claim is written before and taken back after, each in a transaction of its own: what stays behind is a crash.
     */
    private List<Work<O>> isolate(Work.Isolate<O> isolate, Session session) throws SQLException {
        UUID id = origin.id(isolate.order());
        boolean again = begun == isolate;
        begun = isolate;
        OptionalInt attempt = attempts.begin(session, id, again);
        if (attempt.isEmpty()) {
            begun = null;
            origin.leave(isolate.order());
            return List.of();
        }
        Work<O> end = new Work.EndAttempts<>(List.of(id));
        if (attempt.getAsInt() > ATTEMPTS) {
            String detail = ATTEMPTS + " isolated attempts never ended";
            return List.of(new Work.Park<>(isolate.order(), DeadLetterReason.CRASHED_WORKER, detail, ATTEMPTS), end);
        }
        Origin.Decided<O> decided = decideAloneOrRelease(isolate.order(), session);
        List<Work<O>> next = new ArrayList<>(decided.next());
        next.add(decided.isHeld() ? new Work.Release<>(id) : end);
        return next;
    }

    private Origin.Decided<O> decideAloneOrRelease(O order, Session session) throws SQLException {
        try {
            return origin.decideAlone(order, session);
        } catch (DecidingPausedException e) {
            attempts.release(session, origin.id(order));
            begun = null;
            throw e;
        }
    }
}
