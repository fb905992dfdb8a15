package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.loadtest.counting.Records;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until every accepted order of a phase has its verdict. When nothing is heard for a while it looks into the
 * database, since another process may have decided, or an event may be lost. Gives up when neither brings any progress
 * for a minute; what is left then counts as lost.
 */
public final class Drain {
    private static final long GLANCE_NANOS = 2_000_000;
    private static final long SILENCE_NANOS = 1_000_000_000;
    private static final int LOOK_AT = 2_000;

    private final Records records;
    private final Duration patience;

    public Drain(Records records, Duration patience) {
        this.records = records;
        this.patience = patience;
    }

    /** Waits; all submissions must have their answers, unless the phase is given up. */
    public void await(Phase phase) throws SQLException {
        int settled = phase.settled();
        long progress = System.nanoTime();
        long looked = progress;
        while (phase.unsettled() > 0 && !phase.isGivenUp()) {
            LockSupport.parkNanos(this, GLANCE_NANOS);
            long now = System.nanoTime();
            if (phase.settled() != settled) {
                settled = phase.settled();
                progress = now;
            } else if (now - progress > patience.toNanos()) {
                return;
            } else if (now - Math.max(progress, looked) > SILENCE_NANOS) {
                phase.readVerdicts(records, 0, LOOK_AT);
                looked = now;
            }
        }
    }
}
