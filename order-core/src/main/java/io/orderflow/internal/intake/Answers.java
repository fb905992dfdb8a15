package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Submission.Kind.ASYNC_OVERFLOW;
import static io.orderflow.internal.intake.Submission.Kind.BLOCKING;

import io.orderflow.SubmitResult;
import io.orderflow.internal.loop.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Brings answers to submitters, a group at a time. Threads that wait are woken directly. Futures are completed by a thread of
 * their own, since a completion runs the host's code, which must not hold up the journal or the queue; their room in the buffer
 * is free again only after that, so a host whose code is slow is slowed down itself. Thread-safe.
 */
final class Answers {
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

    private final Buffer buffer;
    private final Waiter waiter;
    private final Queue<List<Submission>> undelivered = new ConcurrentLinkedQueue<>();
    private final LongSupplier time;
    private final IntakeListener listener;
    private volatile boolean direct;

    /**
     * Starts with nothing to bring.
     *
     * @param direct whether futures are completed at once, by whoever answers
     * @param time monotonic nanoseconds
     * @param listener told each answer
     */
    Answers(Buffer buffer, Waiter waiter, boolean direct, LongSupplier time, IntakeListener listener) {
        this.buffer = buffer;
        this.waiter = waiter;
        this.direct = direct;
        this.time = time;
        this.listener = listener;
    }

    Round begin() {
        return new Round();
    }

    void expire(Submission submission) {
        Round round = begin();
        round.expire(submission);
        round.end();
    }

    void refuse(Submission submission, String cause) {
        Round round = begin();
        round.refuse(submission, cause);
        round.end();
    }

    /** Completes the futures that wait; the step of the delivering thread. */
    long step() {
        List<Submission> batch;
        while ((batch = undelivered.poll()) != null) {
            complete(batch);
        }
        return IDLE;
    }

    /** From now on whoever answers also completes. */
    void deliverDirectly() {
        direct = true;
        step();
    }

    private void deliver(List<Submission> futures) {
        undelivered.add(futures);
        // a thread that stops after this look has completed them itself, see deliverDirectly
        if (direct) {
            step();
        } else {
            waiter.wake();
        }
    }

    private void complete(List<Submission> batch) {
        int room = 0;
        int overflow = 0;
        for (Submission submission : batch) {
            submission.result().ifPresent(submission.future()::complete);
            if (submission.kind() == ASYNC_OVERFLOW) {
                overflow++;
            } else {
                room++;
            }
        }
        buffer.leave(room, overflow);
    }

    /** The answers of one group. Used by one thread. */
    final class Round {
        private final List<Submission> futures = new ArrayList<>();
        private final long now = time.getAsLong();
        private int blocking;

        void give(Submission submission, SubmitResult result) {
            if (submission.answer(result)) {
                answered(submission);
            }
        }

        void expire(Submission submission) {
            if (submission.expire()) {
                answered(submission);
            }
        }

        void refuse(Submission submission, String cause) {
            if (submission.refuse(cause)) {
                answered(submission);
            }
        }

        private void answered(Submission submission) {
            submission.result().ifPresent(result -> listener.answered(result, now - submission.entered()));
            if (submission.kind() == BLOCKING) {
                blocking++;
                submission.caller().answered();
            } else {
                futures.add(submission);
            }
        }

        /** Frees the room of what was answered and sends the futures on their way. */
        void end() {
            buffer.leave(blocking, 0);
            if (!futures.isEmpty()) {
                deliver(futures);
            }
        }
    }
}
