package io.orderflow.internal.engine;

import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderEntry;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What a committed batch did.
 *
 * @param batch the batch's number; 0 when there was nothing to decide
 * @param verdicts the orders that were decided, in decision order: the place of each is its index
 * @param conflicts entries whose id stands for other content; not decided, to be set aside
 * @param skipped entries that were decided or parked before, locked by another worker, or too many for one batch
 * @param waiting ids of orders that are not decided, because other transactions hold rows that they need; only of a
 *     batch that does not wait for those
 * @param held those rows
 */
public record BatchResult(
        long batch, List<Verdict> verdicts, List<OrderEntry> conflicts, int skipped, Set<UUID> waiting, HeldRows held) {
    /** Copies nothing: the collections are made for this record. */
    public BatchResult {}

    /** A batch that had all the rows it needed. */
    public BatchResult(long batch, List<Verdict> verdicts, List<OrderEntry> conflicts, int skipped) {
        this(batch, verdicts, conflicts, skipped, Set.of(), HeldRows.NONE);
    }

    /** The number of the verdict at an index. */
    public long decision(int index) {
        return DecisionNumber.of(batch, index);
    }
}
