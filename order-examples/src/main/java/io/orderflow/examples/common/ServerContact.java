package io.orderflow.examples.common;

import io.orderflow.queue.QueueException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The first contact of a program with a server. What no waiting mends (a password, a database's name, a URL) ends it at
 * once; where nothing listens it is tried again as long as the person asked for; other failures may pass by themselves
 * and get a few seconds.
 */
final class ServerContact {
    /** The state of a failure to understand the URL, as Connector/J has it. */
    static final String WRONG_URL = "S1009";

    private static final long PAUSE_NANOS = 200_000_000;
    /** For what may be a server that is busy, or another program's port. */
    private static final Duration GRACE = Duration.ofSeconds(4);
    /** For a server that says that it has too many connections now. */
    private static final Duration GRACE_OF_BUSY = Duration.ofSeconds(10);

    private static final Set<String> WRONG_URLS = Set.of(WRONG_URL, "01S00", "HY024");
    /** H2: a URL that it does not understand, a setting that it does not have. */
    private static final Set<Integer> WRONG_URL_CODES = Set.of(90_046, 90_113);
    /** Wrong password, host blocked or not allowed, old or expired password, locked account. */
    private static final Set<Integer> REFUSED =
            Set.of(1_045, 1_129, 1_130, 1_251, 1_275, 1_698, 1_820, 1_862, 3_118, 3_955, 4_151);

    private static final int TOO_MANY = 1_040;
    private static final int UNKNOWN_DATABASE = 1_049;
    /** Servers say it also of a database that is not there, to a user who may not know. */
    private static final int NO_ACCESS_TO_DATABASE = 1_044;

    static final int NO_DATABASE = 1_046;
    /** H2: the database is not there, and must not be made. */
    private static final Set<Integer> NO_H2_DATABASE = Set.of(90_013, 90_146, 90_149);

    private ServerContact() {}

    /** Something that talks to a server once. */
    interface Attempt {
        void make() throws SQLException, QueueException;
    }

    /**
     * Talks to a server.
     *
     * @param patience how long to try again while nothing listens
     * @throws ProgramException when that failed; says what to do about it
     */
    static void make(String server, Duration patience, Attempt attempt) {
        long start = System.nanoTime();
        while (true) {
            try {
                attempt.make();
                return;
            } catch (SQLException | QueueException e) {
                if (System.nanoTime() - start >= bound(e, patience).toNanos()) {
                    throw new ProgramException(sentence(server, e), e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /**
     * Refuses to go on after a failure that no waiting mends.
     *
     * @throws ProgramException if it is one
     */
    static void refuseMistake(String server, Exception failure) {
        if (mistake(failure).isPresent()) {
            throw new ProgramException(sentence(server, failure), failure);
        }
    }

    private static Duration bound(Exception failure, Duration patience) {
        if (mistake(failure).isPresent()) {
            return Duration.ZERO;
        }
        boolean busy = failure instanceof SQLException sql && sql.getErrorCode() == TOO_MANY;
        Duration grace = busy ? GRACE_OF_BUSY : isAway(failure) ? Duration.ZERO : GRACE;
        return patience.compareTo(grace) > 0 ? patience : grace;
    }

    private static String sentence(String server, Exception failure) {
        // of a URL that is wrong the driver's first words are the clear ones
        boolean url = failure instanceof SQLException sql && WRONG_URLS.contains(String.valueOf(sql.getSQLState()));
        return server + ": " + (url ? ProgramFailures.oneLine(failure.getMessage()) : ProgramFailures.deepest(failure))
                + mistake(failure)
                        .or(() -> isAway(failure)
                                ? Optional.of(
                                        "is the server running, and is the address right? --wait SECONDS waits for it")
                                : Optional.empty())
                        .map(advice -> "; " + advice)
                        .orElse("");
    }

    /** What to do about a failure that no waiting mends; empty for any other. */
    static Optional<String> mistake(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            Optional<String> advice = one instanceof SQLException sql ? ofDatabase(sql) : ofQueue(one);
            if (advice.isPresent()) {
                return advice;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofDatabase(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        int code = e.getErrorCode();
        if (code == UNKNOWN_DATABASE || NO_H2_DATABASE.contains(code)) {
            return Optional.of("create it, or add createDatabaseIfNotExist=true to the URL");
        } else if (code == NO_ACCESS_TO_DATABASE) {
            return Optional.of("check the database's name in --db, or grant --db-user the rights on it");
        } else if (code == NO_DATABASE) {
            return Optional.of("name one in --db: jdbc:mysql://HOST:3306/DATABASE");
        } else if (code != TOO_MANY && (state.startsWith("28") || REFUSED.contains(code))) {
            return Optional.of("check --db-user and the password, which comes from " + ShopOptions.PASSWORD_VARIABLE
                    + " or --db-password-file");
        } else if (WRONG_URLS.contains(state)
                || WRONG_URL_CODES.contains(code)
                || String.valueOf(e.getMessage()).startsWith("No suitable driver")) {
            return Optional.of("check the URL in --db");
        }
        return Optional.empty();
    }

    private static Optional<String> ofQueue(Throwable e) {
        String words = (e.getClass().getSimpleName() + " " + e.getMessage()).toUpperCase(Locale.ROOT);
        if (words.contains("AUTHENTICATIONFAILURE")
                || words.contains("ACCESS_REFUSED")
                || words.contains("WRONGPASS")
                || words.contains("NOAUTH")
                || words.contains("NOPERM")) {
            return Optional.of("check --queue-user and the password, which comes from " + QueueOptions.PASSWORD_VARIABLE
                    + ", --queue-password-file or the URI");
        } else if (words.contains("NOT_ALLOWED") || words.contains("DB INDEX IS OUT OF RANGE")) {
            return Optional.of("check the path of the URI in --queue");
        }
        return Optional.empty();
    }

    /** Whether nothing listens at the address, or it leads nowhere. */
    private static boolean isAway(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof UnknownHostException
                    || one instanceof ConnectException
                    || one instanceof NoRouteToHostException
                    || (one instanceof SocketTimeoutException && isOfConnecting(one))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfConnecting(Throwable timeout) {
        return String.valueOf(timeout.getMessage()).toLowerCase(Locale.ROOT).contains("connect timed out");
    }
}
