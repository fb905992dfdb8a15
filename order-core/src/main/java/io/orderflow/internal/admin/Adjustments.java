package io.orderflow.internal.admin;

import static java.util.Objects.requireNonNull;

import io.orderflow.AdjustmentResult;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.codec.Sha256;
import io.orderflow.internal.engine.Adjustment;
import io.orderflow.internal.engine.AdjustmentTransaction;
import io.orderflow.internal.loop.Backoff;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Applies adjustments, piece by piece, each in one transaction of its own that is repeated when it lost against
 * another, until the time is over that the host gives a call. Thread-safe.
 */
public final class Adjustments {
    private static final Duration LONGEST_LOCK_WAIT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(128);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Tables tables;
    private final VerifiedSessions sessions;
    private final Apart apart;
    private final Duration timeout;

    /**
     * Applies to the tables.
     *
     * @param timeout longest time of one call, 1 s or more
     */
    public Adjustments(Tables tables, VerifiedSessions sessions, Apart apart, Duration timeout) {
        this.tables = tables;
        this.sessions = sessions;
        this.apart = apart;
        this.timeout = requireNonNull(timeout, "timeout");
    }

    /** The id under which an adjustment is recorded: the first half of the SHA-256 of its reference. */
    static UUID idOf(String reference) {
        return OrderIds.fromBytes(Sha256.hash(reference.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /**
     * Applies adjustments in the order given.
     *
     * @throws StoreUnavailableException if the database cannot be reached or does not answer, the time is over, or the
     *     calling thread was interrupted
     */
    List<AdjustmentResult> apply(List<Adjustment> all) {
        if (all.isEmpty()) {
            return new ArrayList<>();
        }
        Call call = new Call(all);
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
    private final class Call {
        private final List<Adjustment> all;
        private final long end = System.nanoTime() + timeout.toNanos();
        private int done;
        private boolean underWay;
        private boolean givenUp;

        Call(List<Adjustment> all) {
            this.all = all;
        }

        List<AdjustmentResult> run() throws SQLException {
            List<AdjustmentResult> results = new ArrayList<>(all.size());
            Duration lockWait = lockWait(timeout.dividedBy(2));
            try (Session session = sessions.open(new Session.Settings(false, lockWait, IDLE_TIMEOUT, ANSWER))) {
                for (List<Adjustment> piece : SqlText.pieces(all, SqlText.PIECE)) {
                    results.addAll(applyPiece(session, piece));
                    done(results.size());
                }
                return results;
            }
        }

        private List<AdjustmentResult> applyPiece(Session session, List<Adjustment> piece) throws SQLException {
            Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, ThreadLocalRandom.current());
            while (true) {
                begin();
                try {
                    return new AdjustmentTransaction(tables, session, piece).run();
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
                            ? "none of " + all.size() + " adjustments was done: " + why
                            : done + " of " + all.size() + " adjustments were done, " + fate + "; repeating is safe: "
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
