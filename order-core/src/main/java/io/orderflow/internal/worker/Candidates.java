package io.orderflow.internal.worker;

import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.journal.PendingOrders;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What recovery is to look at now: reads without locks, and what is known of the queue and of earlier reads. Not thread-safe. */
final class Candidates {
    /** Suspects are tried one by one, and placed orders wait meanwhile. */
    private static final int MOST_SUSPECTS = 10;

    /** Rows that somebody else held are looked at again after this time. */
    private static final long PASS_OVER = TimeUnit.SECONDS.toNanos(1);

    private static final int MOST_PASSED_OVER = 2_000;

    /** With recovery's own work this keeps placed orders within their second. */
    private static final long PLACED_DUE = TimeUnit.MILLISECONDS.toNanos(100);

    private final WorkerContext context;
    private final PendingOrders pending;
    private final AtomicBoolean unpublished;
    private final Set<UUID> passedOver = new HashSet<>();
    private QueueState.Sample asked;
    private long passedOverUntil;
    private long placedSeen;
    private long nextSuspects;
    private boolean catchingUp;
    private long catchUpSince;

    Candidates(WorkerContext context, AtomicBoolean unpublished) {
        this.context = context;
        this.pending = new PendingOrders(context.tables());
        this.unpublished = unpublished;
        this.placedSeen = now();
        this.nextSuspects = now();
    }

    /** Whether recovery is the only one who delivers, so that orders wait for it. */
    boolean areUrgent() {
        return catchingUp || unpublished.get() || !context.state().isReachable();
    }

    /** Whether it is time to look for placed orders although there is other work. */
    boolean isPlacedDue() {
        return now() - placedSeen >= PLACED_DUE;
    }

    /** Orders that hosts placed. */
    List<UUID> placed(Session session) throws SQLException {
        placedSeen = now();
        List<UUID> ids = pending.placed(session, mostIds());
        session.connection().rollback();
        return withoutPassedOver(ids);
    }

    /** Orders that no frame will deliver, as far as is known. */
    List<UUID> overdue(Session session) throws SQLException {
        askForFrameAge(session);
        List<UUID> ids = pending.olderThan(session, age(), mostIds());
        session.connection().rollback();
        if (ids.isEmpty()) {
            catchingUp = false;
        }
        return withoutPassedOver(ids);
    }

    private void askForFrameAge(Session session) throws SQLException {
        QueueState.Sample newest = context.state().newest();
        if (newest == asked || newest.orders().isEmpty()) {
            return;
        }
        Duration since = Duration.ofNanos(now() - newest.nanos());
        // without a row the queue alone had the order, and recovery has nothing to do with those
        Duration age = pending.youngest(session, newest.orders()).orElse(since);
        context.state().newestFrameAge(age.minus(since));
        asked = newest;
    }

    /**
     * When the intake could not publish, everything that was journaled until then is due. It is not enough to look once, and
     * what is journaled later is not meant: a busy queue carries that.
     */
    private Duration age() {
        if (unpublished.getAndSet(false)) {
            catchingUp = true;
            catchUpSince = now();
        }
        Duration usual = context.state().recoveryAge();
        if (!catchingUp) {
            return usual;
        }
        Duration sinceThen = Duration.ofNanos(now() - catchUpSince);
        return sinceThen.compareTo(usual) < 0 ? sinceThen : usual;
    }

    /** Orders whose claims nobody holds any more. */
    List<UUID> abandoned(Session session, Attempts attempts) throws SQLException {
        if (now() - nextSuspects < 0) {
            return List.of();
        }
        List<UUID> ids = attempts.abandoned(session, MOST_SUSPECTS);
        if (ids.size() < MOST_SUSPECTS) {
            nextSuspects = now() + context.config().lease().toNanos() / 4;
        }
        return ids;
    }

    /** Leaves these out for a moment, so that the rows behind them are seen. */
    void passOver(Collection<UUID> ids) {
        if (passedOver.isEmpty()) {
            passedOverUntil = now() + PASS_OVER;
        }
        passedOver.addAll(ids);
    }

    /** What is still to be caught up with is left to the next one who looks. */
    void close() {
        if (catchingUp) {
            unpublished.set(true);
        }
    }

    private int mostIds() {
        if (passedOver.size() > MOST_PASSED_OVER || now() - passedOverUntil >= 0) {
            passedOver.clear();
        }
        return context.config().maxBatch() + passedOver.size();
    }

    private List<UUID> withoutPassedOver(List<UUID> ids) {
        return ids.stream()
                .filter(id -> !passedOver.contains(id))
                .limit(context.config().maxBatch())
                .toList();
    }

    private long now() {
        return context.nanoTime().getAsLong();
    }
}
