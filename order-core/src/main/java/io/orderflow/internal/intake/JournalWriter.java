package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Breaker.State.CLOSED;
import static io.orderflow.internal.intake.Breaker.State.NEW;
import static io.orderflow.internal.intake.Breaker.State.OPEN;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.JournalOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes what stands in the line to the journal, a group at a time, and answers it. Its step is run by one thread at a
 * time.
 */
final class JournalWriter implements Watchdog.Watched {
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

    private final DurablePlace place;
    private final JournalCalls journal;
    private final Gathering gathering;
    private final Verdicts verdicts;
    private final Outbox outbox;
    private final int maxGroup;
    private final StuckOrders stuck;

    /**
     * Starts with nothing stuck.
     *
     * @param place the journal as a durable place
     * @param outbox gets what was written
     * @param maxGroup most submissions that are written together
     */
    JournalWriter(
            DurablePlace place,
            JournalCalls journal,
            Gathering gathering,
            Verdicts verdicts,
            Outbox outbox,
            int maxGroup) {
        this.place = place;
        this.journal = journal;
        this.gathering = gathering;
        this.verdicts = verdicts;
        this.outbox = outbox;
        this.maxGroup = maxGroup;
        this.stuck = new StuckOrders(place.now());
    }

    /**
     * Writes one group, settles what is stuck, or probes, whatever is due.
     *
     * @return nanoseconds until it wants to be called again without being woken
     */
    long step() {
        long now = place.now();
        gathering.end();
        if (place.state() == OPEN) {
            releaseStuck();
            return place.probeIfDue(journal::probe, now);
        }
        if (place.state() == NEW) {
            place.probe(journal::probe);
            return 0;
        }
        if (stuck.untilDue(now) == 0) {
            return settle(now);
        }
        if (!place.mayTake(now)) {
            return idle(now);
        }
        long wait = place.state() == CLOSED ? gathering.left(now) : 0;
        return wait > 0 ? wait : takeFromLine(now);
    }

    private long takeFromLine(long now) {
        if (journal.rests() && !place.isLineEmpty()) {
            // what waits for a connection is still in line, so an outage that began unseen is a clear no
            place.probe(journal::probe);
            return 0;
        }
        List<Submission> taken = place.take(maxGroup, now);
        List<Submission> free = stuck.keepSuspects(taken, now);
        if (!free.isEmpty()) {
            place.fly(new Group(free), this::write);
            return 0;
        }
        return taken.isEmpty() ? idle(now) : 0;
    }

    /** While the journal is away, the queue may have them. */
    private void releaseStuck() {
        while (!stuck.isEmpty()) {
            place.release(stuck.take(place.now()));
        }
    }

    private long settle(long now) {
        List<Submission> taken = stuck.take(now);
        if (!taken.isEmpty()) {
            place.fly(new Group(taken), this::settle);
        }
        return 0;
    }

    /** Giving a connection back asks its server too, and that may be the first call that a dead one does not answer. */
    private long idle(long now) {
        if (journal.isIdle(now)) {
            place.watched(journal::rest);
            return 0;
        }
        return Math.min(IDLE, stuck.untilDue(now));
    }

    private void write(Flight flying) {
        try {
            land(flying, journal.write(flying.group().entries()));
        } catch (JournalException e) {
            place.fail(flying, JournalCalls.message(e), e.fate() == JournalException.Fate.UNKNOWN);
        }
    }

    private void settle(Flight flying) {
        try {
            land(flying, journal.settle(flying.group().entries()));
        } catch (JournalException e) {
            // maybe: the locked row may be this very order, on its way from another process
            place.fail(flying, JournalCalls.message(e), true);
        }
    }

    private void land(Flight flying, List<JournalOutcome> outcomes) {
        List<OrderEntry> written = answer(flying, outcomes);
        place.worked(flying);
        if (!written.isEmpty()) {
            outbox.publishLater(written, place.now());
        }
    }

    /** Answers what can be; what cannot goes apart or back to the line. */
    private List<OrderEntry> answer(Flight flying, List<JournalOutcome> outcomes) {
        Group group = flying.group();
        List<OrderEntry> written = new ArrayList<>(outcomes.size());
        Landing landing = place.land(flying);
        for (int i = 0; i < outcomes.size(); i++) {
            Submission head = group.heads().get(i);
            JournalOutcome outcome = outcomes.get(i);
            if (outcome instanceof JournalOutcome.Stuck it) {
                keepApart(group, head, it.why(), landing.isMine());
                continue;
            }
            if (outcome instanceof JournalOutcome.Written) {
                written.add(head.entry());
            }
            stuck.clear(head.entry().id());
            landing.give(head, verdicts.ofHead(head, outcome));
            for (Submission twin : group.twins(head)) {
                verdicts.ofTwin(head, twin, outcome)
                        .ifPresentOrElse(result -> landing.give(twin, result), () -> landing.tryAgain(twin));
            }
        }
        landing.end();
        return written;
    }

    private void keepApart(Group group, Submission head, String why, boolean mine) {
        stuck.suspect(head.entry().id(), place.now());
        if (mine) {
            stuck.add(head, why);
            group.twins(head).forEach(twin -> stuck.add(twin, why));
        }
    }

    /** The last act of the writer's thread. */
    void end() {
        journal.rest();
    }

    @Override
    public void watch(long now) {
        place.watch(now);
    }

    /** Shows what is on its way to the journal, and what is stuck. */
    @Override
    public void forEach(Consumer<Submission> action) {
        place.forEach(action);
        stuck.forEach(action);
    }
}
