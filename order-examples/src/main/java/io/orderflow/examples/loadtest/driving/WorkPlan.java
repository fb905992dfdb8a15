package io.orderflow.examples.loadtest.driving;

import io.orderflow.Limits;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.Ranges;
import java.time.Duration;

/**
 * How the library journals and decides in a load test. Immutable.
 *
 * @param groupWaitMillis how long the journal waits for more orders
 * @param workers threads that decide
 * @param maxBatch most orders decided in one transaction
 * @param batchWaitMillis how long a batch waits for more orders
 * @param ackDelayMillis how long a message stays on the queue after its orders were decided
 */
public record WorkPlan(int groupWaitMillis, int workers, int maxBatch, int batchWaitMillis, int ackDelayMillis) {
    /** Refuses what is out of range. */
    public WorkPlan {
        Ranges.between("group-wait", groupWaitMillis, 0, 100);
        Ranges.between("workers", workers, 1, 64);
        Ranges.between("max-batch", maxBatch, 1, Limits.BATCH_ORDERS);
        Ranges.between("batch-wait", batchWaitMillis, 0, 1_000);
        Ranges.between("ack-delay", ackDelayMillis, 0, 60_000);
    }

    /** The same for the library's workers. */
    public WorkerConfig config() {
        return WorkerConfig.builder()
                .threads(workers)
                .maxBatch(maxBatch)
                .batchWait(Duration.ofMillis(batchWaitMillis))
                .ackDelay(Duration.ofMillis(ackDelayMillis))
                .build();
    }
}
