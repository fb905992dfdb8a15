package io.orderflow.examples.loadtest;

import io.orderflow.OrderListener.Decision;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.examples.report.Moments;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import org.HdrHistogram.Histogram;

/**
 * One stretch of orders, the warm-up or the measured ones, with all that is counted about them. Any number of threads
 * may submit, answer and decide at once. Times are {@link System#nanoTime}.
 */
final class Phase {
    /** What the last answer to a request was. */
    enum Answer {
        ACCEPTED,
        DUPLICATE,
        CONFLICT,
        OVERLOADED,
        UNAVAILABLE,
        UNKNOWN,
        /** The call threw an exception. */
        FAILED
    }

    /** An answer after which the request is not submitted again. */
    static final long FINAL = -1;

    private static final long UNKNOWN_PAUSE_NANOS = 200_000_000;

    private final LoadData data;
    private final long first;
    private final long resubmitNanos;
    private final Ledger ledger;
    private final Histogram acceptNanos = Latency.histogram();
    private final Histogram decideNanos = Latency.histogram();
    private final AtomicLongArray answers = new AtomicLongArray(Answer.values().length);
    private final AtomicReference<String> firstProblem = new AtomicReference<>();
    private final AtomicInteger settled = new AtomicInteger();
    private final AtomicInteger resubmissions = new AtomicInteger();
    private final AtomicInteger unclear = new AtomicInteger();
    private final AtomicInteger unheard = new AtomicInteger();
    private final AtomicInteger toldTwice = new AtomicInteger();
    private final Span accepts = new Span();
    private final Span decisions = new Span();
    private final Lateness lateness = new Lateness();
    private final Replays replays = new Replays();
    private final LongAccumulator lastAnswer;
    private final LongAccumulator lastDecision;
    private volatile long start;
    private volatile int orders;
    private volatile long limitNanos = Long.MAX_VALUE;
    private volatile Moments moments = Moments.NONE;

    /**
     * Makes a phase that has not begun.
     *
     * @param first number of its first order
     * @param orders how many orders it has, at most if it is limited in time
     * @param resubmitFor how long after its first submission an order that was not accepted is submitted again
     */
    Phase(LoadData data, long first, int orders, Duration resubmitFor) {
        this.data = data;
        this.first = first;
        this.resubmitNanos = resubmitFor.toNanos();
        this.ledger = new Ledger(orders);
        this.orders = orders;
        // relative to the start, since nanoTime may be negative
        this.lastAnswer = new LongAccumulator(Math::max, 0);
        this.lastDecision = new LongAccumulator(Math::max, 0);
    }

    /** Tells from now on what happens, second by second. */
    void tell(Moments listener) {
        moments = listener;
    }

    /** Notes the time just before the first submission, from which all others are counted. */
    void begin(long now) {
        start = now;
    }

    /** Ends the submitting this long after the beginning, however many orders are left; to be called before that. */
    void limit(Duration time) {
        limitNanos = time.toNanos();
    }

    /** Whether an order is still to be submitted. */
    boolean goesOn(int index) {
        return index < orders && System.nanoTime() - start < limitNanos;
    }

