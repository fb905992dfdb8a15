package io.orderflow.internal.intake;

import io.orderflow.SubmitResult;

/**
 * Hears what recovery should know at once, on the intake's own threads, and what became of submissions. Must return
 * quickly and never wait. What {@link #unpublished} throws is logged and goes no further; the others do not throw.
 */
@FunctionalInterface
public interface IntakeListener {
    /**
     * So many journaled orders are not on the queue, as far as is known: only recovery from the journal will decide
     * them.
     */
    void unpublished(int orders);

    /** The journal has an urgent order now. Nothing by default. */
    default void urgent() {}

    /**
     * A submission has its answer; told on the thread that found it, which may be a submitter's. Nothing by default.
     *
     * @param nanos since it was submitted
     */
    default void answered(SubmitResult result, long nanos) {}

    /**
     * So many orders went to the journal, or to the queue in its place, together, and it took them. Nothing by default.
     */
    default void grouped(int orders) {}
}
