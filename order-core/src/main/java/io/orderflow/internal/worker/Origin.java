package io.orderflow.internal.worker;

import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the orders of a {@link WorkList} come from, and what is done when they are decided, or cannot be decided now.
 * All else that becomes of them is the same for all. Doing the same again after a failure is safe at every point. Not
 * thread-safe.
 *
 * @param <O> an order as this origin knows it
 */
interface Origin<O> {
    UUID id(O order);

    /** What it is to decide these orders, for the log. */
    String describe(List<O> orders);

    /**
     * Asks before orders are claimed and decided whether a pause is over that somebody has met.
     *
     * @throws io.orderflow.internal.engine.DecidingPausedException if it is not
     */
    void checkResumed(Session session) throws SQLException;

    /** Claims the orders of a batch; those that it says are abandoned are tried alone at once. */
    Attempts.Claims claim(Work.Decide<O> batch, Session session) throws SQLException;

    /** Decides orders in one transaction, and sees to what is decided and to what waits for rows. */
    Decided<O> decide(List<O> orders, boolean around, Session session) throws SQLException;

    /** As {@link #decide}, for an order that is claimed for itself. */
    Decided<O> decideAlone(O order, Session session) throws SQLException;

    /** Sets an order aside that cannot be decided. */
    void park(Work.Park<O> park, Session session) throws SQLException;

    /** Somebody else tries the order now: it is for later, or for nobody here. */
    void leave(O order);

    /** The database is away, or somebody holds a row and does not let go. */
    void badTimes();

    /**
     * Somebody holds a row and does not let go: what needs it is for later, so that the others go on.
     *
     * @param work what has waited for the row in vain
     * @return what comes instead; empty to try the same again after a pause
     */
    Optional<List<Work<O>>> goAround(Work<O> work);

    /**
     * What came of deciding orders.
     *
     * @param unfit what was left out because the batch had too many lines
     * @param isHeld whether some of the others need rows that somebody holds; they are seen to
     * @param next what follows
     */
    record Decided<O>(List<O> unfit, boolean isHeld, List<Work<O>> next) {}
}
