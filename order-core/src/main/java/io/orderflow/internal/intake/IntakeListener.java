package io.orderflow.internal.intake;

/**
 * Hears on the intake's own threads what recovery should know at once. Must return quickly and never wait; what it throws is
 * logged and goes no further.
 */
@FunctionalInterface
public interface IntakeListener {
    /** So many journaled orders are not on the queue, as far as is known: only recovery from the journal will decide them. */
    void unpublished(int orders);
}
