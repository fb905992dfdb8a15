package io.orderflow.internal.admin;

import static java.util.Objects.requireNonNull;

import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.loop.Backoff;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Does what a host asks for piece by piece, each piece in one transaction of its own that is repeated when it lost
 * against another, until the time is over that a call has. Thread-safe.
 */
public final class Transactions {
    private static final Duration LONGEST_LOCK_WAIT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(128);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final VerifiedSessions sessions;
    private final Apart apart;
    private final Duration timeout;

    /**
     * Works on sessions of the database.
     *
     * @param timeout longest time of one call, 1 s or more
     */
    public Transactions(VerifiedSessions sessions, Apart apart, Duration timeout) {
        this.sessions = sessions;
        this.apart = apart;
        this.timeout = requireNonNull(timeout, "timeout");
    }

    /** Longest time of one call. */
    Duration timeout() {
        return timeout;
    }

    /** One transaction: it commits, or throws and has changed nothing, unless its commit is in doubt. */
    @FunctionalInterface
    public interface Transaction<T, R> {
        /** Runs with 1 to 500 of the things that are asked for, and returns what became of each. */
        List<R> run(Session session, List<T> piece) throws SQLException;
    }

    /**
     * Does all of it, in the order given.
     *
     * @param what what is done, for the message
     * @throws StoreUnavailableException if the database cannot be reached or does not answer, the time is over, or the
     *     calling thread was interrupted
     */
    public <T, R> List<R> run(String what, List<T> all, Transaction<T, R> transaction) {
        if (all.isEmpty()) {
            return new ArrayList<>();
        }
        Call<T, R> call = new Call<>(what, all, transaction);
        try {
            return apart.call(call::run, timeout);
        } catch (TimeoutException e) {
            throw call.given("no answer within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw call.given("the calling thread was interrupted", e);
        } catch (ExecutionException e) {
            throw call.failed(e.getCause());
        }
    }

    /** One call on its way; what it did is read by the caller's thread, also while it goes on. */
    private final class Call<T, R> {
        private final String what;
        private final List<T> all;
        private final Transaction<T, R> transaction;
        private final long end = System.nanoTime() + timeout.toNanos();
        private int done;
        private boolean underWay;
        private boolean givenUp;

        Call(String what, List<T> all, Transaction<T, R> transaction) {
            this.what = what;
            this.all = all;
            this.transaction = transaction;
        }

        List<R> run() throws SQLException {
            List<R> results = new ArrayList<>(all.size());
            Duration lockWait = lockWait(timeout.dividedBy(2));
            try (Session session = sessions.open(new Session.Settings(false, lockWait, IDLE_TIMEOUT, ANSWER))) {
                for (List<T> piece : SqlText.pieces(all, SqlText.PIECE)) {
                    results.addAll(runPiece(session, piece));
                    done(results.size());
                }
                return results;
            }
        }

        private List<R> runPiece(Session session, List<T> piece) throws SQLException {
            Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, ThreadLocalRandom.current());
            while (true) {
                begin();
                try {
                    return transaction.run(session, piece);
                } catch (SQLException e) {
                    SqlFailure failure = SqlFailure.of(e);
                    if (failure.isDefinite()) {
                        ended();
                    }
                    boolean lost = failure == SqlFailure.CONTENTION || failure == SqlFailure.DUPLICATE_KEY;
                    if (!lost || left().compareTo(SECOND) < 0) {
                        if (failure.endsConnection()) {
                            session.discard(e);
                        }
                        throw e;
                    }
                    LockSupport.parkNanos(backoff.nextNanos());
                    if (left().compareTo(LONGEST_LOCK_WAIT) < 0) {
                        session.waitForLocks(lockWait(left()));
                    }
                }
            }
        }

        private Duration left() {
            return Duration.ofNanos(end - System.nanoTime());
        }

        /** A piece's transaction begins, unless the caller has gone: what he was told was not done must not be done. */
        private synchronized void begin() throws SQLException {
            if (givenUp) {
                throw new SQLException("the caller has gone");
            }
            underWay = true;
        }

        private synchronized void ended() {
            underWay = false;
        }

        private synchronized void done(int count) {
            underWay = false;
            done = count;
        }

        private synchronized StoreUnavailableException given(String why, Exception cause) {
            givenUp = true;
            return unavailable(why, cause);
        }

        private synchronized RuntimeException failed(Throwable thrown) {
            if (thrown instanceof Error error) {
                throw error;
            }
            boolean ours = thrown instanceof RuntimeException && !(thrown instanceof SchemaException);
            return ours ? (RuntimeException) thrown : unavailable(SqlFailure.reason(thrown), thrown);
        }

        private StoreUnavailableException unavailable(String why, Throwable cause) {
            int next = Math.min(SqlText.PIECE, all.size() - done);
            String fate = underWay ? "the next " + next + " perhaps" : "the others not";
            return new StoreUnavailableException(
                    done == 0 && !underWay
                            ? "none of " + all.size() + " " + what + " was done: " + why
                            : done + " of " + all.size() + " " + what + " were done, " + fate + "; repeating is safe: "
                                    + why,
                    cause);
        }
    }

    /** Whole seconds, as the servers count. */
    private static Duration lockWait(Duration longest) {
        Duration whole = Duration.ofSeconds(Math.max(1, longest.toSeconds()));
        return whole.compareTo(LONGEST_LOCK_WAIT) < 0 ? whole : LONGEST_LOCK_WAIT;
    }
}
