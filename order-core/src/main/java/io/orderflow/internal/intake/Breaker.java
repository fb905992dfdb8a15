package io.orderflow.internal.intake;

import io.orderflow.internal.loop.Doubling;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * <p>The log is told outside the lock: who waits for the log keeps nobody else waiting.
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

    /** A place that flaps is not told of more often than this. */
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private final String place;
    private final String consequence;
    private volatile State state;
    private volatile String lastError;
    private volatile long tryingSince;

    // guarded by this
    private final Doubling pauses = new Doubling(FIRST_PAUSE, LONGEST_PAUSE);
    private long nextProbe;
    private long openSince;
    private long toldAt;
    private boolean told;
    private boolean everTold;

    /**
     * Starts as new or closed.
     *
     * @param place what it guards, for logs
     * @param consequence what happens while it is open, for logs
     * @param first {@link State#NEW} where health must not count on it before it answered
     */
    Breaker(String place, String consequence, State first) {
        this(place, consequence, first, LoggerFactory.getLogger(Breaker.class));
    }

    /** With another log, for tests. */
    Breaker(String place, String consequence, State first, Logger log) {
        this.log = log;
        this.place = place;
        this.consequence = consequence;
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
        if (!open(error, now)) {
            return;
        }
        if (isToBeTold(now)) {
            log.warn("{} is away: {}; {}; it is probed until it works again", place, error, consequence);
        } else {
            log.debug("{} is away again: {}", place, error);
        }
    }

    /** Opens it; true if it was closed. */
    private synchronized boolean open(String error, long now) {
        lastError = error;
        boolean wasClosed = state == State.NEW || state == State.CLOSED;
        if (wasClosed) {
            openSince = now;
            pauses.reset();
        }
        nextProbe = now + pauses.nextNanos();
        state = State.OPEN;
        return wasClosed;
    }

    private synchronized boolean isToBeTold(long now) {
        told = !everTold || now - toldAt >= SILENCE;
        if (told) {
            everTold = true;
            toldAt = now;
        }
        return told;
    }

    /** How many nanoseconds until the next probe is due, while open. */
    synchronized long untilProbe(long now) {
        return Math.max(0, nextProbe - now);
    }

    /** A probe succeeded. */
    synchronized void probed() {
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
    void worked(long now) {
        long millis;
        boolean loud;
        synchronized (this) {
            if (state != State.TRYING && state != State.TRIAL) {
                return;
            }
            state = State.CLOSED;
            millis = TimeUnit.NANOSECONDS.toMillis(now - openSince);
            loud = told;
        }
        if (loud) {
            log.info("{} works again after {} ms", place, millis);
        } else {
            log.debug("{} works again after {} ms", place, millis);
        }
    }
}
