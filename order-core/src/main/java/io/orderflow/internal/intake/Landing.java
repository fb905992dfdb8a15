package io.orderflow.internal.intake;

import io.orderflow.SubmitResult;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a flight whose group the place took: brings the answers, and brings back to the line what needs another
 * try. Used by one thread.
 */
final class Landing {
    private final Buffer buffer;
    private final boolean mine;
    private final Answers.Round round;
    private final List<Submission> again = new ArrayList<>();

    Landing(Flight flight, Answers answers, Buffer buffer) {
        answers.grouped(flight.group().heads().size());
        this.buffer = buffer;
        this.mine = flight.claim();
        this.round = answers.begin();
    }

    /** Whether it decides where submissions without an answer go; else the watchdog has given them back already. */
    boolean isMine() {
        return mine;
    }

    void give(Submission submission, SubmitResult result) {
        round.give(submission, result);
    }

    /** Only another try can tell the answer of this one. */
    void tryAgain(Submission submission) {
        again.add(submission);
    }

    /** Has the answers delivered. */
    void end() {
        round.end();
        if (mine && !again.isEmpty()) {
            again.removeIf(submission -> !submission.giveBack("", false));
            buffer.giveBack(again);
        }
    }
}
