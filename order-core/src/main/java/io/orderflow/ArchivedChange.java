package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What was done to an archived order on request. Immutable.
 *
 * @param type what was done
 * @param reference the host's name for it; empty for an expiry
 * @param amount what was given back, in minor units
 * @param credited what of that the buyer's wallet got, in minor units
 * @param decision its decision number
 * @param at when, by the database's clock
 * @param lines the pieces that were given back
 * @param restocked whether they went back to the stock
 */
public record ArchivedChange(
        OrderEvent.Type type,
        String reference,
        long amount,
        long credited,
        long decision,
        Instant at,
        List<RefundLine> lines,
        boolean restocked) {
    /** Copies the list. */
    public ArchivedChange {
        requireNonNull(type, "type");
        requireNonNull(reference, "reference");
        requireNonNull(at, "at");
        lines = List.copyOf(lines);
    }
}
