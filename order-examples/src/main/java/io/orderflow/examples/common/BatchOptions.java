package io.orderflow.examples.common;

import io.orderflow.Limits;
import picocli.CommandLine.Option;

/** The options of the batches that are decided together. A mixin of every program that decides. */
public final class BatchOptions {
    @Option(
            names = "--max-batch",
            paramLabel = "N",
            defaultValue = "" + Limits.BATCH_ORDERS,
            description = "Most orders decided in one transaction. Default: ${DEFAULT-VALUE}")
    private int maxBatch;

    @Option(
            names = "--batch-wait",
            paramLabel = "MS",
            defaultValue = "5",
            description = "Milliseconds that a batch waits for more orders while they keep coming, the library's "
                    + "batchWait. Default: ${DEFAULT-VALUE}")
    private int batchWait;

    /** Made by the command line. */
    public BatchOptions() {}

    /** Most orders decided in one transaction; not checked. */
    public int maxBatch() {
        return maxBatch;
    }

    /** Milliseconds that a batch waits for more orders; not checked. */
    public int batchWaitMillis() {
        return batchWait;
    }
}
