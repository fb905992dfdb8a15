package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Breaker.State.CLOSED;
import static io.orderflow.internal.intake.Breaker.State.NEW;
import static io.orderflow.internal.intake.Breaker.State.OPEN;
import static io.orderflow.internal.intake.Breaker.State.TRIAL;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.JournalOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Writes what stands in the line to the journal, a group at a time, and answers it. The only user of the journal (A5);
 * its step is run by one thread at a time.
 */
final class JournalWriter {
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);
    private static final String UNEXPECTED = "failed unexpectedly, see the log";

    private final Parts parts;
    private final Journal journal;
    private final Publisher publisher;
    private final Breaker breaker;
    private final StuckOrders stuck;
    private final Verdicts verdicts;
    private final long groupWait;
    private final long patience;

    private volatile Optional<Flight> flight = Optional.empty();
    private volatile Optional<Instant> lastWrite = Optional.empty();

    // touched by the writer's thread alone
    private boolean used;
    private long usedAt;

    @FunctionalInterface
    private interface Call {
        List<JournalOutcome> on(List<OrderEntry> entries) throws JournalException;
    }

    JournalWriter(Parts parts, Journal journal, Publisher publisher) {
        this.parts = parts;
        this.journal = journal;
        this.publisher = publisher;
        this.breaker = parts.journalBreaker();
        this.stuck = parts.stuck();
        this.verdicts = new Verdicts(parts.clock());
        this.groupWait = parts.settings().groupWait().toNanos();
        this.patience = parts.settings().journalTimeout().toNanos();
    }

    /** What is at the journal now. By any thread. */
    Optional<Flight> flight() {
        return flight;
    }

    /** When the journal last confirmed what it was asked to write. By any thread. */
    Optional<Instant> lastWrite() {
        return lastWrite;
    }

    /**
     * Writes one group, settles what is stuck, or probes, whatever is due.
     *
     * @return nanoseconds until it wants to be called again without being woken
     */
    long step() {
        long now = parts.now();
        parts.router().gathering(false);
        if (breaker.state() == OPEN) {
            return whileOpen(now);
        }
        if (breaker.state() == NEW) {
            probe();
            return 0;
        }
        if (stuck.untilDue(now) == 0) {
            return settle(now);
        }
        if (parts.router().taker(now) != Router.Taker.JOURNAL) {
            parts.router().changed(now);
            return idle(now);
        }
        long wait = untilGathered(now);
        return wait > 0 ? wait : takeFromLine(now);
    }

    private long takeFromLine(long now) {
        if (!used && !parts.buffer().isEmpty()) {
            // what waits for a connection is still in line, so an outage that began unseen is a clear no
            probe();
            return 0;
        }
        Answers.Round late = parts.answers().begin();
        List<Submission> taken = parts.buffer().take(most(), now, late);
        late.end();
        List<Submission> free = stuck.keepSuspects(taken, now);
        if (!free.isEmpty()) {
            fly(new Group(free), journal::write, false);
            return 0;
        }
        return taken.isEmpty() ? idle(now) : 0;
    }

    private int most() {
        return breaker.state() == TRIAL ? 1 : parts.settings().maxGroup();
    }

    private long whileOpen(long now) {
        releaseStuck();
        long wait = breaker.untilProbe(now);
        if (wait == 0) {
            probe();
        }
        return wait;
    }

    /** While the journal is away, the queue may have them. */
    private void releaseStuck() {
        while (!stuck.isEmpty()) {
            Flight apart = new Flight(new Group(stuck.take(parts.now())), parts.now(), false);
            // maybe: as when settling fails
            apart.giveBack(parts.buffer(), "it was kept apart, then: " + breaker.lastError(), true);
            parts.router().changed(parts.now());
        }
    }

    private long untilGathered(long now) {
        if (groupWait == 0 || breaker.state() != CLOSED || parts.buffer().isEmpty()) {
            return 0;
        }
        long wait = parts.buffer().oldest(now) + groupWait - now;
        if (wait <= 0) {
            return 0;
        }
        // announced before the look: the submission that fills the group either is seen here or wakes
        parts.router().gathering(true);
        boolean full = parts.buffer().unanswered() >= parts.settings().maxGroup();
        parts.router().gathering(!full);
        return full ? 0 : wait;
    }

    private long idle(long now) {
        if (used && now - usedAt >= IDLE) {
            giveBackConnection();
            return 0;
        }
        return Math.min(IDLE, stuck.untilDue(now));
    }

    /** Giving a connection back asks its server too, and that may be the first call that a dead one does not answer. */
    private void giveBackConnection() {
        used = false;
        flight = Optional.of(new Flight(Group.EMPTY, parts.now(), false));
        try {
            journal.idle();
        } finally {
            flight = Optional.empty();
        }
    }

    private void probe() {
        flight = Optional.of(new Flight(Group.EMPTY, parts.now(), false));
        String failure = UNEXPECTED;
        try {
            journal.probe();
            failure = "";
        } catch (JournalException e) {
            failure = message(e);
        } finally {
            // whatever it threw: a journal that says nothing for certain takes nothing
            flight = Optional.empty();
            touched();
            if (failure.isEmpty()) {
                breaker.probed();
            } else {
                breaker.failed(failure, parts.now());
            }
            parts.router().changed(parts.now());
        }
    }

    private long settle(long now) {
        List<Submission> taken = stuck.take(now);
        if (!taken.isEmpty()) {
            // maybe: the locked row may be this very order, on its way from another process
            fly(new Group(taken), journal::settle, true);
        }
        return 0;
    }

    private void fly(Group group, Call call, boolean maybe) {
        long start = parts.now();
        Flight flying = new Flight(group, start, breaker.trying(start));
        flight = Optional.of(flying);
        boolean ended = false;
        try {
            List<JournalOutcome> outcomes = call.on(group.entries());
            requireOneEach(group, outcomes);
            land(flying, outcomes);
            ended = true;
        } catch (JournalException e) {
            fail(flying, message(e), maybe || e.fate() == JournalException.Fate.UNKNOWN);
            ended = true;
        } finally {
            if (!ended) {
                flying.giveBackRest(parts.buffer(), UNEXPECTED);
                fail(flying, UNEXPECTED, true);
            }
            flight = Optional.empty();
            touched();
        }
    }

    private static void requireOneEach(Group group, List<JournalOutcome> outcomes) {
        if (outcomes.size() != group.heads().size()) {
            throw new IllegalStateException("the journal must return one outcome for each entry: " + outcomes.size()
                    + " for " + group.heads().size());
        }
    }

    private void touched() {
        used = true;
        usedAt = parts.now();
    }

    private void fail(Flight flying, String message, boolean maybe) {
        breaker.failed(message, parts.now());
        flying.giveBack(parts.buffer(), message, maybe);
        parts.router().changed(parts.now());
    }

    private void land(Flight flying, List<JournalOutcome> outcomes) {
        parts.listener().grouped(outcomes.size());
        boolean mine = flying.claim();
        List<OrderEntry> written = answer(flying.group(), outcomes, mine);
        long now = parts.now();
        lastWrite = Optional.of(parts.clock().instant());
        if (flying.age(now) <= patience) {
            breaker.worked(now);
        } else {
            breaker.failed("a write took " + TimeUnit.NANOSECONDS.toMillis(flying.age(now)) + " ms", now);
        }
        parts.router().changed(now);
        if (!written.isEmpty()) {
            publisher.publishLater(written, now);
        }
    }

    /**
     * Answers what can be; what cannot goes apart or back to the line, unless the watchdog has given it back already.
     */
    private List<OrderEntry> answer(Group group, List<JournalOutcome> outcomes, boolean mine) {
        List<OrderEntry> written = new ArrayList<>(outcomes.size());
        List<Submission> again = new ArrayList<>();
        Answers.Round round = parts.answers().begin();
        for (int i = 0; i < outcomes.size(); i++) {
            Submission head = group.heads().get(i);
            JournalOutcome outcome = outcomes.get(i);
            if (outcome instanceof JournalOutcome.Stuck it) {
                keepApart(group, head, it.why(), mine);
                continue;
            }
            if (outcome instanceof JournalOutcome.Written) {
                written.add(head.entry());
            }
            stuck.clear(head.entry().id());
            round.give(head, verdicts.ofHead(head, outcome));
            for (Submission twin : group.twins(head)) {
                verdicts.ofTwin(head, twin, outcome)
                        .ifPresentOrElse(result -> round.give(twin, result), () -> again.add(twin));
            }
        }
        round.end();
        if (mine && !again.isEmpty()) {
            again.removeIf(submission -> !submission.giveBack("", false));
            parts.buffer().giveBack(again);
        }
        return written;
    }

    private void keepApart(Group group, Submission head, String why, boolean mine) {
        stuck.suspect(head.entry().id(), parts.now());
        if (mine) {
            stuck.add(head, why);
            group.twins(head).forEach(twin -> stuck.add(twin, why));
        }
    }

    /** The last act of the writer's thread. */
    void end() {
        journal.idle();
    }

    private static String message(JournalException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
