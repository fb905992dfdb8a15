package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.loadtest.counting.Lateness;
import java.util.concurrent.locks.LockSupport;

/** Says when the next order is submitted. */
interface Pacer {
    /**
     * Waits until an order's turn.
     *
     * @return the time from which its latency is measured, by {@link System#nanoTime}
     */
    long await(int index);

    /** At once, measured from now. */
    static Pacer maximumSpeed() {
        return index -> System.nanoTime();
    }

    /**
     * At a constant rate, measured from the time at which the order is due: a stall, of the generator too, makes all
     * orders late that were due in it. Nobody waits for what is late: it is submitted without a pause.
     */
    static Pacer constant(int perSecond, long start, Lateness lateness) {
        return index -> {
            long due = start + index * 1_000_000_000L / perSecond;
            long now = System.nanoTime();
            while (now < due) {
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            lateness.add(now - due);
            return due;
        };
    }
}
