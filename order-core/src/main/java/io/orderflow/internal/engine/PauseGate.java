package io.orderflow.internal.engine;

import io.orderflow.DecidingPause;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the batches of one runner know of a pause. While nobody has met one, a batch asks nothing: the statement that
 * draws its number tells. Once one was refused, the row is read before work is begun, so that nothing is claimed or
 * counted in a pause. Thread-safe.
 */
final class PauseGate {
    private final Tables tables;
    private volatile boolean met;

    PauseGate(Tables tables) {
        this.tables = tables;
    }

    /**
     * Looks whether a pause is over that somebody has met; a look commits.
     *
     * @throws DecidingPausedException if it is not
     */
    void pass(Session session) throws SQLException {
        if (met) {
            throwIfAny(session.transaction(() -> PauseRow.read(tables, session.connection())));
        }
    }

    /**
     * Looks why no number was drawn, if none was; the transaction is open, and the caller ends it.
     *
     * @return the number; none if the pause is no reason, or is over
     * @throws DecidingPausedException if the pause is the reason
     */
    OptionalLong drawn(Session session, OptionalLong number) throws SQLException {
        if (number.isEmpty()) {
            throwIfAny(PauseRow.read(tables, session.connection()));
        }
        return number;
    }

    /** What it is for a batch whose number depends on nothing else. */
    static RetryBatchException resumedMeanwhile() {
        return new RetryBatchException("deciding was paused and resumed meanwhile");
    }

    private void throwIfAny(Optional<DecidingPause> pause) {
        met = pause.isPresent();
        pause.ifPresent(now -> {
            throw new DecidingPausedException(now);
        });
    }
}
