package io.orderflow.internal.worker;

import io.orderflow.SchemaException;
import io.orderflow.internal.engine.BrokenInvariantException;
import io.orderflow.internal.engine.DecidingPausedException;
import io.orderflow.internal.engine.HeldKeyException;
import io.orderflow.internal.engine.RetryBatchException;
import io.orderflow.internal.loop.Backoff;
import io.orderflow.internal.loop.Outage;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.telemetry.RetryCause;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker makes of an exception, and how long it leaves its work alone. Announces a pause once, and its end; to
 * the log together with all others that meet the same. Not thread-safe.
 */
final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    /** Losing so often in a row is no bad luck any more: somebody holds rows and does not let go. */
    private static final int CONTENTION_PATIENCE = 5;

    /** So soon somebody who waits for the end of a pause notices it. */
    private static final long UNTIL_NEXT_LOOK = Duration.ofMillis(500).toNanos();

    /** What an exception asks for. */
    enum Kind {
        /** Lost against another transaction: the same again. */
        CONTENTION,
        /** The database is away, refuses, or its connection broke: the same again when it is back. */
        OUTAGE,
        /** Rows are not as they must be: the same again, with growing pauses, and health is DOWN. */
        BROKEN,
        /** Deciding is paused: the same again once it is resumed. */
        PAUSED,
        /** The orders themselves make it fail. */
        POISON
    }

    private final String worker;
    private final WorkerEvents events;
    private final UrgentLane lane;
    private final Outages outages;
    private final LongSupplier nanoTime;
    private final Backoff contention;
    private final Backoff outage;
    private final Backoff broken;
    private final Set<Outage> met = new LinkedHashSet<>();
    private int contentions;
    private boolean announced;
    private boolean traced;
    private boolean retrying;
    private long retryAt;

    Failures(String worker, WorkerContext context) {
        this.worker = worker;
        this.events = context.events();
        this.lane = context.lane();
        this.outages = context.outages();
        this.nanoTime = context.nanoTime();
        this.contention = new Backoff(Duration.ofMillis(2), Duration.ofMillis(500), context.random());
        this.outage = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), context.random());
        this.broken = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), context.random());
    }

    static Kind kind(Exception e) {
        if (e instanceof SQLException sql) {
            return switch (SqlFailure.of(sql)) {
                case CONTENTION, DUPLICATE_KEY -> Kind.CONTENTION;
                case OUTAGE, CONNECTION_LOST -> Kind.OUTAGE;
                case CHECK_VIOLATED -> Kind.BROKEN;
                case DATA -> Kind.POISON;
            };
        }
        if (e instanceof RetryBatchException) {
            return Kind.CONTENTION;
        }
        if (e instanceof SchemaException) {
            return Kind.OUTAGE;
        }
        if (e instanceof DecidingPausedException) {
            return Kind.PAUSED;
        }
        return e instanceof BrokenInvariantException ? Kind.BROKEN : Kind.POISON;
    }

    /** What an exception asks for, once the session has been seen to in which it happened. */
    static Kind seeTo(Exception e, SessionHolder session) {
        return seeTo(kind(e), e, session);
    }

    /** The same where no order can be to blame: what would be one's fault is then something that must never be. */
    static Kind seeToBlamingNobody(Exception e, SessionHolder session) {
        Kind kind = kind(e);
        return seeTo(kind == Kind.POISON ? Kind.BROKEN : kind, e, session);
    }

    private static Kind seeTo(Kind kind, Exception e, SessionHolder session) {
        if (kind == Kind.OUTAGE) {
            session.discard(e);
        } else if (kind == Kind.BROKEN || kind == Kind.PAUSED) {
            // the pauses are longer than the server lets a session be silent, or last for days in sum
            session.giveBack();
        }
        return kind;
    }

    /** Whether a wait for a row was in vain. */
    static boolean isLockWait(Exception e) {
        return e instanceof SQLException sql && SqlFailure.isLockWait(sql);
    }

    /** Whether somebody holds what was needed: the others need not wait for it. */
    static boolean isHeld(Exception e) {
        return isLockWait(e) || e instanceof HeldKeyException;
    }

    /** Whether the same would happen to others now. */
    static boolean areBadTimes(Exception e) {
        return isLockWait(e) || kind(e) == Kind.OUTAGE || kind(e) == Kind.PAUSED;
    }

    /** The same for statistics, finer. */
    static RetryCause cause(Exception e) {
        if (e instanceof SQLException sql) {
            return RetryCause.of(SqlFailure.of(sql));
        }
        return switch (kind(e)) {
            case CONTENTION -> RetryCause.CHANGED_ROWS;
            case OUTAGE, PAUSED -> RetryCause.OUTAGE;
            case BROKEN -> RetryCause.BROKEN;
            case POISON -> RetryCause.POISON;
        };
    }

    /** Counts a failure, announces what needs announcing, and says how long to leave the work alone, in nanoseconds. */
    long pause(Kind kind, String what, Exception e) {
        if (kind != Kind.PAUSED) {
            events.retried(e);
        }
        long pause = switch (kind) {
            case CONTENTION -> contended(what, e);
            case OUTAGE -> away(what, e);
            case PAUSED -> paused(what, e);
            case BROKEN, POISON -> broken(what, e);
        };
        retrying = true;
        retryAt = nanoTime.getAsLong() + pause;
        return pause;
    }

    /** How long the work is still left alone, in nanoseconds; 0 if it is not. */
    long untilRetry() {
        return retrying ? Math.max(0, retryAt - nanoTime.getAsLong()) : 0;
    }

    /** Whether the last try failed. */
    boolean isRetrying() {
        return retrying;
    }

    private long contended(String what, Exception e) {
        log.debug("{}: {} lost against another transaction and is tried again: {}", worker, what, reason(e));
        if (++contentions >= CONTENTION_PATIENCE) {
            announce(outages.contention(), what, e);
        }
        return contention.nextNanos();
    }

    private long away(String what, Exception e) {
        announce(outages.database(), what, e);
        return outage.nextNanos();
    }

    private long paused(String what, Exception e) {
        announce(outages.pause(), what, e);
        lane.nobodyReceives();
        return UNTIL_NEXT_LOOK;
    }

    private void announce(Outage shared, String what, Exception e) {
        announced = true;
        met.add(shared);
        shared.met(worker, what, reason(e));
        events.paused(worker, reason(e));
    }

    private long broken(String what, Exception e) {
        announced = true;
        String message = "{}: {} failed in a way that must never be; it is tried again with growing pauses";
        // a driver may repeat its statement, with what buyers asked for, and a trace would show it
        if (traced || e instanceof SQLException) {
            log.error(message + ": {}", worker, what, reason(e));
        } else {
            traced = true;
            log.error(message, worker, what, e);
        }
        events.broken(worker, reason(e));
        return broken.nextNanos();
    }

    private static String reason(Exception e) {
        return SqlFailure.reason(e);
    }

    /** The same work is tried again in parts. */
    void halved(Exception e) {
        if (kind(e) != Kind.PAUSED) {
            events.retried(e);
        }
        replaced();
    }

    /** The same work is not tried again: something else takes its place. */
    void replaced() {
        retrying = false;
    }

    /** Something succeeded: pauses start small again. */
    void over() {
        retrying = false;
        contentions = 0;
        contention.reset();
        if (announced) {
            announced = false;
            traced = false;
            outage.reset();
            broken.reset();
            if (met.isEmpty()) {
                log.info("{}: goes on", worker);
            }
            met.forEach(shared -> shared.over(worker));
            met.clear();
            events.resumed(worker);
        }
    }

    /** The worker ends, whatever holds it up now. */
    void end() {
        met.forEach(shared -> shared.left(worker));
        events.ended(worker);
    }
}
