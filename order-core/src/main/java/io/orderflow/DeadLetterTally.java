package io.orderflow;

import io.orderflow.DeadLetterResult.Refusal;
import java.util.Map;

/**
 * How far a call on many dead letters has come. Immutable.
 *
 * @param done how many were brought back or discarded
 * @param gone how many somebody else was done with first
 * @param refused how many were refused, for each reason that there was
 */
public record DeadLetterTally(long done, long gone, Map<Refusal, Long> refused) {
    /** Nothing yet. */
    public static final DeadLetterTally NONE = new DeadLetterTally(0, 0, Map.of());

    /** Copies the map. */
    public DeadLetterTally {
        refused = Map.copyOf(refused);
    }

    /** How many were refused in all. */
    public long allRefused() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }
}
