package io.orderflow.examples.common;

import io.orderflow.Limits;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of workers that decide batches. A mixin of every program that decides. */
public final class BatchOptions {
    private static final String WORKERS = "workers";
    private static final int MOST_WORKERS = 64;
    private static final int LONGEST_BATCH_WAIT = 1_000;
    private static final int LONGEST_ACK_DELAY = 60_000;

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
     * @param threads the value of {@code --workers}, threads that decide
     * @throws IllegalArgumentException if a value is outside its range; it begins with the option, without the dashes
     */
    public WorkerConfig workers(int threads) {
        Ranges.between(WORKERS, threads, 1, MOST_WORKERS);
        return config(threads);
    }

    /**
     * The same where somebody else may decide.
     *
     * @param threads the value of {@code --workers}; 0 for none here
     * @throws IllegalArgumentException if a value is outside its range; it begins with the option, without the dashes
     */
    public Optional<WorkerConfig> workersIfAny(int threads) {
        Ranges.between(WORKERS, threads, 0, MOST_WORKERS);
        return threads == 0 ? Optional.empty() : Optional.of(config(threads));
    }

    private WorkerConfig config(int threads) {
        Ranges.between("max-batch", maxBatch, 1, Limits.BATCH_ORDERS);
        Ranges.between("batch-wait", batchWait, 0, LONGEST_BATCH_WAIT);
        Ranges.between("ack-delay", ackDelay, 0, LONGEST_ACK_DELAY);
        return WorkerConfig.builder()
                .threads(threads)
                .maxBatch(maxBatch)
                .batchWait(Duration.ofMillis(batchWait))
                .ackDelay(Duration.ofMillis(ackDelay))
                .build();
    }
}
