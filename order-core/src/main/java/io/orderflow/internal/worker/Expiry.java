package io.orderflow.internal.worker;

import io.orderflow.internal.engine.ExpiryTransaction.Fate;
import io.orderflow.internal.engine.HoldExpiry;
import io.orderflow.internal.engine.HoldExpiry.Piece;
import io.orderflow.internal.journal.DueHolds;
import io.orderflow.internal.journal.DueHolds.Due;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.loop.Doubling;
import io.orderflow.internal.loop.Whereabouts;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expires holds that are over. One thread uses it; {@link #runOnce} is one step: a look at the deadlines, or one
 * transaction.
 *
 * <ul>
 *   <li><b>X1</b> What is over is read without locks, along the index of deadlines, many at a time. One process of a
 *       shop expires at a time, and each transaction takes the turn anew; a process that does not get it tries again
 *       later.
 *   <li><b>X2</b> What somebody holds is waited for once, and then left for the next pass with all else of its window
 *       that is held. A pass that expired nothing is followed by a pause.
 *   <li><b>X3</b> An order that cannot be expired by itself is found by halving its piece, and tried again a minute
 *       later: it keeps nobody else.
 *   <li><b>X4</b> Orders that are being decided go first, see {@link ExpiryPace}.
 *   <li><b>X5</b> The shortest hold is a second, and so is the longest rest: no deadline is overslept.
 * </ul>
 */
final class Expiry {
    /** Between two looks, unless a hold is over before. */
    static final Duration REST = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Expiry.class);

    /** So many are read at a time, for they must be found among those that are done and not yet purged. */
    private static final int WINDOW = 20 * SqlText.PIECE;

    private static final Duration LATER = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private final String name;
    private final WorkerContext context;
    private final SessionHolder session;
    private final DueHolds due;
    private final Failures failures;
    private final HoldExpiry expiry;
    private final ExpiryPace pace = new ExpiryPace();
    private final Doubling vainPauses = new Doubling(FIRST_PAUSE.toNanos(), REST.toNanos());
    private final Deque<List<UUID>> pieces = new ArrayDeque<>();
    private Optional<Dialect> dialect = Optional.empty();

    /** Whether a pass over the deadlines goes on, where it is, and what it did. */
    private boolean passing;

    private boolean windowFull;
    private Optional<Due> last = Optional.empty();
    private int expired;

    /** Whether this one had its turn when it last tried. */
    private boolean turn;

    private boolean around;

    /** Expiry of one runner. */
    Expiry(String name, WorkerContext context) {
        this.name = name;
        this.context = context;
        this.session = context.newSession();
        this.due = new DueHolds(context.tables());
        this.failures = new Failures(name, context);
        this.expiry = new HoldExpiry(context.tables());
    }

    /**
     * Does one step.
     *
     * @return how long the caller may pause before the next one, in nanoseconds
     */
    long runOnce() {
        long wait = failures.untilRetry();
        if (wait > 0) {
            return wait;
        }
        try {
            return pieces.isEmpty() ? search() : expire();
        } catch (SQLException | RuntimeException e) {
            return failed(e);
        } catch (Error e) {
            session.discard(e);
            throw e;
        }
    }

    /** Leaves what is begun to others. */
    void close() {
        new Closing().then(session::giveBack).then(failures::end).end();
    }

    private long search() throws SQLException {
        if (passing && !windowFull) {
            passing = false;
            if (expired == 0) {
                session.giveBack();
                return vainPauses.nextNanos();
            }
            vainPauses.reset();
        }
        if (!passing) {
            long rest = untilDue();
            if (rest > 0) {
                session.giveBack();
                return rest;
            }
            passing = true;
            expired = 0;
            last = Optional.empty();
        }
        readWindow();
        return 0;
    }

    /** Nanoseconds until the first hold is over, {@link #REST} at most. */
    private long untilDue() throws SQLException {
        Whereabouts.at("looking into the database");
        if (!context.mayFind().test(due.look(dialect, REST))) {
            failures.over();
            return REST.toNanos();
        }
        Session open = session.get();
        dialect = Optional.of(open.dialect());
        Duration over = due.oldest(open).orElse(REST.negated());
        open.connection().commit();
        failures.over();
        return Math.min(REST.toNanos(), over.negated().toNanos());
    }

    private void readWindow() throws SQLException {
        Session open = session.get();
        // who may not have its turn looks at little
        int window = turn ? WINDOW : SqlText.PIECE;
        List<Due> found = due.after(open, last, window);
        open.connection().commit();
        failures.over();
        around = false;
        windowFull = found.size() == window;
        if (!found.isEmpty()) {
            pieces.add(found.stream().map(Due::order).toList());
            last = Optional.of(found.get(found.size() - 1));
        }
    }

    private long expire() throws SQLException {
        long start = context.nanoTime().getAsLong();
        List<UUID> orders = nextPiece();
        Optional<Piece> piece =
                around ? expiry.expireAround(session.get(), orders) : expiry.expire(session.get(), orders);
        failures.over();
        turn = piece.isPresent();
        if (!turn) {
            return leaveToOthers();
        }
        long nanos = context.nanoTime().getAsLong() - start;
        conclude(orders, piece.get().fates());
        return pace.done(orders.size(), nanos, piece.get().batch());
    }

    /** Cut off what is too much for one transaction, and left in front. */
    private List<UUID> nextPiece() {
        List<UUID> first = pieces.getFirst();
        int size = pace.size();
        if (first.size() > size) {
            pieces.removeFirst();
            pieces.addFirst(first.subList(size, first.size()));
            pieces.addFirst(first.subList(0, size));
        }
        return pieces.getFirst();
    }

    private long leaveToOthers() {
        pieces.clear();
        passing = false;
        session.giveBack();
        return REST.toNanos();
    }

    private void conclude(List<UUID> orders, List<Fate> fates) throws SQLException {
        int done = Collections.frequency(fates, Fate.EXPIRED);
        expired += done;
        if (done > 0) {
            context.events().expired(done);
        }
        for (int i = 0; i < orders.size(); i++) {
            if (fates.get(i) == Fate.TOO_MUCH) {
                postpone(orders.get(i), "its wallet or a product would have too much");
            }
        }
        pieces.removeFirst();
    }

    private void postpone(UUID order, String why) throws SQLException {
        log.error("{}: order {} cannot be expired and is tried again after {}: {}", name, order, LATER, why);
        due.postpone(session.get(), order, LATER);
    }

    private long failed(Exception e) {
        // nobody else writes this key while the order's row is locked
        boolean taken = e instanceof SQLException sql && SqlFailure.of(sql) == SqlFailure.DUPLICATE_KEY;
        Failures.Kind kind = taken ? Failures.Kind.BROKEN : Failures.seeToBlamingNobody(e, session);
        if (kind != Failures.Kind.BROKEN || pieces.isEmpty()) {
            if (Failures.isLockWait(e)) {
                around = true;
                pace.failed();
            }
            return failures.pause(kind, "the expiry of holds", e);
        }
        return narrowDown(e);
    }

    private long narrowDown(Exception e) {
        List<UUID> piece = pieces.removeFirst();
        if (piece.size() > 1) {
            int middle = piece.size() / 2;
            pieces.addFirst(piece.subList(middle, piece.size()));
            pieces.addFirst(piece.subList(0, middle));
            failures.halved(e);
            return 0;
        }
        try {
            postpone(piece.get(0), SqlFailure.reason(e));
            return 0;
        } catch (SQLException | RuntimeException again) {
            return failures.pause(Failures.seeToBlamingNobody(again, session), "the expiry of holds", again);
        }
    }
}
