package io.orderflow.internal.intake;

import io.orderflow.internal.codec.FrameCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The line of submissions that no place has yet. Thread-safe: submitters add without a lock; those who take, sweep or
 * look at the head are the intake's own three threads and exclude each other. What is too late, or refused, is answered
 * when the lock is free again.
 *
 * <p>All submissions have the same time-out, so the line stands in the order of its deadlines, near enough for a
 * watchdog that looks again 10 ms later.
 */
final class Buffer {
    private final Answers answers;
    private final Queue<Submission> line = new ConcurrentLinkedQueue<>();

    /** What a place gave back: older than all of the line, hence taken first. */
    private final Queue<Submission> returned = new ConcurrentLinkedQueue<>();

    Buffer(Answers answers) {
        this.answers = answers;
    }

    /** Puts a submission that took room at the end of the line. */
    void add(Submission submission) {
        line.add(submission);
    }

    /** Puts what a place did not take at the head of the line. */
    void giveBack(List<Submission> submissions) {
        returned.addAll(submissions);
    }

    boolean isEmpty() {
        return returned.isEmpty() && line.isEmpty();
    }

    /**
     * Takes from the head of the line what fits one frame. What has an answer by now is dropped, what is too late is
     * answered.
     *
     * @param most most submissions, at least 1
     * @return what was taken, in flight from now on
     */
    List<Submission> take(int most, long now) {
        Answers.Round late = answers.begin();
        List<Submission> taken = take(most, now, late);
        late.end();
        return taken;
    }

    private synchronized List<Submission> take(int most, long now, Answers.Round late) {
        List<Submission> taken = new ArrayList<>();
        int bytes = 0;
        while (taken.size() < most) {
            Queue<Submission> from = returned.isEmpty() ? line : returned;
            Submission head = from.peek();
            if (head == null) {
                break;
            }
            int size = FrameCodec.sizeOf(head.entry());
            if (bytes + size > FrameCodec.ROOM) {
                break;
            }
            from.remove();
            if (head.deadline() - now <= 0) {
                late.expire(head);
            } else if (head.depart()) {
                taken.add(head);
                bytes += size;
            }
        }
        return taken;
    }

    /**
     * Answers what stands at the head of the line with its deadline passed, and drops what has an answer.
     *
     * @param round ended by the caller
     */
    synchronized void sweepExpired(long now, Answers.Round round) {
        sweepExpired(returned, now, round);
        sweepExpired(line, now, round);
    }

    private static void sweepExpired(Queue<Submission> from, long now, Answers.Round round) {
        Submission head = from.peek();
        while (head != null && (head.isAnswered() || head.deadline() - now <= 0)) {
            from.remove();
            round.expire(head);
            head = from.peek();
        }
    }

    /** Answers the whole line: no place takes it. */
    void refuseAll(String cause) {
        Answers.Round round = answers.begin();
        refuseAll(cause, round);
        round.end();
    }

    /**
     * The same in a round with others.
     *
     * @param round ended by the caller
     */
    synchronized void refuseAll(String cause, Answers.Round round) {
        refuseAll(returned, cause, round);
        refuseAll(line, cause, round);
    }

    private static void refuseAll(Queue<Submission> from, String cause, Answers.Round round) {
        Submission head;
        while ((head = from.poll()) != null) {
            round.refuse(head, cause);
        }
    }

    /** When the oldest submission of the line came; {@code now} if the line is empty. */
    synchronized long oldest(long now) {
        Submission head = returned.isEmpty() ? line.peek() : returned.peek();
        return head == null ? now : head.entered();
    }
}
