package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.UnreadableOrderException;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.worker.Work.Decide;
import io.orderflow.internal.worker.Work.Isolate;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a thread has begun, and what follows from it. The first piece of work is tried until it is done. What fails for
 * reasons outside its orders is tried again without end. What needs a row that somebody holds is gone around. What
 * fails because of its orders is halved until the culprit is alone, and only that one is parked. Not thread-safe.
 *
 * @param <O> an order as its origin knows it
 */
final class WorkList<O> {
    /** An order that fails alone this often in a row is parked. */
    private static final int LONE_FAILURES = 3;

    private final Origin<O> origin;
    private final First<O> first;
    private final Performer<O> performer;
    private final SessionHolder session;
    private final Failures failures;
    private final Deque<Work<O>> work = new ArrayDeque<>();
    private int loneFailures;

    /** Says what is done before all else in a session. */
    @FunctionalInterface
    interface First<O> {
        Optional<Work<O>> in(Session session);
    }

    /** No work; session and failures are shared with what else the thread does. */
    WorkList(Origin<O> origin, Attempts attempts, SessionHolder session, Failures failures) {
        this(origin, any -> Optional.empty(), attempts, session, failures);
    }

    /** The same, with something that may come before all else. */
    WorkList(Origin<O> origin, First<O> first, Attempts attempts, SessionHolder session, Failures failures) {
        this.origin = origin;
        this.first = first;
        this.performer = new Performer<>(origin, attempts);
        this.session = session;
        this.failures = failures;
    }

    boolean isEmpty() {
        return work.isEmpty();
    }

    int size() {
        return work.size();
    }

    /** Whether what comes next is no more than the end of something. */
    boolean isEnding() {
        return work.peekFirst() instanceof Work.EndAttempts || work.peekFirst() instanceof Work.Release;
    }

    void add(Work<O> last) {
        work.addLast(last);
    }

    void addFirst(Work<O> first) {
        work.addFirst(first);
    }

    /**
     * Tries the first piece of work.
     *
     * @return what was done; empty if it failed, and then {@link Failures} knows when to try again
     */
    Optional<Work<O>> attempt() {
        try {
            Session on = session.get();
            first.in(on).ifPresent(work::addFirst);
            Work<O> head = work.peekFirst();
            replaceHead(performer.perform(head, on));
            loneFailures = 0;
            failures.over();
            return Optional.of(head);
        } catch (SQLException | RuntimeException e) {
            failed(e);
            return Optional.empty();
        } catch (Error e) {
            // in the middle of a transaction, maybe: going on in it would take its own rows for decided ones
            session.discard(e);
            doubtClaims();
            throw e;
        }
    }

    /** Nobody knows any more which orders of the first piece of work are claimed, or for how long. */
    void doubtClaims() {
        if (work.peekFirst() instanceof Decide<O> decide) {
            replaceHead(List.of(decide.again()));
        }
    }

    /** What comes instead of the first piece of work, or because it is done. */
    private void replaceHead(List<Work<O>> next) {
        work.removeFirst();
        for (int i = next.size() - 1; i >= 0; i--) {
            work.addFirst(next.get(i));
        }
    }

    private void failed(Exception e) {
        Failures.Kind kind = isDecision() ? Failures.seeTo(e, session) : Failures.seeToBlamingNobody(e, session);
        doubtClaims();
        Work<O> head = work.peekFirst();
        if (Failures.areBadTimes(e)) {
            origin.badTimes();
        }
        if (Failures.isHeld(e) && goAround(head)) {
            failures.halved(e);
        } else if (kind != Failures.Kind.POISON) {
            failures.pause(kind, describe(head), e);
        } else if (head instanceof Decide<O> decide) {
            findCulprit(decide, e);
        } else if (head instanceof Isolate<O> isolate) {
            findCulprit(new Decide<>(List.of(isolate.order()), true, Work.Claimed.MAYBE), e);
        }
    }

    /** Nothing of an order's own goes through anything else: setting aside what cannot be decided must succeed. */
    private boolean isDecision() {
        Work<O> head = work.peekFirst();
        return head instanceof Decide || head instanceof Isolate;
    }

    private boolean goAround(Work<O> head) {
        Optional<List<Work<O>>> instead = origin.goAround(head);
        instead.ifPresent(this::replaceHead);
        return instead.isPresent();
    }

    /** Parks the order that is known to be at fault, or halves until it is known. */
    private void findCulprit(Decide<O> decide, Exception e) {
        List<O> orders = decide.orders();
        Optional<O> named = named(e, orders);
        if (named.isPresent() && e instanceof UnreadableOrderException unreadable) {
            // who tells of it names the order
            park(named.get(), decide, unreadable.detail(), 1);
        } else if (orders.size() > 1) {
            replaceHead(decide.halves());
            failures.halved(e);
        } else if (++loneFailures < LONE_FAILURES) {
            failures.pause(Failures.Kind.CONTENTION, "order " + origin.id(orders.get(0)), e);
        } else {
            park(orders.get(0), decide, SqlFailure.reason(e), LONE_FAILURES);
        }
    }

    private Optional<O> named(Exception e, List<O> orders) {
        if (!(e instanceof UnreadableOrderException unreadable)) {
            return Optional.empty();
        }
        return orders.stream()
                .filter(order -> origin.id(order).equals(unreadable.orderId()))
                .findFirst();
    }

    private void park(O culprit, Decide<O> decide, String detail, int attempts) {
        loneFailures = 0;
        List<Work<O>> next = new ArrayList<>();
        next.add(new Work.Park<>(culprit, DeadLetterReason.POISON, detail, attempts));
        if (decide.isClaimed()) {
            next.add(new Work.EndAttempts<>(List.of(origin.id(culprit))));
        }
        List<O> others =
                decide.orders().stream().filter(order -> order != culprit).toList();
        if (!others.isEmpty()) {
            next.add(new Decide<>(others, decide.around(), decide.claimed()));
        }
        replaceHead(next);
        failures.replaced();
    }

    private String describe(Work<O> head) {
        if (head instanceof Decide<O> decide) {
            return origin.describe(decide.orders());
        }
        if (head instanceof Isolate<O> isolate) {
            return "order " + origin.id(isolate.order());
        }
        if (head instanceof Work.EndAttempts<O> end) {
            return "ending the attempts of " + end.orders().size() + " orders from "
                    + end.orders().get(0);
        }
        return head instanceof Work.Look
                ? "a look at the database before messages are acked"
                : "setting something aside";
    }
}
