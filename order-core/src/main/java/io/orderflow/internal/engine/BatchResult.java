package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import java.util.List;

/**
 * What a committed batch did.
 *
 * @param batch the batch's number; 0 when there was nothing to decide
 * @param verdicts the orders that were decided, in decision order: the place of each is its index
 * @param conflicts entries whose id stands for other content; not decided, to be set aside
 * @param skipped entries that were decided or parked before, locked by another worker, or too many for one batch
 */
public record BatchResult(long batch, List<Verdict> verdicts, List<OrderEntry> conflicts, int skipped) {
    /** Copies nothing: the lists are made for this record. */
    public BatchResult {}

    /** The number of the verdict at an index. */
    public long decision(int index) {
        return DecisionNumber.of(batch, index);
    }
}
