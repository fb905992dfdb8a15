package io.orderflow.internal.telemetry;

import io.orderflow.RejectReason;
import java.util.Map;

/**
 * What one committed batch was.
 *
 * @param orders what it was given, those included that were decided before
 * @param completed how many it completed at once
 * @param reserved how many it completed for the time being: they are held
 * @param rejected how many it rejected, by reason
 * @param urgent how many of those with a verdict were urgent
 * @param byRecovery whether recovery decided it and no frame brought it
 * @param nanos how long its transaction took, commit included
 */
public record Batch(
        int orders,
        int completed,
        int reserved,
        Map<RejectReason, Integer> rejected,
        int urgent,
        boolean byRecovery,
        long nanos) {
    /** Copies nothing: the map is made for this record. */
    public Batch {}

    /** How many orders have a verdict by it. */
    public int decided() {
        return completed
                + reserved
                + rejected.values().stream().mapToInt(Integer::intValue).sum();
    }
}
