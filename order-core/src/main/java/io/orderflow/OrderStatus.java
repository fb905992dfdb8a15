package io.orderflow;

/**
 * Where an order stands. {@link #REJECTED}, {@link #CANCELLED}, {@link #EXPIRED} and {@link #REFUNDED} are final; a
 * {@link #RESERVED} order becomes completed, cancelled or expired; a {@link #COMPLETED} order stays so until all of it
 * was refunded.
 */
public enum OrderStatus {
    /** Accepted, not decided yet. */
    PENDING,
    /**
     * Decided: stock taken, and the wallet charged if that pays, as for a completed order. All of it is given back
     * unless somebody confirms the order in time; see {@link OrderRequest.Builder#holdFor}.
     */
    RESERVED,
    /**
     * Decided: stock taken, and the wallet charged if that pays. {@link Order#refunded()} says what was given back
     * since.
     */
    COMPLETED,
    /** Decided: nothing taken, nothing charged; {@link Order#rejectReason()} says why. */
    REJECTED,
    /**
     * Cancelled while it was pending, which decided it: nothing taken, nothing charged. Or cancelled or released while
     * it was reserved: what it took was given back.
     */
    CANCELLED,
    /** Was reserved, and nobody confirmed it in time: what it took was given back. */
    EXPIRED,
    /** Completed, and refunded since until nothing was left. */
    REFUNDED,
    /**
     * Could not be decided: set aside until somebody brings it back, see {@link OrderProcessor#deadLetters}. Nothing
     * taken, nothing charged. Not a verdict.
     */
    PARKED,
    /**
     * Was final, and is {@linkplain OrderArchive archived}: only its id, buyer and times are known, so that the same
     * request again is a duplicate. Its lines, amounts, payment and host data are in the archive alone.
     */
    ARCHIVED;

    /** Whether an order with this status is decided, and so has a decision number. */
    public boolean isVerdict() {
        return this != PENDING && this != PARKED;
    }
}
