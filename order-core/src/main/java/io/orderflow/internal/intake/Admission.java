package io.orderflow.internal.intake;

import static java.util.Objects.requireNonNull;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Overloaded;
import io.orderflow.SubmitResult.Unavailable;
import io.orderflow.internal.codec.OrderEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The submitters' side: refuses at the door what no place would take, finds room for the rest, puts it into the line
 * and waits for its answer. Thread-safe.
 */
final class Admission {
    private final Room room;
    private final Buffer buffer;
    private final Router router;
    private final Answers answers;
    private final Watchdog watchdog;
    private final LongSupplier time;
    private final long timeout;
    private volatile String shut = "";

    /**
     * Starts open.
     *
     * @param time monotonic nanoseconds
     * @param timeout a submission's answer comes within this time
     */
    Admission(
            Room room,
            Buffer buffer,
            Router router,
            Answers answers,
            Watchdog watchdog,
            LongSupplier time,
            Duration timeout) {
        this.room = room;
        this.buffer = buffer;
        this.router = router;
        this.answers = answers;
        this.watchdog = watchdog;
        this.time = time;
        this.timeout = timeout.toNanos();
    }

    /** From now on everything is refused at the door. */
    void shut(String cause) {
        shut = cause;
    }

    /** Submits all and waits for the answers, see {@link Intake#submitAll}. */
    List<SubmitResult> submitAll(List<OrderRequest> requests) {
        List<OrderRequest> all = List.copyOf(requests);
        Caller caller = new Caller(all.size());
        List<Submission> submissions = new ArrayList<>(all.size());
        long patience = timeout;
        for (OrderRequest request : all) {
            Submission submission = admit(OrderEntry.of(request), caller, patience);
            submissions.add(submission);
            if (submission.result().filter(Overloaded.class::isInstance).isPresent()) {
                patience = 0;
            }
        }
        caller.await(submissions, time, answers::expire);
        return results(submissions);
    }

    private Submission admit(OrderEntry entry, Caller caller, long patience) {
        // the wait for room counts too
        Submission submission = Submission.blocking(entry, time.getAsLong(), timeout, caller);
        Optional<SubmitResult> refused = atTheDoor(entry.id());
        if (refused.isEmpty() && !room.awaitRoom(patience)) {
            refused = Optional.of(overloaded(entry.id()));
        }
        if (refused.isPresent()) {
            submission.answer(refused.get());
            answers.refused(refused.get(), time.getAsLong() - submission.entered());
            caller.answered();
        } else {
            enter(submission);
        }
        return submission;
    }

    private static List<SubmitResult> results(List<Submission> submissions) {
        List<SubmitResult> results = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            results.add(submission.result().orElseThrow());
        }
        return results;
    }

    /** Submits without waiting, see {@link Intake#submitAsync}. */
    CompletableFuture<SubmitResult> submitAsync(OrderRequest request) {
        OrderEntry entry = OrderEntry.of(requireNonNull(request, "request"));
        Optional<SubmitResult> refused = atTheDoor(entry.id());
        if (refused.isPresent()) {
            return refusedAtOnce(refused.get());
        }
        Submission.Kind kind = Submission.Kind.ASYNC;
        if (!room.tryRoom()) {
            kind = Submission.Kind.ASYNC_OVERFLOW;
            if (!room.tryOverflow()) {
                return refusedAtOnce(overloaded(entry.id()));
            }
        }
        Submission submission = Submission.async(entry, kind, time.getAsLong(), timeout);
        enter(submission);
        return submission.future();
    }

    private CompletableFuture<SubmitResult> refusedAtOnce(SubmitResult refusal) {
        answers.refused(refusal, 0);
        return CompletableFuture.completedFuture(refusal);
    }

    private Optional<SubmitResult> atTheDoor(UUID id) {
        String closed = shut;
        if (!closed.isEmpty()) {
            return Optional.of(unavailable(id, closed));
        }
        if (router.taker(time.getAsLong()) == Router.Taker.NOBODY) {
            return Optional.of(unavailable(id, router.whyNobody()));
        }
        return Optional.empty();
    }

    private static SubmitResult unavailable(UUID id, String cause) {
        return new Unavailable(id, cause, Submission.RETRY_AFTER);
    }

    private static SubmitResult overloaded(UUID id) {
        return new Overloaded(id, Submission.RETRY_AFTER);
    }

    private void enter(Submission submission) {
        buffer.add(submission);
        watchdog.attend();
        router.changed(time.getAsLong());
        // the last sweep of a close may have come between the door and the line
        String closed = watchdog.closed();
        if (!closed.isEmpty()) {
            answers.refuse(submission, closed);
        }
    }
}
