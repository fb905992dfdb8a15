package io.orderflow.internal.feed;

import io.orderflow.FeedConfig;
import io.orderflow.FeedHandler;
import io.orderflow.FeedRunner;
import io.orderflow.Health;
import io.orderflow.OrderEvent;
import io.orderflow.internal.feed.EventReader.Reach;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.loop.Doubling;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.SharedFailures;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.internal.loop.Whereabouts;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A feed that is read on a thread of ours. Thread-safe.
 *
 * <ul>
 *   <li><b>F1</b> A round is one transaction: it moves the cursor behind what was handled, if it still is this reader's
 *       turn, and reads what comes next. Its commit has what was read on the disk before the handler sees it.
 *   <li><b>F2</b> The handler gets events outside of any transaction and lock, and the cursor moves only in the round
 *       after it has returned.
 *   <li><b>F3</b> A second thread renews the lease while the handler works, or the database makes this one wait.
 *   <li><b>F4</b> While nothing comes, one statement looks whether something did, with pauses that grow to a quarter of
 *       a second. What this process does to orders ends the pause.
 * </ul>
 */
final class FeedRun implements FeedRunner {
    private static final Logger log = LoggerFactory.getLogger(FeedRun.class);

    /** After fewer events than fit, so that a light load does not cost a round for each batch. */
    private static final long GATHERING = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    /** While a number is missing that somebody has. */
    private static final long FOR_ANOTHER = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * A pause for which the connection goes back to the pool; after a handler that took so long, another one is used.
     */
    static final long LONG = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration OLD = Duration.ofMinutes(1);
    private static final Session.Settings SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(8));

    private final FeedCursor cursor;
    private final EventReader events;
    private final Gaps gaps;
    private final VerifiedSessions sessions;
    private final FeedConfig config;
    private final FeedHandler handler;
    private final Consumer<FeedRun> whenClosed;
    private final SessionHolder holder;
    private final Waiter waiter = new Waiter();
    private final Loop loop;
    private final Loop keeper;
    private final Doubling pauses = new Doubling(GATHERING, LONGEST_PAUSE);
    private final AtomicBoolean closing = new AtomicBoolean();
    private boolean idle;
    private boolean resting;
    private boolean someoneHasIt;
    private Optional<Dialect> dialect = Optional.empty();
    private volatile boolean dozing;
    private long measuredAt = System.nanoTime() - PATIENCE.toNanos();
    private volatile Duration behind = Duration.ZERO;

    FeedRun(
            FeedCursor cursor,
            EventReader events,
            Gaps gaps,
            VerifiedSessions sessions,
            SharedFailures shared,
            FeedConfig config,
            FeedHandler handler,
            Consumer<FeedRun> whenClosed) {
        this.cursor = cursor;
        this.events = events;
        this.gaps = gaps;
        this.sessions = sessions;
        this.config = config;
        this.handler = handler;
        this.whenClosed = whenClosed;
        this.holder = new SessionHolder(() -> sessions.open(SETTINGS), Whereabouts::at);
        this.loop = new Loop("orderflow-feed-" + cursor.name(), waiter, this::step, this::leave, shared);
        this.keeper = new Loop("orderflow-feed-lease-" + cursor.name(), new Waiter(), this::keep);
    }

    FeedRun start() {
        try {
            log.info("feed {} started: {}", cursor.name(), config);
            loop.start();
            keeper.start();
        } catch (RuntimeException | Error e) {
            Closing.after(e, this::close);
            throw e;
        }
        return this;
    }

    @Override
    public boolean isReading() {
        return cursor.isMine() && loop.isAlive();
    }

    /** Something may have happened. */
    void hint() {
        if (dozing) {
            waiter.wake();
        }
    }

    /** What its loop does, again and again. */
    long step() throws Exception {
        dozing = false;
        try {
            if (!cursor.isMine()) {
                return takeTurn();
            }
            return idle && !hasNews() ? pause() : round();
        } catch (SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            if (failure == SqlFailure.CONTENTION) {
                return FOR_ANOTHER;
            }
            holder.discard(e);
            throw e;
        }
    }

    private boolean hasNews() throws SQLException {
        if (resting) {
            return sessions.mayFind(cursor.news());
        }
        Session session = holder.get();
        return session.transaction(() -> {
            try (Statement statement = session.statement();
                    ResultSet row = statement.executeQuery(cursor.news())) {
                return row.next();
            }
        });
    }

    private void giveBack() {
        resting = true;
        holder.giveBack();
    }

    private long takeTurn() throws SQLException {
        idle = false;
        String free = dialect.map(cursor::free).orElse("");
        if (dialect.isPresent() && !sessions.mayFind(free)) {
            giveBack();
            return standby();
        }
        Session session = holder.get();
        resting = false;
        dialect = Optional.of(session.dialect());
        if (!cursor.take(session)) {
            giveBack();
            return standby();
        }
        log.info("feed {} is read by this process from position {} on", cursor.name(), cursor.position());
        return 0;
    }

    private long standby() {
        long tenth = config.lease().toNanos() / 10;
        return Math.min(tenth, TimeUnit.SECONDS.toNanos(1));
    }

    private long round() throws Exception {
        Session session = holder.get();
        resting = false;
        long before = cursor.position();
        Optional<Reach> read = session.transaction(() -> cursor.move(session)
                ? Optional.of(events.after(session.connection(), before, config.maxEvents()))
                : Optional.empty());
        if (read.isEmpty()) {
            log.info("feed {} is not read by this process any more: another one has its turn", cursor.name());
            return 0;
        }
        Reach reach = read.get();
        measure(session, reach.events());
        if (!handle(reach.events())) {
            return LONG;
        }
        cursor.handled(reach.position());
        if (reach.events().isEmpty() && reach.gap().isPresent()) {
            return settle(session, reach.gap().get());
        }
        someoneHasIt = false;
        return next(reach, before);
    }

    /** Whether they are done. A handler that gives up has not failed: it is about to be closed. */
    private boolean handle(List<OrderEvent> list) throws Exception {
        if (!list.isEmpty()) {
            Whereabouts.at("in the handler of the feed");
            long start = System.nanoTime();
            try {
                handler.handle(list);
            } catch (CancellationException e) {
                log.info("the handler of feed {} gave up: {}", cursor.name(), e.getMessage());
                return false;
            } catch (Exception e) {
                throw new IllegalStateException(
                        "the handler of feed " + cursor.name() + " failed and gets the events from position "
                                + list.get(0).position() + " on again: " + e,
                        e);
            } finally {
                if (System.nanoTime() - start >= LONG) {
                    // the server ends a session that nobody uses
                    giveBack();
                }
            }
        }
        return true;
    }

    /** How far it is behind, by the database's clock; every few seconds, since it is for health alone. */
    private void measure(Session session, List<OrderEvent> list) throws SQLException {
        if (list.isEmpty() || System.nanoTime() - measuredAt < PATIENCE.toNanos()) {
            return;
        }
        measuredAt = System.nanoTime();
        Duration age = session.transaction(() -> {
            try (Statement statement = session.statement();
                    ResultSet row = statement.executeQuery(
                            "SELECT " + SqlTime.micros(session.dialect().utcNow()))) {
                row.next();
                return Duration.between(list.get(0).at(), SqlTime.instant(row, 1));
            }
        });
        behind = age;
    }

    private long settle(Session session, Stretch.Gap gap) throws SQLException {
        someoneHasIt = !gaps.settle(session, gap, someoneHasIt);
        return someoneHasIt ? FOR_ANOTHER : 0;
    }

    /** How long to rest after a round. */
    private long next(Reach reach, long before) {
        idle = reach.position() == before;
        if (idle) {
            return pause();
        }
        pauses.reset();
        return reach.more() ? 0 : GATHERING;
    }

    private long pause() {
        behind = Duration.ZERO;
        long pause = pauses.nextNanos();
        if (pause >= LONG) {
            giveBack();
        }
        dozing = pause > GATHERING;
        return pause;
    }

    /** The lease keeper's step. What fails here is told by the reader's own. */
    private long keep() {
        if (cursor.isAging()) {
            try (Session session = sessions.open(SETTINGS)) {
                cursor.renew(session);
            } catch (SQLException | RuntimeException e) {
                log.debug("the lease of feed {} could not be renewed: {}", cursor.name(), SqlFailure.reason(e));
            }
        }
        return config.lease().toNanos() / 6;
    }

    /** The last act. */
    private void leave() {
        try {
            if (cursor.isMine()) {
                cursor.leave(holder.get());
            }
            holder.giveBack();
        } catch (SQLException | RuntimeException e) {
            log.info(
                    "the turn of this process at feed {} could not be ended, others have theirs after {}: {}",
                    cursor.name(),
                    config.lease(),
                    SqlFailure.reason(e));
            holder.discard(e);
        }
    }

    /** What keeps it from its work. No I/O. */
    Optional<Health.Check> trouble() {
        return loop.trouble(PATIENCE)
                .or(this::age)
                .map(what -> new Health.Check(loop.name(), Health.Status.DEGRADED, what));
    }

    private Optional<String> age() {
        Duration age = behind;
        return age.compareTo(OLD) < 0 ? Optional.empty() : Optional.of("is " + age.toSeconds() + " s behind");
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            join();
            return;
        }
        try {
            loop.stop();
            if (!join() && !loop.isOwnThread()) {
                log.warn(
                        "the handler of feed {} is still at work after {}; what it is at is handled again",
                        cursor.name(),
                        config.closeTimeout());
            }
            keeper.stop();
        } finally {
            whenClosed.accept(this);
        }
    }

    private boolean join() {
        try {
            return loop.join(config.closeTimeout().plusMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
