package io.orderflow;

/** The kinds of {@link SubmitResult}, for a {@code switch}. */
public enum SubmitOutcome {
    /** A durable place has the order. */
    ACCEPTED,
    /** The same request was accepted before. */
    DUPLICATE,
    /** Another request was accepted under this id or key before; nothing changed. */
    CONFLICT,
    /** The intake was full; nothing was accepted. */
    OVERLOADED,
    /** No durable place could take the order; nothing was accepted. */
    UNAVAILABLE,
    /** The order may be accepted or not; submitting it again tells. */
    UNKNOWN
}
