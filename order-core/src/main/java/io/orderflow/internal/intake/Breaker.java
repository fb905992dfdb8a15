package io.orderflow.internal.intake;

import io.orderflow.internal.loop.Doubling;
import io.orderflow.internal.loop.Outage;
import java.util.concurrent.TimeUnit;

/**
 * Whether a place works, as its last calls showed. Thread-safe.
 *
 * <pre>
 * NEW ──probed──▶ CLOSED
 * CLOSED ──failed──▶ OPEN ──probed──▶ TRIAL ──trying──▶ TRYING ──worked──▶ CLOSED
 *                     ▲ ◀──failed (any state), pause doubled ─────┘
 * </pre>
 *
 * A probe that succeeds is not believed at once: a server can answer reads while every write hangs. So the place gets
 * one submission, and the rest only when that one came back.
 *
 * <p>The log is told outside the lock: whoever waits for the log keeps nobody else waiting.
 */
final class Breaker {
    /** What a place may be given. */
    enum State {
        /** Everything, though nothing is known of it yet: the first use is a probe. */
        NEW,
        /** Everything. */
        CLOSED,
        /** Nothing but a probe. */
        OPEN,
        /** One submission. */
        TRIAL,
        /** Nothing: its one submission is in flight. */
        TRYING
    }

    static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final String place;
    private final Outage outage;
    private volatile State state;
    private volatile String lastError;
    private volatile long tryingSince;

    // guarded by this
    private final Doubling pauses = new Doubling(FIRST_PAUSE, LONGEST_PAUSE);
    private long nextProbe;

    /**
     * Starts as new or closed.
     *
     * @param place what it guards, for logs
     * @param outage tells the log that the place does not work, for all who use its server
     * @param first {@link State#NEW} where health must not count on it before it answered
     */
    Breaker(String place, Outage outage, State first) {
        this.place = place;
        this.outage = outage;
        this.state = first;
        this.lastError = first == State.NEW ? "no contact yet" : "";
    }

    State state() {
        return state;
    }

    String lastError() {
        return lastError;
    }

    /** Whether the place may be given a submission now. */
    boolean takes() {
        return state == State.NEW || works();
    }

    /** Whether the place may be given a submission now and is known to answer. */
    boolean works() {
        State seen = state;
        return seen == State.CLOSED || seen == State.TRIAL;
    }

    /** Whether its one submission is in flight and not for long. */
    boolean isTryingSince(long since) {
        return state == State.TRYING && tryingSince - since >= 0;
    }

    /** The place failed, or takes too long. */
    void failed(String error, long now) {
        open(error, now);
        outage.met(place, "", error);
        if (state == State.CLOSED) {
            // it worked again in the meantime
            outage.over(place);
        }
    }

    private synchronized void open(String error, long now) {
        lastError = error;
        if (state == State.NEW || state == State.CLOSED) {
            pauses.reset();
        }
        nextProbe = now + pauses.nextNanos();
        state = State.OPEN;
    }

    /** How many nanoseconds until the next probe is due, while open. */
    synchronized long untilProbe(long now) {
        return Math.max(0, nextProbe - now);
    }

    /** A probe succeeded. */
    void probed() {
        believe();
        outage.trying(place);
    }

    private synchronized void believe() {
        if (state == State.NEW) {
            lastError = "";
            state = State.CLOSED;
        } else if (state == State.OPEN) {
            state = State.TRIAL;
        }
    }

    /** The place is given something now; whether that is its trial. */
    synchronized boolean trying(long now) {
        if (state != State.TRIAL) {
            return false;
        }
        tryingSince = now;
        state = State.TRYING;
        return true;
    }

    /** The place did what it was asked, in time. Not believed while open: it was given up in the meantime. */
    void worked() {
        if (close()) {
            outage.over(place);
        }
    }

    private synchronized boolean close() {
        if (state != State.TRYING && state != State.TRIAL) {
            return false;
        }
        state = State.CLOSED;
        return true;
    }
}
