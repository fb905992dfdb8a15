package io.orderflow;

/**
 * Where an order stands. {@link #REJECTED}, {@link #CANCELLED} and {@link #REFUNDED} are final; a {@link #COMPLETED}
 * order stays so until all of it was refunded.
 */
public enum OrderStatus {
    /** Accepted, not decided yet. */
    PENDING,
    /**
     * Decided: stock taken, and the wallet charged if that pays. {@link Order#refunded()} says what was given back
     * since.
     */
    COMPLETED,
    /** Decided: nothing taken, nothing charged; {@link Order#rejectReason()} says why. */
    REJECTED,
    /** Cancelled while it was pending, which decided it: nothing taken, nothing charged. */
    CANCELLED,
    /** Completed, and refunded since until nothing was left. */
    REFUNDED,
    /**
     * Could not be decided: set aside until somebody brings it back, see {@link OrderProcessor#deadLetters}. Nothing
     * taken, nothing charged. Not a verdict.
     */
    PARKED;

    /** Whether an order with this status is decided, and so has a decision number. */
    public boolean isVerdict() {
        return this != PENDING && this != PARKED;
    }
}
