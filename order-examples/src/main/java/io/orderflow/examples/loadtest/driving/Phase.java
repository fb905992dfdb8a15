package io.orderflow.examples.loadtest.driving;

import io.orderflow.OrderEvent;
import io.orderflow.OrderListener.Decision;
import io.orderflow.OrderRequest;
import io.orderflow.RejectReason;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.loadtest.counting.Acceptances;
import io.orderflow.examples.loadtest.counting.Decisions;
import io.orderflow.examples.loadtest.counting.FeedEvents;
import io.orderflow.examples.loadtest.counting.Holds;
import io.orderflow.examples.loadtest.counting.Lateness;
import io.orderflow.examples.loadtest.counting.Moments;
import io.orderflow.examples.loadtest.counting.PhaseCounts;
import io.orderflow.examples.loadtest.counting.Records;
import io.orderflow.examples.loadtest.counting.Replays;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import io.orderflow.examples.loadtest.counting.RunLedger;
import io.orderflow.examples.loadtest.orders.LoadData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * One stretch of orders, the warm-up or the measured ones, with all that is counted about them. Any number of threads
 * may submit, answer and decide at once. Times are {@link System#nanoTime}.
 */
public final class Phase {
    /** An answer after which the request is not submitted again. */
    static final long FINAL = -1;

    /** How long an interrupted test waits for the answers and verdicts that are due. */
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    private final LoadData data;
    private final long first;
    private final long resubmitNanos;
    private final Bearings bearings;
    private final RunLedger ledger;
    private final Acceptances acceptances = new Acceptances();
    private final Decisions decisions = new Decisions();
    private final Lateness lateness = new Lateness();
    private final Replays replays = new Replays();
    private final Holds holds = new Holds();
    private final AtomicInteger settled = new AtomicInteger();
    private final AtomicInteger submitted = new AtomicInteger();
    private volatile long start;
    private volatile int orders;
    private volatile long limitNanos = Long.MAX_VALUE;
    private volatile Moments moments = Moments.NONE;
    private volatile IntConsumer whenReserved = index -> {};
    private volatile Optional<FeedEvents> feed = Optional.empty();
    private volatile Interruption interruption = Interruption.NEVER;

    /**
     * What this process gets to know by itself.
     *
     * @param ids whether the ids of orders are known before they are accepted
     * @param verdicts whether a listener hears the verdicts; otherwise they are read in the database
     */
    public record Bearings(boolean ids, boolean verdicts) {
        /** Intake and workers are in this process. */
        public static final Bearings ALL = new Bearings(true, true);
    }

    /**
     * Makes a phase that has not begun.
     *
     * @param first number of its first order
     * @param orders how many orders it has, at most if it is limited in time
     * @param resubmitFor how long after its first submission an order that was not accepted is submitted again
     */
    public Phase(LoadData data, long first, int orders, Duration resubmitFor, Bearings bearings) {
        this.data = data;
        this.first = first;
        this.resubmitNanos = resubmitFor.toNanos();
        this.bearings = bearings;
        this.ledger = new RunLedger(orders);
        this.orders = orders;
    }

    /** Tells from now on what happens, second by second. */
    public void tell(Moments listener) {
        moments = listener;
    }

    /** Is told from now on the index of each order that is known to hold what it took; to be called before that. */
    void whenReserved(IntConsumer listener) {
        whenReserved = listener;
    }

    /** Counts from now on what a feed tells. */
    public void feed(FeedEvents events) {
        feed = Optional.of(events);
    }

    /** Notes the time just before the first submission, from which all others are counted. */
    public void begin(long now) {
        start = now;
    }

    /** Ends the submitting this long after the beginning, however many orders are left; to be called before that. */
    public void limit(Duration time) {
        limitNanos = time.toNanos();
    }

    /**
     * Ends the submitting, and what waits for answers, when the person wants that; to be called before the beginning.
     */
    public void endOn(Interruption early) {
        interruption = early;
    }

    /** Whether to wait no longer for what was submitted. */
    boolean isGivenUp() {
        return interruption.isRequestedFor(LAST_WAIT);
    }

    /** Whether an order is still to be submitted. */
    boolean goesOn(int index) {
        return index < orders && !interruption.isRequested() && System.nanoTime() - start < limitNanos;
    }

    /** The time that is left for submitting; empty where it has no limit. */
    public OptionalLong secondsLeft() {
        return limitNanos == Long.MAX_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, (limitNanos - (System.nanoTime() - start)) / 1_000_000_000));
    }

    /** Notes how many orders were submitted, which is fewer than it could have when the time was over. */
    void end(int submittedOrders) {
        orders = submittedOrders;
    }

    /** How many orders it has; while its time is not over, how many it can have. */
    public int orders() {
        return orders;
    }

    /** All orders below this index, and no other, were submitted or are about to be. */
    public int submitted() {
        return submitted.get();
    }

    public RunLedger ledger() {
        return ledger;
    }

    public OrderRequest request(int index) {
        return data.request(first + index);
    }

    /**
     * Notes that an order is about to be submitted.
     *
     * @param now the time from which its latency is measured: now, or when it was due
     */
    public void submitted(int index, OrderRequest request, long now) {
        ledger.submitted(index, now);
        if (bearings.ids()) {
            ledger.enter(index, request.id());
        }
        submitted.accumulateAndGet(index + 1, Math::max);
    }

    /**
     * Notes the answer to a submission.
     *
     * @return after how many nanoseconds to submit the same request again, or {@link #FINAL}
     */
    public long answered(int index, Reply reply, long now) {
        boolean unclearBefore = (ledger.marks(index) & RunLedger.UNCLEAR) != 0;
        if (reply.kind() == Kind.ACCEPTED || (reply.kind() == Kind.DUPLICATE && unclearBefore)) {
            accepted(index, reply, now);
            return FINAL;
        }
        acceptances.problem(reply);
        moments.refused(reply.kind().name().toLowerCase(Locale.ROOT));
        if (reply.isUnclear()) {
            ledger.mark(index, RunLedger.UNCLEAR);
        }
        long pause = reply.retryAfter().map(Duration::toNanos).orElse(FINAL);
        if (pause == FINAL || interruption.isRequested() || now + pause - ledger.submitNanos(index) > resubmitNanos) {
            acceptances.refused(reply, (ledger.marks(index) & RunLedger.UNCLEAR) != 0, now - start);
            return FINAL;
        }
        acceptances.resubmitted();
        return pause;
    }

    private void accepted(int index, Reply reply, long now) {
        if (!bearings.ids()) {
            ledger.enter(index, reply.orderId().orElseThrow());
        }
        long taken = now - ledger.submitNanos(index);
        acceptances.accepted(taken, now - start);
        moments.accepted(taken);
        if ((ledger.mark(index, RunLedger.ACCEPTED) & RunLedger.DECIDED) != 0) {
            settled.incrementAndGet();
        }
    }

    /** Whether the request of an order is to be submitted once more, now that its answer is final. */
    boolean isReplayed(int index) {
        return (ledger.marks(index) & RunLedger.ACCEPTED) != 0 && data.isReplayed(first + index);
    }

    /** Notes the answer to a replay. */
    public void replayed(Reply reply) {
        replays.answered(reply.kind());
    }

    /** Notes decisions that a listener heard; those of other phases and of others' orders are passed over. */
    public void heard(List<Decision> all, long now) {
        for (Decision decision : all) {
            int index = ledger.find(decision.orderId());
            if (index < 0) {
                continue;
            }
            int before = ledger.mark(index, RunLedger.HEARD);
            if ((before & RunLedger.HEARD) != 0) {
                decisions.toldAgain();
                continue;
            }
            long taken = now - ledger.submitNanos(index);
            decisions.took(taken, data.isUrgent(first + index));
            if ((before & RunLedger.READ) != 0) {
                decisions.unheard(-1);
            } else {
                moments.decided(taken);
                decided(index, before, now, decision.rejectReason());
            }
        }
    }

    /**
     * Notes an order whose verdict stands in the database. It counts as decided now; where a listener should have heard
     * it, it was decided elsewhere or the event is lost, and its time is not known.
     */
    public void read(int index, long now) {
        read(index, now, Optional.empty());
    }

    /**
     * Looks in the database for the verdicts of accepted orders that are not known yet, and notes what it finds.
     *
     * @param from the index to begin with
     * @param most how many such orders to look at
     */
    Records.Looked readVerdicts(Records records, int from, int most) throws SQLException {
        return records.readVerdicts(ledger, from, submitted(), most, this::read);
    }

    /** The same of an order that may be rejected. */
    public void read(int index, long now, Optional<RejectReason> rejected) {
        int before = ledger.mark(index, RunLedger.READ);
        if ((before & RunLedger.DECIDED) != 0) {
            return;
        }
        if (bearings.verdicts()) {
            decisions.unheard(1);
            moments.decidedUnheard();
        } else {
            long taken = now - ledger.submitNanos(index);
            decisions.took(taken, data.isUrgent(first + index));
            moments.decided(taken);
        }
        decided(index, before, now, rejected);
    }

    private void rejected(RejectReason reason) {
        moments.rejected(reason.name().toLowerCase(Locale.ROOT));
    }

    private void decided(int index, int marksBefore, long now, Optional<RejectReason> rejected) {
        rejected.ifPresent(this::rejected);
        if (rejected.isEmpty() && data.isHeld(first + index)) {
            whenReserved.accept(index);
        }
        decisions.known(now - start);
        if ((marksBefore & RunLedger.ACCEPTED) != 0) {
            settled.incrementAndGet();
        }
    }

    /**
     * Notes an event that a feed told.
     *
     * @param age time since it happened
     * @return false if no order of this phase is known by that id so far
     */
    public boolean told(OrderEvent.Type type, UUID id, Duration age) {
        int index = ledger.find(id);
        if (index < 0) {
            return false;
        }
        int mark = type == OrderEvent.Type.CONFIRMED ? RunLedger.CONFIRMATION_TOLD : RunLedger.TOLD;
        if ((ledger.mark(index, mark) & mark) == 0) {
            feed.orElseThrow().told(age);
        } else {
            feed.orElseThrow().toldAgain();
        }
        return true;
    }

    /** Whether something is known to have happened that the feed has not told. */
    boolean isUntold() {
        // the cheap question first: the other one looks at each order
        return feed.orElseThrow().events() < settled() + holds.confirmed() || ledger.untold() > 0;
    }

    /** What a feed told; empty when none is read. */
    public Optional<FeedEvents> feed() {
        return feed;
    }

    /** What became of the orders that hold what they took. */
    public Holds holds() {
        return holds;
    }

    /** Accepted orders whose verdict is known. */
    public int settled() {
        return settled.get();
    }

    /** Accepted orders whose verdict is not known yet. Only once all answers are in, 0 means that all is done. */
    public long unsettled() {
        return acceptances.count() - settled.get();
    }

    /** What the orders were answered. */
    public Acceptances acceptances() {
        return acceptances;
    }

    /** What was decided. */
    public Decisions decisions() {
        return decisions;
    }

    /** What became of the requests that were submitted again. */
    public Replays replays() {
        return replays;
    }

    /** How late the generator was; nothing at maximum speed. */
    public Lateness lateness() {
        return lateness;
    }

    /** All that was counted. */
    public PhaseCounts counts() {
        return new PhaseCounts(orders, settled(), acceptances, decisions, lateness, replays, holds, feed);
    }
}
