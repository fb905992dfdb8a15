package io.orderflow.internal.intake;

import io.orderflow.internal.codec.FrameCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The line of submissions that no place has yet, and the room for all that have no answer. Thread-safe: submitters add
 * without a lock; those who take, sweep or look at the head are the intake's own three threads and exclude each other.
 *
 * <p>All submissions have the same time-out, so the line stands in the order of its deadlines, near enough for a
 * watchdog that looks again 10 ms later.
 */
final class Buffer {

    private final int capacity;
    private final Semaphore room;
    private final Semaphore overflow;
    private final Queue<Submission> line = new ConcurrentLinkedQueue<>();

    /** What a place gave back: older than all of the line, hence taken first. */
    private final Queue<Submission> returned = new ConcurrentLinkedQueue<>();

    Buffer(int capacity) {
        this.capacity = capacity;
        this.room = new Semaphore(capacity);
        this.overflow = new Semaphore(capacity);
    }

    /** Takes room for one submission if there is some. */
    boolean tryRoom() {
        return room.tryAcquire();
    }

    /** Takes room in the overflow if there is some. */
    boolean tryOverflow() {
        return overflow.tryAcquire();
    }

    /** Takes room for one submission, waits for it up to the given time; an interrupt does not end the wait. */
    boolean awaitRoom(long nanos) {
        if (room.tryAcquire()) {
            return true;
        }
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return room.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Frees the room of answered submissions. */
    void leave(int ofRoom, int ofOverflow) {
        if (ofRoom > 0) {
            room.release(ofRoom);
        }
        if (ofOverflow > 0) {
            overflow.release(ofOverflow);
        }
    }

    /** How many submissions have no answer, or a future that is not completed. */
    int unanswered() {
        return 2 * capacity - room.availablePermits() - overflow.availablePermits();
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
    synchronized List<Submission> take(int most, long now, Answers.Round round) {
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
                round.expire(head);
            } else if (head.depart()) {
                taken.add(head);
                bytes += size;
            }
        }
        return taken;
    }

    /** Answers what stands at the head of the line with its deadline passed, and drops what has an answer. */
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
