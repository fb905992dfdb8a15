package io.orderflow.spring;

import io.orderflow.Acceptance;
import io.orderflow.FeedConfig;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code orderflow}. Defaults and ranges are those of {@link OrderProcessor.Builder},
 * {@link WorkerConfig} and {@link FeedConfig}; a value outside its range ends the start of the application. Immutable.
 *
 * @param enabled whether there is a processor at all
 * @param tablePrefix what every table name begins with
 * @param createTables whether missing tables are made at the first contact with the database
 * @param acceptance which durable place makes an order accepted
 * @param allowWeakQueue whether a queue that may lose what it stored may accept orders while the database is away
 * @param submitTimeout longest wait of a submission for its result
 * @param journalTimeout longest time of one group in the database before it counts as away
 * @param publishTimeout longest time of one message to the queue
 * @param closeTimeout longest wait of the end for submissions under way
 * @param adjustmentTimeout longest time of one call that changes stock, prices, wallets or a dead letter
 * @param groupWait how long the database write waits for more orders
 * @param maxGroup most orders that are written with one commit
 * @param bufferCapacity most submissions without a result
 * @param acceptJson whether workers take orders that programs without the library put into the queue as JSON
 * @param workers the threads that decide
 * @param feeds the methods with {@link OrderFeedListener}
 */
@ConfigurationProperties("orderflow")
public record OrderflowProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue(OrderProcessor.DEFAULT_TABLE_PREFIX) String tablePrefix,
        @DefaultValue("false") boolean createTables,
        @DefaultValue("row-journal") Acceptance acceptance,
        @DefaultValue("false") boolean allowWeakQueue,
        @DefaultValue("5s") Duration submitTimeout,
        @DefaultValue("2500ms") Duration journalTimeout,
        @DefaultValue("1s") Duration publishTimeout,
        @DefaultValue("10s") Duration closeTimeout,
        @DefaultValue("10s") Duration adjustmentTimeout,
        @DefaultValue("0ms") Duration groupWait,
        @DefaultValue("500") int maxGroup,
        @DefaultValue("16384") int bufferCapacity,
        @DefaultValue("false") boolean acceptJson,
        @DefaultValue WorkerProperties workers,
        @DefaultValue FeedProperties feeds) {

    /**
     * The threads that decide.
     *
     * @param enabled whether this process decides orders
     * @param threads threads that decide, each with a connection of its own while busy
     * @param maxBatch most orders decided in one transaction
     * @param batchWait longest wait for a batch to fill while orders keep coming
     * @param lease how long a worker keeps what it received without renewal
     * @param drainTimeout longest wait of the end for the batches in work
     * @param ackDelay how long a message stays on the queue after its orders were decided
     */
    public record WorkerProperties(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("1") int threads,
            @DefaultValue("500") int maxBatch,
            @DefaultValue("5ms") Duration batchWait,
            @DefaultValue("30s") Duration lease,
            @DefaultValue("10s") Duration drainTimeout,
            @DefaultValue("0s") Duration ackDelay) {
        /**
         * Checks each value.
         *
         * @throws IllegalArgumentException if one is outside its range
         */
        public WorkerProperties {
            config(threads, maxBatch, batchWait, lease, drainTimeout, ackDelay);
        }

        /** As the library takes it. */
        WorkerConfig config() {
            return config(threads, maxBatch, batchWait, lease, drainTimeout, ackDelay);
        }

        private static WorkerConfig config(
                int threads,
                int maxBatch,
                Duration batchWait,
                Duration lease,
                Duration drainTimeout,
                Duration ackDelay) {
            return WorkerConfig.builder()
                    .threads(threads)
                    .maxBatch(maxBatch)
                    .batchWait(batchWait)
                    .lease(lease)
                    .drainTimeout(drainTimeout)
                    .ackDelay(ackDelay)
                    .build();
        }
    }

    /**
     * The methods with {@link OrderFeedListener}.
     *
     * @param enabled whether this process reads feeds
     * @param maxEvents most events that a method gets at a time
     * @param lease how long others wait for a process that has its turn and died
     * @param closeTimeout longest wait of the end for a method that is at work
     */
    public record FeedProperties(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("500") int maxEvents,
            @DefaultValue("30s") Duration lease,
            @DefaultValue("10s") Duration closeTimeout) {
        /**
         * Checks each value.
         *
         * @throws IllegalArgumentException if one is outside its range
         */
        public FeedProperties {
            new FeedConfig(maxEvents, lease, closeTimeout);
        }

        /** As the library takes it. */
        FeedConfig config() {
            return new FeedConfig(maxEvents, lease, closeTimeout);
        }
    }

    /** Sets all of it but workers and feeds, each value checked by the builder. */
    void applyTo(OrderProcessor.Builder builder) {
        builder.tablePrefix(tablePrefix)
                .createTables(createTables)
                .acceptance(acceptance)
                .allowWeakQueue(allowWeakQueue)
                .submitTimeout(submitTimeout)
                .journalTimeout(journalTimeout)
                .publishTimeout(publishTimeout)
                .closeTimeout(closeTimeout)
                .adjustmentTimeout(adjustmentTimeout)
                .groupWait(groupWait)
                .maxGroup(maxGroup)
                .bufferCapacity(bufferCapacity)
                .acceptJson(acceptJson);
    }
}
