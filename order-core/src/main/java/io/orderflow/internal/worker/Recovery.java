package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.UnreadableOrderException;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides orders of the journal that no frame will deliver, or not soon: placed by hosts, never published, lost with
 * the queue, left by a worker that died. It alone searches; what it finds is decided by it and by the workers of its
 * runner ({@link Pieces}), and what they could not decide by it alone. One thread uses it; {@link #runOnce} is one
 * step.
 *
 * <ul>
 *   <li><b>R1</b> Candidates are read without locks and locked by primary key alone, leaving out what others hold.
 *   <li><b>R2</b> A piece is claimed before it is decided, so that an order which kills its worker is found: what is
 *       claimed and abandoned is decided one by one.
 *   <li><b>R3</b> An order whose isolated attempt three times never ended is parked. An outage never counts as an
 *       attempt.
 *   <li><b>R4</b> Nothing is published again.
 *   <li><b>R5</b> Placed orders are looked for again and again between the pieces of others, so that they wait for one
 *       piece and not for all.
 *   <li><b>R6</b> Orders that need a row which another transaction holds are left for later, and all others go on.
 *   <li><b>R7</b> The workers find a piece as long as there is one: the next search comes before the last one's are
 *       used up.
 * </ul>
 */
final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private static final int ATTEMPTS = 3;

    /** An order that fails alone this often in a row is parked. */
    private static final int LONE_FAILURES = 3;

    /** So long no row is waited for after such a wait was in vain; then one wait tries whether things are better. */
    private static final long IMPATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static final Duration IDLE = Duration.ofMillis(250);

    /** While recovery is the only delivery, an order waits no longer than this for it. */
    private static final Duration ALERT = Duration.ofMillis(50);

    private final WorkerContext context;
    private final SessionHolder session;
    private final Candidates candidates;
    private final Pieces pieces;
    private final Recoverer recoverer;
    private final Attempts attempts;
    private final Failures failures;
    private final Deque<Task> tasks = new ArrayDeque<>();

    /** The pieces that the tasks are about. */
    private final List<List<UUID>> taken = new ArrayList<>();

    private int loneFailures;
    private boolean impatient;
    private long impatientUntil;

    /** The isolated attempt that was begun last: its repetition after an outage does not count. */
    private Task begun;

    /** One thing that recovery does in the database, and tries again until it is done. */
    private sealed interface Task {}

    /** Decide orders together. */
    private record Decide(List<UUID> ids, Claimed claimed) implements Task {}

    /** What is known of a runner's own claims. */
    private enum Claimed {
        NOT,
        /** An attempt failed, or its answer was lost. The leases of what was claimed begin anew with the next one. */
        MAYBE,
        YES
    }

    /** Decide one order alone, whose claim was abandoned. */
    private record Isolate(UUID id) implements Task {}

    /** Set an order aside that cannot be decided. */
    private record Park(UUID id, DeadLetterReason reason, String detail) implements Task {}

    /** Take back the claims on orders whose attempt ended. */
    private record EndAttempts(List<UUID> ids) implements Task {}

    /** Take back the claim on an order whose isolated attempt ended without a verdict. */
    private record Release(UUID id) implements Task {}

    /**
     * Recovery of one runner.
     *
     * @param unpublished set by the intake of this process when it has journaled orders that it could not publish;
     *     cleared here, and remembered until they are decided
     */
    Recovery(String name, WorkerContext context, AtomicBoolean unpublished) {
        this.context = context;
        this.session = new SessionHolder(context.sessions());
        this.candidates = new Candidates(context, unpublished);
        this.pieces = context.pieces();
        this.recoverer = new Recoverer(context);
        this.attempts = recoverer.attempts();
        this.failures = new Failures(name, context);
    }

    /**
     * Does one step: searches, or does one task.
     *
     * @return how long the caller may pause before the next step, in nanoseconds; a hint ends the pause early
     */
    long runOnce() {
        long wait = failures.untilRetry();
        if (wait > 0) {
            return wait;
        }
        try {
            return step(session.get());
        } catch (SQLException | RuntimeException e) {
            return failed(e);
        } catch (Error e) {
            // in the middle of a transaction, maybe: going on in it would take its own rows for decided ones
            session.discard(e);
            doubtClaims();
            throw e;
        }
    }

    /** Leaves what is begun to the next search. */
    void close() {
        boolean leftBehind = pieces.close();
        if ((leftBehind || !tasks.isEmpty()) && !failures.isRetrying()) {
            recoverer.takeBackClaims(session);
        }
        session.giveBack();
        candidates.close();
        failures.end();
    }

    private long step(Session open) throws SQLException {
        // not between the tasks of a piece: a failure would be taken for theirs
        if (tasks.isEmpty() && (pieces.isMoreWanted() || !pieces.areForRecovery())) {
            search(open);
            failures.over();
            if (tasks.isEmpty() && !pieces.areForRecovery() && !pieces.isMoreWanted()) {
                session.giveBack();
                return (candidates.areUrgent() ? ALERT : IDLE).toNanos();
            }
            return 0;
        }
        if (candidates.isPlacedDue()) {
            pieces.found(candidates.placed(open), List.of(), pieces.isMoreExpected());
            pieces.takePlaced().ifPresent(piece -> begin(piece, Claimed.NOT));
        }
        if (tasks.isEmpty()) {
            pieces.takeFailed()
                    .ifPresentOrElse(
                            piece -> begin(piece, Claimed.MAYBE),
                            () -> pieces.take().ifPresent(piece -> begin(piece, Claimed.NOT)));
        }
        performHead(open);
        return 0;
    }

    private void search(Session open) throws SQLException {
        int room = pieces.room();
        List<UUID> placed = candidates.placed(open);
        List<UUID> overdue = candidates.overdue(open);
        pieces.found(placed, overdue, placed.size() >= room || overdue.size() >= room);
        candidates.abandoned(open, attempts).forEach(id -> tasks.addLast(new Isolate(id)));
    }

    private void begin(List<UUID> piece, Claimed claimed) {
        taken.add(piece);
        tasks.addFirst(new Decide(piece, claimed));
    }

    private void performHead(Session open) throws SQLException {
        if (!tasks.isEmpty()) {
            replaceHead(perform(tasks.peekFirst(), open));
            loneFailures = 0;
            failures.over();
        }
        if (tasks.isEmpty()) {
            pieces.ended(taken);
            taken.clear();
        }
    }

    private List<Task> perform(Task task, Session open) throws SQLException {
        if (task instanceof Decide decide) {
            return decide(decide, open);
        }
        if (task instanceof Isolate isolate) {
            return isolate(isolate, open);
        }
        if (task instanceof EndAttempts end) {
            attempts.end(open, end.ids());
        } else if (task instanceof Release release) {
            attempts.release(open, release.id());
            begun = null;
        } else if (task instanceof Park park
                && context.deadLetters().park(open, park.id(), park.reason(), park.detail())) {
            context.events().deadLettered(park.reason(), "order " + park.id() + ": " + park.detail());
        }
        return List.of();
    }

    private List<UUID> claim(Decide decide, Session open) throws SQLException {
        return switch (decide.claimed()) {
            case YES -> decide.ids();
            case NOT -> attempts.claimUndecided(open, decide.ids());
            case MAYBE -> {
                // also those that are decided, or their claims would stay
                Attempts.Claims claims = attempts.claim(open, decide.ids());
                yield decide.ids().stream().filter(claims::isMine).toList();
            }
        };
    }

    /** Decides what is free; what did not fit goes on at once, what others hold is left for a later search. */
    private List<Task> decide(Decide decide, Session open) throws SQLException {
        List<UUID> ids = claim(decide, open);
        if (ids.isEmpty()) {
            // somebody else decides them, or has
            return List.of();
        }
        boolean around = isImpatient();
        BatchResult result = recoverer.decide(ids, around, open);
        List<UUID> rest = recoverer.rest(ids, result);
        if (!around && !result.verdicts().isEmpty()) {
            pieces.goodTimes();
        }
        if (rest.isEmpty()) {
            return List.of(new EndAttempts(ids));
        }
        Set<UUID> left = new HashSet<>(rest);
        List<UUID> done = ids.stream().filter(id -> !left.contains(id)).toList();
        return List.of(new Decide(rest, Claimed.YES), new EndAttempts(done));
    }

    private List<Task> isolate(Isolate isolate, Session open) throws SQLException {
        UUID id = isolate.id();
        boolean again = begun == isolate;
        begun = isolate;
        OptionalInt attempt = attempts.begin(open, id, again);
        if (attempt.isEmpty()) {
            begun = null;
            return List.of();
        }
        EndAttempts end = new EndAttempts(List.of(id));
        if (attempt.getAsInt() > ATTEMPTS) {
            String detail = ATTEMPTS + " isolated attempts never ended";
            return List.of(new Park(id, DeadLetterReason.CRASHED_WORKER, detail), end);
        }
        BatchResult result = recoverer.decide(List.of(id), true, open);
        if (!result.waiting().isEmpty() && !isImpatient()) {
            result = recoverer.decide(List.of(id), false, open);
        }
        if (result.waiting().isEmpty()) {
            return List.of(end);
        }
        pieces.passOver(List.of(id));
        return List.of(new Release(id));
    }

    /**
     * Whether a wait for a row has just been in vain: for a while what others hold is left out without waiting for it.
     */
    private boolean isImpatient() {
        return impatient && context.nanoTime().getAsLong() - impatientUntil < 0;
    }

    private void replaceHead(List<Task> next) {
        tasks.removeFirst();
        for (int i = next.size() - 1; i >= 0; i--) {
            tasks.addFirst(next.get(i));
        }
    }

    private long failed(Exception e) {
        Failures.Kind kind = Failures.kind(e);
        if (kind == Failures.Kind.OUTAGE) {
            session.discard(e);
        } else if (kind == Failures.Kind.BROKEN) {
            // its pauses are longer than the server lets a session be silent
            session.giveBack();
        }
        Task head = tasks.peekFirst();
        doubtClaims();
        boolean lockWait = e instanceof SQLException sql && SqlFailure.isLockWait(sql);
        if (lockWait || kind == Failures.Kind.OUTAGE) {
            pieces.badTimes();
        }
        if (lockWait && goAround(head)) {
            failures.halved(e);
            return 0;
        }
        if (kind != Failures.Kind.POISON) {
            return failures.pause(kind, describe(head), e);
        }
        if (head instanceof Decide decide) {
            return findCulprit(decide.ids(), e);
        }
        if (head instanceof Isolate isolate) {
            return findCulprit(List.of(isolate.id()), e);
        }
        return failures.pause(Failures.Kind.BROKEN, describe(head), e);
    }

    /** The first task failed somewhere. */
    private void doubtClaims() {
        if (tasks.peekFirst() instanceof Decide decide) {
            replaceHead(List.of(new Decide(decide.ids(), Claimed.MAYBE)));
        }
    }

    /** Somebody holds a row and does not let go: the orders that need it are left for later, and the others go on. */
    private boolean goAround(Task head) {
        if (!(head instanceof Decide) && !(head instanceof Isolate) || isImpatient()) {
            return false;
        }
        impatient = true;
        impatientUntil = context.nanoTime().getAsLong() + IMPATIENCE;
        return true;
    }

    /** Parks the order that is known to be at fault, or halves until it is known. */
    private long findCulprit(List<UUID> ids, Exception e) {
        if (e instanceof UnreadableOrderException unreadable && ids.contains(unreadable.orderId())) {
            return park(unreadable.orderId(), ids, e.getMessage());
        }
        if (ids.size() > 1) {
            int middle = ids.size() / 2;
            replaceHead(List.of(
                    new Decide(ids.subList(0, middle), Claimed.MAYBE),
                    new Decide(ids.subList(middle, ids.size()), Claimed.MAYBE)));
            failures.halved(e);
            return 0;
        }
        if (++loneFailures < LONE_FAILURES) {
            return failures.pause(Failures.Kind.CONTENTION, "order " + ids.get(0), e);
        }
        return park(ids.get(0), ids, SqlFailure.reason(e));
    }

    private long park(UUID culprit, List<UUID> ids, String detail) {
        loneFailures = 0;
        List<Task> next = new ArrayList<>();
        next.add(new Park(culprit, DeadLetterReason.POISON, detail));
        next.add(new EndAttempts(Collections.singletonList(culprit)));
        List<UUID> others = ids.stream().filter(id -> !id.equals(culprit)).toList();
        if (!others.isEmpty()) {
            next.add(new Decide(others, Claimed.MAYBE));
        }
        replaceHead(next);
        failures.replaced();
        return 0;
    }

    private static String describe(Task head) {
        if (head instanceof Decide decide) {
            return "recovery of " + decide.ids().size() + " orders";
        }
        return head == null ? "the search of the journal" : "recovery's " + head;
    }
}
