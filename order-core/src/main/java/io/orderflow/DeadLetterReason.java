package io.orderflow;

/** Why bytes or an order were set aside; {@link DeadLetterOffice} sees to them. */
public enum DeadLetterReason {
    /** A queue message that is neither a frame this release can read nor an order in JSON that keeps the rules. */
    UNDECODABLE,
    /** An order whose decision failed for a reason that repeating does not mend. */
    POISON,
    /** An order whose isolated attempts ended with the death of the worker, three times. */
    CRASHED_WORKER,
    /** Accepted content under an id that was decided with other content. */
    CONFLICT,
    /** A queue message without the tag that one of the processor's frame keys gives it. */
    UNAUTHENTICATED,
    /** A queue message of another shop: other tables, made by another {@link OrderSchema#createOrUpgrade}. */
    FOREIGN_SHOP
}
