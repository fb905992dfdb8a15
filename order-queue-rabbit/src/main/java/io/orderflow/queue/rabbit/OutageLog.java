package io.orderflow.queue.rabbit;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Tells of an outage once, of what it does later once a minute, and of its end. Thread-safe; nothing is logged under
 * its lock, since an appender is the host's and may block.
 */
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
    void failed(String what, Throwable unforeseen) {
        OptionalLong before = tell();
        if (before.isEmpty()) {
            log.debug("{}; further attempts follow by themselves", what);
            return;
        }
        String more =
                before.getAsLong() == 0 ? "" : "; " + before.getAsLong() + " more failures since the last such line";
        log.warn("{}; further attempts follow by themselves{}", what, more, unforeseen);
    }

    /** How many failures were not told before this one; empty when this one is not told either. */
    private synchronized OptionalLong tell() {
        long now = System.nanoTime();
        open = true;
        if (everTold && now - toldAt < SILENCE) {
            untold++;
            return OptionalLong.empty();
        }
        long before = untold;
        everTold = true;
        toldAt = now;
        untold = 0;
        return OptionalLong.of(before);
    }

    /** It is over, if there was one. */
    void over(String what) {
        boolean aloud;
        synchronized (this) {
            if (!open) {
                return;
            }
            open = false;
            aloud = untold == 0;
        }
        if (aloud) {
            log.info("{}", what);
        } else {
            log.debug("{}", what);
        }
    }
}
