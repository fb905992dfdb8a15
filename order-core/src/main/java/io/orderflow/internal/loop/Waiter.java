package io.orderflow.internal.loop;

import java.util.concurrent.locks.LockSupport;

/**
 * A sleep that others can end. One thread sleeps, any thread wakes it; a wake that comes while nobody sleeps is
 * remembered and ends the next sleep at once. Several wakes before a sleep count as one.
 *
 * <p>A thread that wakes another first makes its work visible and then wakes. A thread that sleeps looks for work after
 * every sleep. Then no work is left lying: either the sleeper sees it, or the wake comes after the sleeper looked and
 * ends the sleep.
 */
public final class Waiter {
    private volatile boolean woken;
    private volatile Thread sleeper;

    /** Ends the sleep, the present one or the next. A single read when a wake is remembered already. */
    public void wake() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(sleeper);
        }
    }

    /**
     * Sleeps until woken, at most as long as given.
     *
     * @param nanos longest sleep; zero or less only forgets a remembered wake
     * @return whether a wake ended it
     * @throws InterruptedException if the thread was interrupted before or during the sleep; a wake stays remembered
     */
    public boolean sleep(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        sleeper = Thread.currentThread();
        try {
            long left = nanos;
            while (!woken && left > 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(this, left);
                left = nanos - (System.nanoTime() - start);
            }
        } finally {
            sleeper = null;
        }
        boolean ended = woken;
        woken = false;
        return ended;
    }
}
