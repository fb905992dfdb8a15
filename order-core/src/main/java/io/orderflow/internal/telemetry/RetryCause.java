package io.orderflow.internal.telemetry;

import io.orderflow.internal.sql.SqlFailure;

/** Why work is tried again. */
public enum RetryCause {
    /** Lost against another transaction: deadlock or lock wait. */
    CONTENTION,
    /** A row with that key was there already. */
    DUPLICATE_KEY,
    /** Rows changed between a look without a lock and the lock. */
    CHANGED_ROWS,
    /** The database is away, refuses, or is not set up as it must be. */
    OUTAGE,
    /** The connection broke, so nobody knows whether it was done. */
    CONNECTION_LOST,
    /** Rows are not as they must be. */
    BROKEN,
    /** The orders themselves made it fail. */
    POISON;

    /** The cause that a failed statement is. */
    public static RetryCause of(SqlFailure failure) {
        return switch (failure) {
            case CONTENTION -> CONTENTION;
            case DUPLICATE_KEY -> DUPLICATE_KEY;
            case OUTAGE -> OUTAGE;
            case CONNECTION_LOST -> CONNECTION_LOST;
            case CHECK_VIOLATED -> BROKEN;
            case DATA -> POISON;
        };
    }
}
