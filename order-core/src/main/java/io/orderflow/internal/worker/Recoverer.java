package io.orderflow.internal.worker;

import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DecidingPausedException;
import io.orderflow.internal.loop.Whereabouts;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides pieces of the journal's backlog, for recovery and for the workers that help it. Doing the same piece again
 * after a failure is safe at every point, by any thread of the runner, since all of them claim in one name. Not
 * thread-safe.
 */
final class Recoverer {
    private static final Logger log = LoggerFactory.getLogger(Recoverer.class);

    private final WorkerContext context;
    private final Attempts attempts;

    Recoverer(WorkerContext context) {
        this.context = context;
        this.attempts = new Attempts(
                context.tables(), context.claimLease(), context.pieces().owner());
    }

    /** The claims of this runner. */
    Attempts attempts() {
        return attempts;
    }

    /**
     * One try of a piece from the claims to their end, for a worker; what becomes of it in the end is {@link Pieces}'s.
     */
    void tryOnce(List<UUID> piece, Session session) throws SQLException {
        context.engine().checkResumed(session);
        List<UUID> mine = attempts.claimUndecided(session, piece);
        List<UUID> rest = List.of();
        if (!mine.isEmpty()) {
            rest = rest(mine, decideOrTakeBack(mine, session));
            attempts.end(session, mine);
        }
        context.pieces().decided(piece, rest);
    }

    private BatchResult decideOrTakeBack(List<UUID> mine, Session session) throws SQLException {
        try {
            return decide(mine, false, session);
        } catch (DecidingPausedException e) {
            // as Performer does
            attempts.end(session, mine);
            throw e;
        }
    }

    /** What was left since it did not fit is to be decided at once; what others hold is passed over. */
    List<UUID> rest(List<UUID> ids, BatchResult result) {
        Set<UUID> left = new HashSet<>(ids);
        result.verdicts().forEach(verdict -> left.remove(verdict.entry().id()));
        if (result.verdicts().isEmpty()) {
            context.pieces().passOver(left);
            return List.of();
        }
        return ids.stream().filter(left::contains).toList();
    }

    /** Decides orders that are claimed, and tells of it. */
    BatchResult decide(List<UUID> ids, boolean around, Session session) throws SQLException {
        Whereabouts.at("in the database with " + ids.size() + " orders of the journal's backlog");
        return context.decide(
                true,
                () -> around
                        ? context.engine().recoverAround(session, ids)
                        : context.engine().recover(session, ids));
    }

    /**
     * Claims that nobody sees to any more: or others would wait for the end of a lease. With the database away they
     * have to.
     */
    void takeBackClaims(SessionHolder session) {
        try {
            attempts.endAll(session.get());
        } catch (SQLException | RuntimeException e) {
            log.debug("claims on orders end with their leases: {}", SqlFailure.reason(e));
            session.discard(e);
        }
    }
}
