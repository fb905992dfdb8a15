package io.orderflow.internal.engine;

/** The points of a batch's way at which tests may halt, freeze or fail a worker. */
public enum Step {
    /** A batch was received and decoded. */
    RECEIVED,
    /** All row locks are held. */
    LOCKED,
    /** The batch's number is drawn; order rows are not written. */
    NUMBERED,
    /** Everything is written, commit is next. */
    WRITTEN,
    /** The commit was confirmed; listeners and queue do not know yet. */
    COMMITTED,
    /** The queue has the ack. */
    ACKED;

    /** Told when a step is reached; runs on the worker's thread. */
    @FunctionalInterface
    public interface Watcher {
        /** Does nothing. */
        Watcher NONE = step -> {};

        /** The step was reached. */
        void reached(Step step);
    }
}
