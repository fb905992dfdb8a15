package io.orderflow.internal.archive;

import io.orderflow.internal.archive.OldOrders.Old;
import java.util.List;
import java.util.UUID;

/** What is done with what was found. */
interface Removal {
    /**
     * Takes orders out of the tables.
     *
     * @return how many of them went
     */
    int orders(List<Old> old);

    /** Takes out rows of batches that stand for nothing any more. */
    void batches(List<Long> batches);

    /** Forgets keys; whether it did. */
    boolean keys(long batch, List<UUID> keys);
}
