package io.orderflow.queue.rabbit;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** Tells of an outage once, of what it does later once a minute, and of its end. Thread-safe. */
final class OutageLog {
    private static final long SILENCE = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private boolean open;
    private boolean everTold;
    private long toldAt;
    private long untold;

    OutageLog(Logger log) {
        this.log = log;
    }

    /** It began, or goes on in this way. */
    void failed(String what) {
        failed(what, null);
    }

    /**
     * It began, or goes on in this way.
     *
     * @param unforeseen what was thrown, if its trace is of use; else null
     */
    synchronized void failed(String what, Throwable unforeseen) {
        long now = System.nanoTime();
        open = true;
        if (everTold && now - toldAt < SILENCE) {
            untold++;
            log.debug("{}; further attempts follow by themselves", what);
            return;
        }
        String more = untold == 0 ? "" : "; " + untold + " more failures since the last such line";
        log.warn("{}; further attempts follow by themselves{}", what, more, unforeseen);
        everTold = true;
        toldAt = now;
        untold = 0;
    }

    /** It is over, if there was one. */
    synchronized void over(String what) {
        if (open) {
            open = false;
            if (untold == 0) {
                log.info("{}", what);
            } else {
                log.debug("{}", what);
            }
        }
    }
}
