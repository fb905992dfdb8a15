package io.orderflow.queue.rabbit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the consumers of one queue object share about failures: they leave the server alone for the same time, and one of them
 * tells. A worker closes a consumer that failed and opens another, so that none of this can be in the consumer. Thread-safe.
 */
final class Trouble {
    private static final Logger log = LoggerFactory.getLogger(Trouble.class);

    private final Settings settings;
    private final OutageLog told = new OutageLog(log);
    private final Backoff backoff = new Backoff();
    private boolean pausing;
    private long pauseEnd;
    private String why;
    private int endedYoung;

    Trouble(Settings settings) {
        this.settings = settings;
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
        failed(cause, unforeseen, Backoff.AWAY);
    }

    /**
     * A connection ended.
     *
     * @param lived how many nanoseconds it worked
     */
    synchronized void ended(String cause, long lived) {
        if (lived >= Backoff.PROVEN) {
            told.failed(cause);
        } else {
            endedYoung += pauseLeft() > 0 ? 0 : 1;
            failed(cause, null, Backoff.UNWANTED);
        }
    }

    private synchronized void failed(String cause, Throwable unforeseen, long longestPause) {
        why = cause;
        if (pauseLeft() > 0) {
            // another consumer met the same just now
            return;
        }
        told.failed(cause, unforeseen);
        pausing = true;
        pauseEnd = System.nanoTime() + backoff.failed(longestPause);
    }

    /** A connection has lived for long enough. */
    synchronized void over() {
        endedYoung = 0;
        backoff.worked();
        told.over(settings.where() + ": consuming works again");
    }

    /**
     * How many messages may be sent ahead: fewer after each connection that ended soon, at last one. Where the memory is too small
     * for what was sent ahead, they come one by one.
     */
    synchronized int prefetch() {
        int halvings = Math.min(2 * Math.max(0, endedYoung - 1), Integer.SIZE - 1);
        return Math.max(1, settings.prefetch() >> halvings);
    }
}
