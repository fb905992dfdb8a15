package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Submission.Kind.BLOCKING;

import io.orderflow.SubmitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Brings answers to submitters, a group at a time. Threads that wait are woken directly. Futures are completed by
 * threads of their own, since a completion runs the host's code, which must not hold up the journal or the queue; their
 * room is free again only after that, so a host whose code is slow is slowed down itself. Thread-safe.
 */
final class Answers {
    private final Room room;
    private final Completions completions;
    private final LongSupplier time;
    private final IntakeListener listener;

    /**
     * Starts with nothing to bring.
     *
     * @param time monotonic nanoseconds
     * @param listener told each answer
     */
    Answers(Room room, Completions completions, LongSupplier time, IntakeListener listener) {
        this.room = room;
        this.completions = completions;
        this.time = time;
        this.listener = listener;
    }

    Round begin() {
        return new Round();
    }

    /** A place took so many orders together. */
    void grouped(int orders) {
        listener.grouped(orders);
    }

    /** One that was refused at the door has its answer at once. */
    void refused(SubmitResult refusal, long nanos) {
        listener.answered(refusal, nanos);
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

    /**
     * The answers of one group. Used by one thread. What is too late or refused is mostly found under the buffer's
     * lock, so meters hear of it, and callers wake, at the {@link #end} alone: a meter is the host's code and may
     * block.
     */
    final class Round {
        private final List<Submission> turnedAway = new ArrayList<>();
        private final List<Submission> futures = new ArrayList<>();
        private final long now = time.getAsLong();
        private int blocking;

        void give(Submission submission, SubmitResult result) {
            if (submission.answer(result)) {
                answered(submission);
            }
        }

        void expire(Submission submission) {
            // listed first: a list that cannot grow must not leave one that is answered and keeps its room
            turnedAway.add(submission);
            if (!submission.expire()) {
                turnedAway.remove(turnedAway.size() - 1);
            }
        }

        void refuse(Submission submission, String cause) {
            turnedAway.add(submission);
            if (!submission.refuse(cause)) {
                turnedAway.remove(turnedAway.size() - 1);
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

        /** Frees the room of what was answered and sends the futures on their way. Not under a lock. */
        void end() {
            turnedAway.forEach(this::answered);
            room.leave(blocking, 0);
            if (!futures.isEmpty()) {
                completions.add(futures);
            }
        }
    }
}
