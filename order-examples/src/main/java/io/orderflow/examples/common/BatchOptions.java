package io.orderflow.examples.common;

import io.orderflow.Limits;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of workers that decide batches. A mixin of every program that decides. */
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

    @Option(
            names = "--ack-delay",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Milliseconds that a message stays on the queue after its orders were decided, the library's "
                    + "ackDelay: for a database whose replicas may be behind when one is promoted. Default: "
                    + "${DEFAULT-VALUE}")
    private int ackDelay;

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

    /** Milliseconds that a message stays on the queue after its orders were decided; not checked. */
    public int ackDelayMillis() {
        return ackDelay;
    }

    /**
     * The workers that these options ask for.
     *
     * @param threads threads that decide
     * @throws IllegalArgumentException if a value is outside its range
     */
    public WorkerConfig workers(int threads) {
        return WorkerConfig.builder()
                .threads(threads)
                .maxBatch(maxBatch)
                .batchWait(Duration.ofMillis(batchWait))
                .ackDelay(Duration.ofMillis(ackDelay))
                .build();
    }
}