    /** The time that is left for submitting; empty where it has no limit. */
    OptionalLong secondsLeft() {
        return limitNanos == Long.MAX_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, (limitNanos - (System.nanoTime() - start)) / 1_000_000_000));
    }

    /** Notes how many orders were submitted, which is fewer than it could have when the time was over. */
    void end(int submitted) {
        orders = submitted;
    }

    /** How many orders it has; while its time is not over, how many it can have. */
    int orders() {
        return orders;
    }

    Ledger ledger() {
        return ledger;
    }

    OrderRequest request(int index) {
        return data.request(first + index);
    }

    /**
     * Notes that an order is about to be submitted.
     *
     * @param now the time from which its latency is measured: now, or when it was due
     */
    void submitted(int index, OrderRequest request, long now) {
        ledger.enter(index, request.id(), now);
    }

    /**
     * Notes the answer to a submission; exactly one of result and failure is given.
     *
     * @return after how many nanoseconds to submit the same request again, or {@link #FINAL}
     */
    long answered(int index, SubmitResult result, Throwable failure, long now) {
        Answer answer = failure == null ? kindOf(result) : Answer.FAILED;
        boolean unclearBefore = (ledger.marks(index) & Ledger.UNCLEAR) != 0;
        if (answer == Answer.ACCEPTED || (answer == Answer.DUPLICATE && unclearBefore)) {
            accepted(index, now);
            return FINAL;
        }
        firstProblem.compareAndSet(null, String.valueOf(failure == null ? result : failure));
        if (answer == Answer.UNKNOWN || answer == Answer.FAILED) {
            ledger.mark(index, Ledger.UNCLEAR);
        }
        long pause = failure == null ? pauseNanos(result) : FINAL;
        if (pause == FINAL || now + pause - ledger.submitNanos(index) > resubmitNanos) {
            settle(answer, now);
            unclear.addAndGet((ledger.marks(index) & Ledger.UNCLEAR) != 0 ? 1 : 0);
            return FINAL;
        }
        resubmissions.incrementAndGet();
        return pause;
    }

    private void accepted(int index, long now) {
        Latency.record(acceptNanos, now - ledger.submitNanos(index));
        accepts.add(now - start);
        moments.accepted(now - ledger.submitNanos(index));
        settle(Answer.ACCEPTED, now);
        if ((ledger.mark(index, Ledger.ACCEPTED) & Ledger.DECIDED) != 0) {
            settled.incrementAndGet();
        }
    }

    private void settle(Answer answer, long now) {
        answers.incrementAndGet(answer.ordinal());
        lastAnswer.accumulate(now - start);
    }

    /** Whether the request of an order is to be submitted once more, now that its answer is final. */
    boolean isReplayed(int index) {
        return (ledger.marks(index) & Ledger.ACCEPTED) != 0 && data.isReplayed(first + index);
    }

    /** Notes the answer to a replay; exactly one of result and failure is given. */
    void replayed(SubmitResult result, Throwable failure) {
        replays.answered(failure == null ? kindOf(result) : Answer.FAILED);
    }

    /** How long the library asks to wait; after an unclear answer it has no wish. */
    private static long pauseNanos(SubmitResult result) {
        if (result instanceof SubmitResult.Overloaded overloaded) {
            return overloaded.retryAfter().toNanos();
        } else if (result instanceof SubmitResult.Unavailable unavailable) {
            return unavailable.retryAfter().toNanos();
        }
        return result instanceof SubmitResult.Unknown ? UNKNOWN_PAUSE_NANOS : FINAL;
    }

    /** Notes decisions that a listener heard; those of other phases and of others' orders are passed over. */
    void heard(List<Decision> decisions, long now) {
        for (Decision decision : decisions) {
            int index = ledger.find(decision.orderId());
            if (index < 0) {
                continue;
            }
            int before = ledger.mark(index, Ledger.HEARD);
            if ((before & Ledger.HEARD) != 0) {
                toldTwice.incrementAndGet();
                continue;
            }
            Latency.record(decideNanos, now - ledger.submitNanos(index));
            if ((before & Ledger.READ) != 0) {
                unheard.decrementAndGet();
            } else {
                moments.decided(now - ledger.submitNanos(index));
                decided(before, now);
            }
        }
    }

    /**
     * Notes an order whose verdict stands in the database although no listener told it: decided elsewhere, or the event
     * is lost.
     */
    void read(int index, long now) {
        int before = ledger.mark(index, Ledger.READ);
        if ((before & Ledger.DECIDED) == 0) {
            unheard.incrementAndGet();
            moments.decidedUnheard();
            decided(before, now);
        }
    }

    private void decided(int marksBefore, long now) {
        lastDecision.accumulate(now - start);
        decisions.add(now - start);
        if ((marksBefore & Ledger.ACCEPTED) != 0) {
            settled.incrementAndGet();
        }
    }

    long count(Answer answer) {
        return answers.get(answer.ordinal());
    }

    Map<Answer, Long> answers() {
        Map<Answer, Long> counts = new EnumMap<>(Answer.class);
        for (Answer answer : Answer.values()) {
            counts.put(answer, count(answer));
        }
        return counts;
    }

    /** How often a request was submitted again. */
    int resubmissions() {
        return resubmissions.get();
    }

    /** Orders that were not accepted in the end, but may have their row. */
    int unclear() {
        return unclear.get();
    }

    /** The first answer other than accepted, in full. */
    Optional<String> firstProblem() {
        return Optional.ofNullable(firstProblem.get());
    }

    /** Accepted orders whose verdict is known. */
    int settled() {
        return settled.get();
    }

    /** Accepted orders whose verdict is not known yet. Only once all answers are in, 0 means that all is done. */
    long unsettled() {
        return count(Answer.ACCEPTED) - settled.get();
    }

    /** Orders whose verdict was read in the database and not heard until now; they have no decision time. */
    int unheard() {
        return unheard.get();
    }

    /** Orders whose verdict a listener heard again, which must not happen. */
    int toldTwice() {
        return toldTwice.get();
    }

    /** What became of the requests that were submitted again. */
    Replays replays() {
        return replays;
    }

    /** How late the generator was; nothing at maximum speed. */
    Lateness lateness() {
        return lateness;
    }

    /** Acceptances per second from when the first could have been there to the last. */
    double acceptedPerSecond() {
        return accepts.perSecond(acceptNanos.getMinValue());
    }

    /** Decisions per second from when the first could have been there to the last. */
    double decidedPerSecond() {
        return decisions.perSecond(decideNanos.getMinValue());
    }

    double secondsToLastAnswer() {
        return lastAnswer.get() / 1e9;
    }

    double secondsToLastDecision() {
        return lastDecision.get() / 1e9;
    }

    Latency accept() {
        return Latency.of(acceptNanos);
    }

    Latency decide() {
        return Latency.of(decideNanos);
    }

    private static Answer kindOf(SubmitResult result) {
        if (result instanceof SubmitResult.Accepted) {
            return Answer.ACCEPTED;
        } else if (result instanceof SubmitResult.Duplicate) {
            return Answer.DUPLICATE;
        } else if (result instanceof SubmitResult.Conflict) {
            return Answer.CONFLICT;
        } else if (result instanceof SubmitResult.Overloaded) {
            return Answer.OVERLOADED;
        } else if (result instanceof SubmitResult.Unavailable) {
            return Answer.UNAVAILABLE;
        }
        return Answer.UNKNOWN;
    }
}
