package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransactionRollbackException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What happens at each step of a {@link FaultyDataSource}: nothing, a failure, or anything else a test wants to do at
 * that moment. Called on the thread that uses the connection; must be threadsafe when several do.
 */
@FunctionalInterface
public interface FaultPlan {

    /** A moment at which a plan is asked. */
    enum Step {
        GET_CONNECTION,
        BEFORE_EXECUTE,
        /** The statement has been executed; without a transaction it is committed too. */
        AFTER_EXECUTE,
        BEFORE_COMMIT,
        /** The transaction is committed, and a failure now tells the caller otherwise. */
        AFTER_COMMIT
    }

    /** Fails nowhere. */
    FaultPlan NONE = (step, sql) -> {};

    /**
     * Called when a step is reached.
     *
     * @param sql the statement at the execute steps, {@code COMMIT} at those, else empty
     * @throws SQLException to let the step fail. With an SQL state of class 08 the connection is lost: its transaction
     *     is rolled back, where it was not committed yet, and everything else on it fails too. With class 40 the
     *     transaction is rolled back and the connection remains usable. With another state only the step fails.
     */
    void reached(Step step, String sql) throws SQLException;

    /** Loses the connection at each step with the same probability, from 0 to 1. */
    static FaultPlan random(long seed, double share) {
        Map<Step, Double> shares = new EnumMap<>(Step.class);
        for (Step step : Step.values()) {
            shares.put(step, share);
        }
        return random(seed, shares);
    }

    /**
     * Loses the connection at each named step with its probability. The same seed and the same steps give the same
     * losses.
     */
    static FaultPlan random(long seed, Map<Step, Double> shares) {
        Random random = new Random(seed);
        Map<Step, Double> copy = Map.copyOf(shares);
        return (step, sql) -> {
            synchronized (random) {
                if (random.nextDouble() < copy.getOrDefault(step, 0.0)) {
                    throw lost(step);
                }
            }
        };
    }

    /** Loses the connection when the step is reached for the n-th time, counted from 1 over all connections. */
    static FaultPlan nth(Step step, int n) {
        return nth(step, n, () -> lost(step));
    }

    /** Fails as told when the step is reached for the n-th time, counted from 1 over all connections. */
    static FaultPlan nth(Step step, int n, Supplier<SQLException> failure) {
        requireNonNull(step, "step");
        AtomicInteger reached = new AtomicInteger();
        return (now, sql) -> {
            if (now == step && reached.incrementAndGet() == n) {
                throw failure.get();
            }
        };
    }

    /** This plan, then the other where this one did not fail. */
    default FaultPlan and(FaultPlan other) {
        return (step, sql) -> {
            reached(step, sql);
            other.reached(step, sql);
        };
    }

    /** The failure of a connection that broke, as Connector/J reports it: SQL state 08S01. */
    static SQLException lost(Step step) {
        return new SQLRecoverableException("injected: connection lost at " + step, "08S01");
    }

    /** The failure of the victim of a deadlock, as MariaDB and MySQL report it: 1213, SQL state 40001. */
    static SQLException deadlock() {
        return new SQLTransactionRollbackException("injected: deadlock", "40001", 1213);
    }

    /** A lock wait that ended without the lock, as MariaDB and MySQL report it: 1205; the transaction stays open. */
    static SQLException lockWaitTimeout() {
        return new SQLException("injected: lock wait timeout", "HY000", 1205);
    }

    /** The refusal of a server that is read-only: 1290. */
    static SQLException readOnly() {
        return new SQLException("injected: the server is read-only", "HY000", 1290);
    }
}
