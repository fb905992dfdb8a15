package io.orderflow.internal.intake;

import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * One submission on its way to its answer. Thread-safe: every move is one compare-and-set of its state, and the first
 * answer wins (A2).
 *
 * <pre>
 * QUEUED ──depart──▶ IN_FLIGHT ──▶ answer                    OVERLOADED at the deadline while QUEUED
 *    ▲ ◀──giveBack (refused)──┘ │                            UNKNOWN at the deadline in every other stage
 *    │                  giveBack (outcome unknown)
 * QUEUED_MAYBE ◀────────────────┘   IN_FLIGHT_MAYBE          a place may have it: never OVERLOADED or UNAVAILABLE again
 * </pre>
 */
final class Submission {
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Where a submission without an answer is. */
    enum Stage {
        QUEUED(false, false),
        QUEUED_MAYBE(false, true),
        IN_FLIGHT(true, false),
        IN_FLIGHT_MAYBE(true, true);

        private final boolean inFlight;
        private final boolean maybe;

        Stage(boolean inFlight, boolean maybe) {
            this.inFlight = inFlight;
            this.maybe = maybe;
        }

        private boolean mayBeStored() {
            return inFlight || maybe;
        }
    }

    /** How the answer reaches the submitter, and which room the submission takes until then. */
    enum Kind {
        /** A thread waits; takes room in the buffer. */
        BLOCKING,
        /** A future; takes room in the buffer. */
        ASYNC,
        /** A future that came when the buffer was full; takes room in its overflow. */
        ASYNC_OVERFLOW
    }

    private static final AtomicReferenceFieldUpdater<Submission, Object> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Submission.class, Object.class, "state");

    private final OrderEntry entry;
    private final Kind kind;
    private final long entered;
    private final long deadline;
    private final Caller caller;
    private final CompletableFuture<SubmitResult> future;

    /**
     * A {@link Stage} until answered, then the {@link SubmitResult}: one field, so that an answer and its reason cannot
     * part.
     */
    private volatile Object state = Stage.QUEUED;

    /** Why the last place refused, or keeps it waiting; only wording depends on it. */
    private volatile String refusal = "";

    private Submission(
            OrderEntry entry,
            Kind kind,
            long entered,
            long timeout,
            Caller caller,
            CompletableFuture<SubmitResult> future) {
        this.entry = entry;
        this.kind = kind;
        this.entered = entered;
        this.deadline = entered + timeout;
        this.caller = caller;
        this.future = future;
    }

    static Submission blocking(OrderEntry entry, long now, long timeout, Caller caller) {
        return new Submission(entry, Kind.BLOCKING, now, timeout, caller, null);
    }

    static Submission async(OrderEntry entry, Kind kind, long now, long timeout) {
        return new Submission(entry, kind, now, timeout, null, new CompletableFuture<>());
    }

    OrderEntry entry() {
        return entry;
    }

    Kind kind() {
        return kind;
    }

    long entered() {
        return entered;
    }

    long deadline() {
        return deadline;
    }

    Caller caller() {
        return caller;
    }

    CompletableFuture<SubmitResult> future() {
        return future;
    }

    boolean isAnswered() {
        return state instanceof SubmitResult;
    }

    Optional<SubmitResult> result() {
        return state instanceof SubmitResult result ? Optional.of(result) : Optional.empty();
    }

    /** Whether some place may have the order from an earlier try, and it is not answered. */
    boolean mayBeStoredBefore() {
        return state instanceof Stage stage && stage.maybe;
    }

    boolean sameContentAs(Submission other) {
        return entry.fingerprint().equals(other.entry.fingerprint());
    }

    /** Leaves the line for a place; false if it was answered, or is not in the line. */
    boolean depart() {
        return STATE.compareAndSet(this, Stage.QUEUED, Stage.IN_FLIGHT)
                || STATE.compareAndSet(this, Stage.QUEUED_MAYBE, Stage.IN_FLIGHT_MAYBE);
    }

    /**
     * Returns from a place that did not take it; false if it was answered. Only for who claimed the flight.
     *
     * @param reason why not; empty if nothing was tried
     * @param maybe whether the place may have it all the same
     */
    boolean giveBack(String reason, boolean maybe) {
        refusal = reason;
        return maybe && STATE.compareAndSet(this, Stage.IN_FLIGHT, Stage.QUEUED_MAYBE)
                || !maybe && STATE.compareAndSet(this, Stage.IN_FLIGHT, Stage.QUEUED)
                || STATE.compareAndSet(this, Stage.IN_FLIGHT_MAYBE, Stage.QUEUED_MAYBE);
    }

    /** It waits apart, in flight. */
    void keptApart(String why) {
        refusal = why;
    }

    /** Answers, from whatever stage; false if it was answered before. */
    boolean answer(SubmitResult result) {
        Object seen = state;
        while (seen instanceof Stage) {
            if (STATE.compareAndSet(this, seen, result)) {
                return true;
            }
            seen = state;
        }
        return false;
    }

    /** Answers that the deadline has passed; false if it was answered before. */
    boolean expire() {
        return answerByStage(refusal.isEmpty() ? "" : "not taken before the deadline: " + refusal);
    }

    /** Answers that no place takes it; false if it was answered before. */
    boolean refuse(String cause) {
        return answerByStage(cause);
    }

    private boolean answerByStage(String cause) {
        Object seen = state;
        while (seen instanceof Stage stage) {
            if (STATE.compareAndSet(this, seen, answerIn(stage, cause))) {
                return true;
            }
            seen = state;
        }
        return false;
    }

    private SubmitResult answerIn(Stage stage, String cause) {
        if (stage.mayBeStored()) {
            String what = cause.isEmpty() ? "the answer did not come before the deadline" : cause;
            return new SubmitResult.Unknown(entry.id(), what);
        }
        return cause.isEmpty()
                ? new SubmitResult.Overloaded(entry.id(), RETRY_AFTER)
                : new SubmitResult.Unavailable(entry.id(), cause, RETRY_AFTER);
    }

    @Override
    public String toString() {
        return "Submission[" + entry.id() + ", " + state + "]";
    }
}
