package io.orderflow.internal.sql;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the host's pool while one of our threads uses it: READ COMMITTED, a bounded lock wait, a server-side
 * idle time-out and a network time-out. What was changed is set back before the connection returns to the pool; where
 * that fails, or the connection is broken, it is aborted, so that the pool never gets a changed connection. Not
 * thread-safe.
 */
public final class Session implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    /** What sets a connection up or back waits for no lock, so that no answer for as long is a dead connection. */
    private static final Duration SETTING_TIMEOUT = Duration.ofSeconds(3);

    private final Connection connection;
    private final Before before;
    private final boolean ahead;
    private final Consumer<Throwable> ear;

    private Session(Connection connection, Before before, Settings settings, Consumer<Throwable> ear)
            throws SQLException {
        this.connection = connection;
        this.before = before;
        this.ahead = settings.ahead();
        this.ear = ear;
        if (!before.autoCommit()) {
            // somebody left a transaction open: its snapshot is old, and what it wrote must not be committed with ours
            connection.rollback();
        }
        update(settingsText(
                dialect(), lockWait(settings.lockWait()), settings.idleTimeout().toSeconds()));
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(settings.autoCommit());
        waitForAnswers(connection, settings.networkTimeout());
    }

    private Session(Connection connection, Before before) {
        this.connection = connection;
        this.before = before;
        this.ahead = false;
        this.ear = failure -> {};
    }

    /**
     * The host's own connection, for statements inside the transaction that is open on it. Nothing about the connection
     * is changed, and the host commits, rolls back and closes; this object is not closed.
     */
    public static Session ofHost(Connection connection) throws SQLException {
        return new Session(connection, Before.unchanged(Dialect.of(connection)));
    }

    /**
     * Refuses a connection of the host's that leads to a file of H2, where rows that others wrote are not safe in the
     * host's transactions.
     *
     * @param instead what the host can do
     * @throws IllegalArgumentException if it does
     */
    public static void refuseFile(Connection connection, String instead) throws SQLException {
        FileTurn.refuse(connection, instead);
    }

    /** How a connection was when the pool gave it. */
    private record Before(
            Duration patience,
            Dialect dialect,
            boolean autoCommit,
            int isolation,
            int networkTimeout,
            long lockWait,
            long idleSeconds,
            String server,
            Optional<FileTurn> turn) {

        /**
         * Reads it, and bounds the wait for an answer first of all, so that a black hole is noticed on the next round
         * trip.
         */
        static Before of(Connection connection, Duration patience) throws SQLException {
            int networkTimeoutBefore = connection.getNetworkTimeout();
            waitForAnswers(connection, patience);
            boolean h2 = Dialect.isH2(connection);
            String query = h2
                    ? "SELECT LOCK_TIMEOUT(), 0, DATABASE_PATH(), DATABASE()"
                    : "SELECT @@SESSION.innodb_lock_wait_timeout, @@SESSION.wait_timeout, VERSION(),"
                            + " CONCAT_WS(':', @@hostname, @@port, @@server_id)";
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(query)) {
                row.next();
                return new Before(
                        patience,
                        h2 ? Dialect.H2 : Dialect.ofVersion(row.getString(3)),
                        connection.getAutoCommit(),
                        connection.getTransactionIsolation(),
                        networkTimeoutBefore,
                        row.getLong(1),
                        row.getLong(2),
                        row.getString(4),
                        h2 ? Optional.ofNullable(row.getString(3)).map(FileTurn::of) : Optional.empty());
            }
        }

        /** Of a connection that is not ours to set back. */
        static Before unchanged(Dialect dialect) {
            return new Before(Duration.ZERO, dialect, false, 0, 0, 0, 0, "", Optional.empty());
        }

        void restore(Connection connection) throws SQLException {
            waitForAnswers(connection, patience);
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(settingsText(dialect, lockWait, idleSeconds));
            }
            connection.setTransactionIsolation(isolation);
            connection.setAutoCommit(autoCommit);
            connection.setNetworkTimeout(Runnable::run, networkTimeout);
        }
    }

    /**
     * What a session needs.
     *
     * @param autoCommit whether each statement is a transaction
     * @param lockWait longest wait for a row lock, whole seconds, at least 1 s; on a file of H2 it is shorter
     * @param idleTimeout after which the server ends a silent session and frees its locks, whole seconds
     * @param networkTimeout longest wait for an answer
     * @param ahead whether its transactions on a file of H2 go ahead of those that wait; for the intake alone
     */
    public record Settings(
            boolean autoCommit, Duration lockWait, Duration idleTimeout, Duration networkTimeout, boolean ahead) {
        /** Checks that nothing is missing. */
        public Settings {
            requireNonNull(lockWait, "lockWait");
            requireNonNull(idleTimeout, "idleTimeout");
            requireNonNull(networkTimeout, "networkTimeout");
        }

        /** The same for who waits in line. */
        public Settings(boolean autoCommit, Duration lockWait, Duration idleTimeout, Duration networkTimeout) {
            this(autoCommit, lockWait, idleTimeout, networkTimeout, false);
        }

        /** Longest wait for an answer while a connection is set up or set back. */
        Duration patience() {
            return networkTimeout.compareTo(SETTING_TIMEOUT) < 0 ? networkTimeout : SETTING_TIMEOUT;
        }
    }

    /**
     * Sets a connection up that was taken from the pool; it is the session's from now on.
     *
     * @throws SQLException if the server does not answer; the connection is ended then
     */
    public static Session on(Connection connection, Settings settings) throws SQLException {
        return on(connection, settings, failure -> {});
    }

    /**
     * The same for somebody who is told why it ended, when it could not be given back to the pool.
     *
     * @throws SQLException if the server does not answer; the connection is ended then, and the ear not told
     */
    public static Session on(Connection connection, Settings settings, Consumer<Throwable> ear) throws SQLException {
        Optional<Before> before = Optional.empty();
        try {
            before = Optional.of(Before.of(connection, settings.patience()));
            return new Session(connection, before.get(), settings, ear);
        } catch (SQLException | Error e) {
            discard(connection, before, e);
            throw e;
        }
    }

    /** The connection, for as long as this session is open. */
    public Connection connection() {
        return connection;
    }

    /** Which database this is. */
    public Dialect dialect() {
        return before.dialect();
    }

    /** Which server this is: the same text is the same one. On H2 the name of the database. */
    public String server() {
        return before.server();
    }

    /** Runs a statement that returns no rows, and returns how many rows it matched. */
    public int update(CharSequence sql) throws SQLException {
        try (Statement statement = statement()) {
            return statement.executeUpdate(sql.toString());
        }
    }

    /** A statement for text that is complete: no parameters, no escape syntax. */
    public Statement statement() throws SQLException {
        Statement statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }

    /**
     * Another longest wait for row locks than the one this session was opened with; whole seconds, at least 1 s. On a
     * file of H2 the wait is shorter.
     */
    public void waitForLocks(Duration longest) throws SQLException {
        update(
                dialect() == Dialect.H2
                        ? "SET LOCK_TIMEOUT " + lockWait(longest)
                        : "SET SESSION innodb_lock_wait_timeout=" + lockWait(longest));
    }

    private long lockWait(Duration longest) {
        if (dialect() != Dialect.H2) {
            return longest.toSeconds();
        }
        long millis = longest.toMillis();
        return before.turn().isPresent() ? Math.min(millis, FileTurn.LONGEST_LOCK_WAIT.toMillis()) : millis;
    }

    /** Statements that belong together. */
    @FunctionalInterface
    public interface Statements<T> {
        /** Runs them. */
        T run() throws SQLException;
    }

    /** Runs statements and commits them. When something fails, they are rolled back. */
    public <T> T transaction(Statements<T> statements) throws SQLException {
        return orRollBack(() -> {
            T result = statements.run();
            connection.commit();
            return result;
        });
    }

    /**
     * Runs statements that commit by themselves. When something fails, what they have not committed is rolled back. All
     * that writes goes this way: on a file of H2 one transaction of this process at a time.
     */
    public <T> T orRollBack(Statements<T> statements) throws SQLException {
        return FileTurn.run(before.turn(), ahead, () -> orRollBack(connection, statements));
    }

    /**
     * The same on a connection that is no session: what fails is rolled back before the turn ends, unless each
     * statement is a transaction.
     */
    public static <T> T inTurn(Connection connection, Statements<T> statements) throws SQLException {
        return FileTurn.run(FileTurn.of(connection), false, () -> orRollBack(connection, statements));
    }

    private static <T> T orRollBack(Connection connection, Statements<T> statements) throws SQLException {
        try {
            return statements.run();
        } catch (SQLException | RuntimeException e) {
            rollback(connection, e);
            throw e;
        }
    }

    /** Ends the transaction without effect; a failure of that is added to the first one. */
    private static void rollback(Connection connection, Exception first) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            HostConnections.add(first, e);
        }
    }

    /** Takes what it needs from the current row. */
    @FunctionalInterface
    public interface RowMapper<T> {
        /** Reads. */
        T map(ResultSet row) throws SQLException;
    }

    /** A read that sees what others have not committed, and waits for nobody. Ends the transaction that is open. */
    public <T> Set<T> dirtyRead(String query, RowMapper<T> mapper) throws SQLException {
        Set<T> found = new HashSet<>();
        // another isolation is that of the next transaction
        connection.commit();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
        try (Statement statement = statement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                found.add(mapper.map(row));
            }
        } finally {
            try {
                connection.commit();
            } finally {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            }
        }
        return found;
    }

    /** Sets everything back and returns the connection to the pool. */
    @Override
    public void close() {
        try {
            before.restore(connection);
            connection.close();
        } catch (SQLException e) {
            log.debug("a connection could not be set back and is discarded: {}", SqlFailure.reason(e));
            discard(e);
        } catch (Error e) {
            discard(e);
            throw e;
        }
    }

    /** Ends the connection for good: after a failure nobody knows what state it is in. */
    public void discard(Throwable first) {
        ear.accept(first);
        discard(connection, Optional.of(before), first);
    }

    private static void discard(Connection connection, Optional<Before> before, Throwable first) {
        HostConnections.abort(connection, first);
        try {
            // H2 has no abort, and some pools let none through
            if (before.isPresent() && connection.isValid(1)) {
                before.get().restore(connection);
            }
        } catch (SQLException e) {
            HostConnections.add(first, e);
        }
        HostConnections.close(connection, first);
    }

    private static void waitForAnswers(Connection connection, Duration longest) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) longest.toMillis());
    }

    private static String settingsText(Dialect dialect, long lockWait, long idleSeconds) {
        return dialect == Dialect.H2
                ? "SET LOCK_TIMEOUT " + lockWait
                : "SET SESSION innodb_lock_wait_timeout=" + lockWait + ", SESSION wait_timeout=" + idleSeconds;
    }
}
