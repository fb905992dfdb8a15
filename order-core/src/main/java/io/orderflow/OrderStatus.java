package io.orderflow;

/** Where an order stands. A verdict ({@link #COMPLETED}, {@link #REJECTED}) is final. */
public enum OrderStatus {
    /** Accepted, not decided yet. */
    PENDING,
    /** Decided: stock taken, and the wallet charged if that pays. */
    COMPLETED,
    /** Decided: nothing taken, nothing charged; {@link Order#rejectReason()} says why. */
    REJECTED,
    /**
     * Could not be decided: set aside in the dead letters until a person looks at it. Nothing taken, nothing charged.
     * Not a verdict.
     */
    PARKED;

    /** Whether the status is a verdict. */
    public boolean isVerdict() {
        return this == COMPLETED || this == REJECTED;
    }
}
