package io.orderflow.internal.worker;

import io.orderflow.internal.loop.Closing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * A runner without threads, for tests of hosts: one worker, the recovery and the expiry, stepped by the caller, who
 * moves their time. Listeners are told on threads of their own as always. Made by {@link Workers#byHand}. Not
 * thread-safe; closed with its runner.
 */
public final class WorkersByHand {
    /** More steps without a pause are a mistake of ours. */
    private static final int MOST_STEPS = 1_000_000;

    private final Worker worker;
    private final Recovery recovery;
    private final Expiry expiry;
    private final AtomicBoolean unpublished;
    private final BooleanSupplier intakeQuiet;
    private final WorkerMonitor monitor;

    WorkersByHand(
            String workerName,
            String recoveryName,
            String expiryName,
            WorkerContext context,
            AtomicBoolean unpublished,
            BooleanSupplier intakeQuiet,
            WorkerMonitor monitor) {
        this.worker = new Worker(workerName, context, Duration.ZERO);
        this.recovery = new Recovery(recoveryName, context, unpublished);
        this.expiry = new Expiry(expiryName, context);
        this.unpublished = unpublished;
        this.intakeQuiet = intakeQuiet;
        this.monitor = monitor;
    }

    /**
     * Decides what the queue brings, until it brings nothing or the worker has to pause.
     *
     * @throws InterruptedException if the thread was interrupted
     */
    public void work() throws InterruptedException {
        for (int step = 0; step < MOST_STEPS; step++) {
            if (worker.runOnce() > 0 || worker.isIdle()) {
                return;
            }
        }
        throw endless("the worker");
    }

    /** Decides what is due in the journal, until nothing is or recovery has to pause. */
    public void recover() {
        recovery.hint();
        for (int step = 0; step < MOST_STEPS; step++) {
            if (recovery.runOnce() > 0) {
                return;
            }
        }
        throw endless("recovery");
    }

    /** Expires the holds that are over, until none is or expiry has to pause. */
    public void expire() {
        for (int step = 0; step < MOST_STEPS; step++) {
            if (expiry.runOnce() > 0) {
                return;
            }
        }
        throw endless("expiry");
    }

    private static IllegalStateException endless(String who) {
        return new IllegalStateException(who + " did not come to rest in " + MOST_STEPS + " steps");
    }

    /** Makes all that the journal has due for the next {@link #recover}, as after an outage of the queue. */
    public void makeAllDue() {
        unpublished.set(true);
    }

    /** Whether every order that was accepted until now is on the queue, or left to recovery. */
    public boolean isIntakeQuiet() {
        return intakeQuiet.getAsBoolean();
    }

    /** How many orders were decided by the workers of this process. */
    public long decisions() {
        return monitor.decisions();
    }

    /**
     * Waits until each listener has heard what was told before, and has come back.
     *
     * @return false if that takes longer than the bound
     * @throws InterruptedException if the thread was interrupted
     */
    public boolean awaitListeners(Duration bound) throws InterruptedException {
        return monitor.awaitHeard(bound);
    }

    /** Gives back what is held. */
    void close() {
        new Closing()
                .then(worker::close)
                .then(recovery::close)
                .then(expiry::close)
                .end();
    }
}
