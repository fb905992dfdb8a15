package io.orderflow.internal.intake;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A thread that waits for the answers to its own submissions. It is unparked once, by the last answer, and looks after
 * its deadlines itself.
 */
final class Caller {
    /** Bounds each sleep, so that a time source that is not the real one cannot make a caller sleep on. */
    private static final long LONGEST_PARK = TimeUnit.MILLISECONDS.toNanos(100);

    private final Thread thread = Thread.currentThread();
    private final AtomicInteger unanswered;

    Caller(int submissions) {
        this.unanswered = new AtomicInteger(submissions);
    }

    /** One more answer is there. */
    void answered() {
        // unparking oneself would leave a permit that ends the host's next park at once
        if (unanswered.decrementAndGet() == 0 && Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits until each submission is answered; those that are not at their deadline are given to {@code expire}. An
     * interrupt does not end the wait, which is bounded anyway, since its answer would be lost; the flag is set again
     * at the end.
     */
    void await(List<Submission> submissions, LongSupplier time, Consumer<Submission> expire) {
        boolean interrupted = false;
        int next = 0;
        while (next < submissions.size()) {
            Submission submission = submissions.get(next);
            if (submission.isAnswered()) {
                next++;
                continue;
            }
            long left = submission.deadline() - time.getAsLong();
            if (left <= 0) {
                expire.accept(submission);
            } else {
                LockSupport.parkNanos(this, Math.min(left, LONGEST_PARK));
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            thread.interrupt();
        }
    }
}
