package io.orderflow.internal.sql;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a failed statement means for the transaction it was part of. */
public enum SqlFailure {
    /** Lost against another transaction (deadlock, lock wait): the same transaction again will do. */
    CONTENTION,
    /** A row with that key is there already. */
    DUPLICATE_KEY,
    /**
     * The server is away, refuses to work, is set up wrongly, full, or says something unheard of: try again later. Never taken
     * for the order's fault, so that no mistake in the surroundings can set orders aside.
     */
    OUTAGE,
    /** The connection broke while the statement was under way: it was done, or not. */
    CONNECTION_LOST,
    /** A CHECK constraint would be violated: a check of our own failed before. */
    CHECK_VIOLATED,
    /** A value of the statement is at fault: the same order would fail again. */
    DATA;

    private static final Set<Integer> CONTENTION_CODES = Set.of(1205, 1213, 1020, 3572, 40001, 50200, 90131);

    /** H2 gives the SQL state as its code. */
    private static final Set<Integer> DEADLOCK_CODES = Set.of(1213, 40001);

    private static final Set<Integer> LOCK_WAIT_CODES = Set.of(1205, 50200);

    private static final Set<Integer> DUPLICATE_CODES = Set.of(1062, 1586, 23505);

    private static final Set<Integer> CHECK_CODES = Set.of(3819, 4025, 23513);

    /** Connections killed or servers going down, told on a connection that is of no use afterwards. */
    private static final Set<Integer> LOST_CODES = Set.of(
            1053, 1152, 1158, 1159, 1160, 1161, 1184, 1317, 1927, 1969, 3024, 3169, 4031, 90067, 90098, 90121, 90028,
            90031, 57014);

    /** Where H2 and the other drivers (when they are asked to, also about deadlocks) begin to repeat statements. */
    private static final Pattern STATEMENT = Pattern.compile("(;| in)? SQL statement"
            + "|\\s*Query being executed when exception was thrown"
            + "|\\s*Query is:"
            + "|\\s*deadlock information:"
            + "|\\s*=+\\s[^=]*INNODB MONITOR OUTPUT"
            + "|\\s*thread name:");

    private static final int LONGEST_TEXT = 300;

    /** Looks at the first exception of the chain that says something definite. */
    public static SqlFailure of(SQLException thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                SqlFailure failure = ofOne(sql);
                if (failure != OUTAGE) {
                    return failure;
                }
            }
        }
        return OUTAGE;
    }

    /** Whether the server ended the transaction to end a deadlock, and not after a wait for a lock. */
    public static boolean isDeadlock(SQLException thrown) {
        return hasCodeOf(thrown, DEADLOCK_CODES);
    }

    /** Whether the statement waited for a lock as long as it may. */
    public static boolean isLockWait(SQLException thrown) {
        return hasCodeOf(thrown, LOCK_WAIT_CODES);
    }

    private static boolean hasCodeOf(SQLException thrown, Set<Integer> codes) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && codes.contains(sql.getErrorCode())) {
                return true;
            }
        }
        return false;
    }

    private static SqlFailure ofOne(SQLException sql) {
        int code = sql.getErrorCode();
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        if (CONTENTION_CODES.contains(code) || state.startsWith("40")) {
            return CONTENTION;
        }
        if (DUPLICATE_CODES.contains(code)) {
            return DUPLICATE_KEY;
        }
        if (CHECK_CODES.contains(code)) {
            return CHECK_VIOLATED;
        }
        if (sql instanceof SQLTransientConnectionException) {
            return OUTAGE;
        }
        if (LOST_CODES.contains(code)
                || state.startsWith("08")
                || sql instanceof SQLRecoverableException
                || sql instanceof SQLNonTransientConnectionException) {
            return CONNECTION_LOST;
        }
        return state.startsWith("22") || state.startsWith("23") ? DATA : OUTAGE;
    }

    /**
     * What an exception says, fit for a log, a result or a health check. Some drivers repeat the statement in their message, and
     * in its text stand the requests of buyers, so it is left out; what is left is cut.
     */
    public static String withoutStatement(String message) {
        String whole = String.valueOf(message);
        Matcher statement = STATEMENT.matcher(whole);
        String said = statement.find() ? whole.substring(0, statement.start()) : whole;
        return said.length() > LONGEST_TEXT ? said.substring(0, LONGEST_TEXT) + "..." : said;
    }

    /** Whether the same work again, now or later, can succeed without anybody changing the work. */
    public boolean isTransient() {
        return this == CONTENTION || this == DUPLICATE_KEY || this == OUTAGE || this == CONNECTION_LOST;
    }

    /** Whether the server said no, so that the statement certainly has no effect. */
    public boolean isDefinite() {
        return this != CONNECTION_LOST;
    }

    /** Whether the connection must not be used again. */
    public boolean endsConnection() {
        return this == OUTAGE || this == CONNECTION_LOST;
    }
}
