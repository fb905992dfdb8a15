package io.orderflow.internal.sql;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a failed statement means for the transaction it was part of. */
public enum SqlFailure {
    /** Lost against another transaction (deadlock, lock wait): the same transaction again will do. */
    CONTENTION,
    /** A row with that key is there already. */
    DUPLICATE_KEY,
    /**
     * The server is away, refuses to work, is set up wrongly, full, or says something unheard of: try again later.
     * Never taken for the order's fault, so that no mistake in the surroundings can set orders aside.
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

    /** A user's password, a token or a key store's password in a URL or in a list of properties. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)([\\w.-]*(?:password|passwd|passphrase|pwd|secret|token|credential)[\\w.-]*)=[^&;,\\s)}\\]]+");

    /** User and password before the host of a URL. */
    private static final Pattern IN_ADDRESS = Pattern.compile("//[^/@\\s]+@");

    private static final Pattern LINE_END = Pattern.compile("\\s*[\\p{Cntrl}\\u2028\\u2029]+\\s*");

    private static final String OURS = "io.orderflow.";

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

    /** Whether the database is away or refuses, or the connection broke: the same again later may succeed. */
    public static boolean isOutage(Throwable thrown) {
        if (!(thrown instanceof SQLException sql)) {
            return false;
        }
        SqlFailure failure = of(sql);
        return failure == OUTAGE || failure == CONNECTION_LOST;
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
     * What an exception says, fit for a log, a result or a health check. Some drivers repeat the statement in their
     * message, and in its text stand the requests of buyers, so it is left out; what is left is cut.
     */
    public static String withoutStatement(String message) {
        String whole = String.valueOf(message);
        Matcher statement = STATEMENT.matcher(whole);
        String said = statement.find() ? whole.substring(0, statement.start()) : whole;
        return cut(said, LONGEST_TEXT);
    }

    /**
     * Why something failed, in one line that is fit for a log, a result or a health check: what the exception says, and
     * the deepest reason below it, since a pool says only that it has no connection. No statements and no passwords.
     */
    public static String reason(Throwable thrown) {
        String top = said(thrown);
        Throwable deepest = deepest(thrown);
        if (deepest == thrown) {
            return top;
        }
        String below = said(deepest);
        return top.contains(below) ? top : cut(top, LONGEST_TEXT - LONGEST_TEXT / 3) + ": " + below;
    }

    /** The same without what a pool says about it. */
    public static String deepestReason(Throwable thrown) {
        return said(deepest(thrown));
    }

    /**
     * What a server or a socket said, as deep as it stands, or else what was suppressed; else the end of the causes.
     */
    static Throwable deepest(Throwable thrown) {
        List<Throwable> chain = chain(thrown);
        Optional<Throwable> told = firstHand(chain);
        for (int i = 0; told.isEmpty() && i < chain.size(); i++) {
            told = Stream.of(chain.get(i).getSuppressed())
                    .flatMap(suppressed -> firstHand(chain(suppressed)).stream())
                    .findFirst();
        }
        return told.orElse(chain.get(chain.size() - 1));
    }

    /** An exception and its causes, each once; where there is no cause, the next exception. */
    private static List<Throwable> chain(Throwable thrown) {
        Set<Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> chain = new ArrayList<>();
        Throwable next = thrown;
        while (next != null && known.add(next)) {
            chain.add(next);
            Throwable cause = next.getCause();
            next = cause == null && next instanceof SQLException sql ? sql.getNextException() : cause;
        }
        return chain;
    }

    /** The last one, since a pool repeats the code of what it passes on. */
    private static Optional<Throwable> firstHand(List<Throwable> chain) {
        return chain.stream()
                .filter(thrown ->
                        thrown instanceof SQLException sql && sql.getErrorCode() != 0 || thrown instanceof IOException)
                .reduce((before, last) -> last);
    }

    /** What one exception says. An SQLException speaks for itself, as ours do; of others the name is half of it. */
    private static String said(Throwable thrown) {
        String name = thrown.getClass().getSimpleName();
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return name.isEmpty() ? thrown.getClass().getName() : name;
        }
        boolean plain = thrown instanceof SQLException
                || thrown.getClass().getName().startsWith(OURS)
                || message.contains(name);
        String line = LINE_END.matcher(withoutStatement(message).strip()).replaceAll(" ");
        String secretless =
                IN_ADDRESS.matcher(SECRET.matcher(line).replaceAll("$1=***")).replaceAll("//***@");
        return plain ? secretless : name + ": " + secretless;
    }

    private static String cut(String text, int longest) {
        return text.length() > longest ? text.substring(0, longest) + "..." : text;
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
