package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Decides as a worker does that meets others: what lost a race runs again. */
final class LostRaces {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Set<SqlFailure> TRIED_AGAIN = Set.of(SqlFailure.CONTENTION, SqlFailure.DUPLICATE_KEY);

    private LostRaces() {}

    /** Decides a batch, again after each lost race. */
    static BatchResult decideUntilDone(Engine engine, Session session, List<OrderEntry> batch) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (true) {
            try {
                return engine.decide(session, batch);
            } catch (SQLException | RetryBatchException e) {
                boolean lost =
                        e instanceof RetryBatchException || TRIED_AGAIN.contains(SqlFailure.of((SQLException) e));
                if (!lost || System.nanoTime() - end > 0) {
                    throw new AssertionError(e);
                }
                // as workers do, or H2 ends this transaction again and again, and never the other one of a deadlock
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
    }
}
