package io.orderflow.queue.rabbit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the consumers of one queue object share about failures: they leave the server alone for the same time, and one
 * of them tells. A worker closes a consumer that failed and opens another, so that none of this can be in the consumer.
 * Thread-safe. The log is told outside the lock: whoever waits for the log keeps no other consumer waiting.
 */
final class Trouble {
    private static final Logger log = LoggerFactory.getLogger(Trouble.class);

    private final RabbitSettings settings;
    private final OutageLog told;
    private final ConnectBackoff backoff = new ConnectBackoff();
    private boolean pausing;
    private long pauseEnd;
    private String why;
    private int endedYoung;

    Trouble(RabbitSettings settings) {
        this(settings, new OutageLog(log));
    }

    /** With another log, for tests. */
    Trouble(RabbitSettings settings, OutageLog told) {
        this.settings = settings;
        this.told = told;
    }

    /** How many nanoseconds nobody should connect; not above zero if anybody may. */
    synchronized long pauseLeft() {
        long left = pausing ? pauseEnd - System.nanoTime() : 0;
        pausing = left > 0;
        return left;
    }

    /** Why nobody should connect now; null if anybody may. */
    synchronized String pause() {
        return pauseLeft() > 0 ? why : null;
    }

    /**
     * The server could not be reached, or refused the connection.
     *
     * @param unforeseen what was thrown beside that; null if nothing
     */
    void away(String cause, Throwable unforeseen) {
        if (pauses(cause, ConnectBackoff.AWAY)) {
            told.failed(cause, unforeseen);
        }
    }

    /**
     * A connection ended.
     *
     * @param lived how many nanoseconds it worked
     */
    void ended(String cause, long lived) {
        if (lived >= ConnectBackoff.PROVEN || endsYoung(cause)) {
            told.failed(cause);
        }
    }

    private synchronized boolean endsYoung(String cause) {
        endedYoung += pauseLeft() > 0 ? 0 : 1;
        return pauses(cause, ConnectBackoff.UNWANTED);
    }

    /** Begins a pause, unless there is one since another consumer met the same just now. */
    private synchronized boolean pauses(String cause, long longestPause) {
        why = cause;
        if (pauseLeft() > 0) {
            return false;
        }
        pausing = true;
        pauseEnd = System.nanoTime() + backoff.failed(longestPause);
        return true;
    }

    /** A connection has lived for long enough. */
    void over() {
        synchronized (this) {
            endedYoung = 0;
            backoff.worked();
        }
        told.over(settings.where() + ": consuming works again");
    }

    /**
     * How many messages may be sent ahead: fewer after each connection that ended soon, at last one. Where the memory
     * is too small for what was sent ahead, they come one by one.
     */
    synchronized int prefetch() {
        int halvings = Math.min(2 * Math.max(0, endedYoung - 1), Integer.SIZE - 1);
        return Math.max(1, settings.prefetch() >> halvings);
    }
}
