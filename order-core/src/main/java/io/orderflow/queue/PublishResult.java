package io.orderflow.queue;

import static java.util.Objects.requireNonNull;

/**
 * What became of one message that was published.
 *
 * @param outcome done, refused or unknown
 * @param cause why not done, in words for a person; empty when done
 */
public record PublishResult(Outcome outcome, String cause) {
    private static final PublishResult STORED = new PublishResult(Outcome.DONE, "");

    /** The three outcomes. */
    public enum Outcome {
        /** The queue has stored the message, as durably as {@link OrderQueue#durability()} says. */
        DONE,
        /** The queue has not stored the message and never will. */
        REFUSED,
        /** The answer was lost or did not come in time: the queue has the message, or not. */
        UNKNOWN
    }

    /** Checks that nothing is missing. */
    public PublishResult {
        requireNonNull(outcome, "outcome");
        requireNonNull(cause, "cause");
    }

    /** The message is stored. */
    public static PublishResult done() {
        return STORED;
    }

    /** The message is definitely not stored. */
    public static PublishResult refused(String cause) {
        return new PublishResult(Outcome.REFUSED, cause);
    }

    /** Nobody knows whether the message is stored. */
    public static PublishResult unknown(String cause) {
        return new PublishResult(Outcome.UNKNOWN, cause);
    }
}
