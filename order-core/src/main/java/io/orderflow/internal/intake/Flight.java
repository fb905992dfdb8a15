package io.orderflow.internal.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A group on its way to a place and back. The thread that flies it may hang; then the watchdog gives the group back to
 * the buffer. The one that claims the flight, once, decides where its unanswered submissions go; the other may only
 * answer them.
 */
final class Flight {
    private final Group group;
    private final long startedAt;
    private final boolean trial;
    private final AtomicBoolean claimed = new AtomicBoolean();

    Flight(Group group, long startedAt, boolean trial) {
        this.group = group;
        this.startedAt = startedAt;
        this.trial = trial;
    }

    Group group() {
        return group;
    }

    boolean isTrial() {
        return trial;
    }

    long age(long now) {
        return now - startedAt;
    }

    /** Whether the caller is the first to ask, and from now on decides. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    boolean isClaimed() {
        return claimed.get();
    }

    /**
     * Gives the submissions back to the buffer, if nobody claimed the flight before.
     *
     * @param reason why, for the answer of those that no other place takes
     * @param maybe whether the place may have them all the same
     */
    void giveBack(Buffer buffer, String reason, boolean maybe) {
        if (claim()) {
            returnTo(buffer, reason, maybe);
        }
    }

    /**
     * Gives back what has no answer after something unforeseen broke off the answering: the place may have all of it.
     */
    void giveBackRest(Buffer buffer, String reason) {
        returnTo(buffer, reason, true);
    }

    private void returnTo(Buffer buffer, String reason, boolean maybe) {
        List<Submission> unanswered = new ArrayList<>();
        group.forEach(submission -> {
            if (submission.giveBack(reason, maybe)) {
                unanswered.add(submission);
            }
        });
        buffer.giveBack(unanswered);
    }
}
