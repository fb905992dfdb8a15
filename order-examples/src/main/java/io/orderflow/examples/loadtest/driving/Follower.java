package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.loadtest.counting.Records;
import io.orderflow.examples.loadtest.counting.RunLedger;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the verdicts that nobody tells this process, as a caller would who asks again and again: a few milliseconds
 * after they are committed. Asks for the oldest orders first and, when many wait and hardly any of them has changed,
 * less often, so that asking costs the database little beside deciding.
 */
public final class Follower implements AutoCloseable {
    private static final long SHORTEST_PAUSE_NANOS = 5_000_000;
    private static final long LONGEST_PAUSE_NANOS = 80_000_000;
    private static final long STOP_MILLIS = 10_000;
    private static final int LOOK_AT = 500;
    private static final int FEW = 10;

    private final Records records;
    private final Phase phase;
    private final Thread thread = new Thread(this::run, "submitter-follower");
    private volatile boolean closed;
    private int from;
    private long pauseNanos = SHORTEST_PAUSE_NANOS;

    private Follower(Records records, Phase phase) {
        this.records = records;
        this.phase = phase;
    }

    /** Follows the phase until it is closed. */
    public static Follower start(Records records, Phase phase) {
        Follower follower = new Follower(records, phase);
        follower.thread.setDaemon(true);
        follower.thread.start();
        return follower;
    }

    private void run() {
        while (!closed) {
            try {
                look();
            } catch (SQLException e) {
                // the thread that waits for the verdicts reads them too, and reports it
                pauseNanos = LONGEST_PAUSE_NANOS;
            }
            LockSupport.parkNanos(this, pauseNanos);
        }
    }

    private void look() throws SQLException {
        skipSettled();
        Records.Looked looked = phase.readVerdicts(records, from, LOOK_AT);
        // a short line is looked at often, for its times; a long one only as often as that pays
        boolean few = looked.asked() == LOOK_AT && looked.found() * FEW < LOOK_AT;
        pauseNanos = few ? Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2) : SHORTEST_PAUSE_NANOS;
    }

    private void skipSettled() {
        int end = phase.submitted();
        while (from < end && isSettled(phase.ledger().marks(from))) {
            from++;
        }
    }

    private static boolean isSettled(int marks) {
        return (marks & RunLedger.ACCEPTED) != 0 && (marks & RunLedger.DECIDED) != 0;
    }

    /** Ends after the look that is under way. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
