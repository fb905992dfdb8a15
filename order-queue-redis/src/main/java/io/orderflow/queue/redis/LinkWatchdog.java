package io.orderflow.queue.redis;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends what takes longer than it may. Thread-safe. Its thread exists only while something is watched. A guard has at
 * most one look planned that matters, which plans the next one by itself: calls that follow each other cost no timer
 * each.
 */
final class LinkWatchdog {
    private final ScheduledThreadPoolExecutor timer;

    /** What can be ended. */
    interface Watched {
        void kill();
    }

    LinkWatchdog(ThreadFactory threads) {
        this(new ScheduledThreadPoolExecutor(1, threads));
    }

    LinkWatchdog(ScheduledThreadPoolExecutor timer) {
        this.timer = timer;
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    Guard guard(Watched watched) {
        return new Guard(watched);
    }

    /** Ends watching; nothing is killed by that. */
    void close() {
        timer.shutdownNow();
    }

    /**
     * Watches one thing at a time. Under one lock, which is held while the thing is killed: who ends its watch goes on
     * after that, and a kill that comes late cannot meet the next call.
     */
    final class Guard {
        private final Watched watched;
        private Deadline deadline;
        private Deadline nextLook;

        private Guard(Watched watched) {
            this.watched = watched;
        }

        synchronized void begin(Deadline until) {
            deadline = until;
            if (nextLook == null || nextLook.nanos() - until.nanos() > 0) {
                plan(until);
            }
        }

        synchronized void end() {
            deadline = null;
        }

        private void plan(Deadline at) {
            timer.schedule(() -> look(at), at.leftNanos(), TimeUnit.NANOSECONDS);
            // not before: where that threw for want of memory or of a thread, no look is planned
            nextLook = at;
        }

        private synchronized void look(Deadline due) {
            if (nextLook != due) {
                // an earlier one took its place; if it planned another one too, there would be more and more of them
                return;
            }
            nextLook = null;
            if (deadline == null) {
                return;
            }
            boolean planned = false;
            try {
                if (!deadline.hasPassed()) {
                    plan(deadline);
                    planned = true;
                }
            } finally {
                // what cannot be watched any more is not left alone either
                if (!planned) {
                    watched.kill();
                }
            }
        }
    }
}
