package io.orderflow;

import java.time.Duration;

/**
 * How a {@link WorkerRunner} works. Immutable.
 *
 * @param threads threads that decide, each with a database connection of its own while busy; 1 to 64
 * @param maxBatch most orders decided in one transaction; 1 to {@link Limits#BATCH_ORDERS}
 * @param batchWait longest wait for a batch to fill while orders keep coming; 0 to 1 s
 * @param lease how long a worker may hold what it received before the queue gives it to another; 2 s to 15 min
 * @param drainTimeout longest that {@link WorkerRunner#close} waits for what is being decided; 0 to 10 min
 * @param ackDelay how long a message stays on the queue after its orders were decided; 0 to 1 min
 */
public record WorkerConfig(
        int threads, int maxBatch, Duration batchWait, Duration lease, Duration drainTimeout, Duration ackDelay) {
    private static final Duration LONGEST_ACK_DELAY = Duration.ofMinutes(1);

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** All defaults. */
    public static WorkerConfig defaults() {
        return builder().build();
    }

    /**
     * Collects settings. Each setter refuses a value outside its range with IllegalArgumentException. Not thread-safe.
     */
    public static final class Builder {
        private int threads = 1;
        private int maxBatch = Limits.BATCH_ORDERS;
        private Duration batchWait = Duration.ofMillis(5);
        private Duration lease = Duration.ofSeconds(30);
        private Duration drainTimeout = Duration.ofSeconds(10);
        private Duration ackDelay = Duration.ZERO;

        private Builder() {}

        /**
         * Threads that decide. Default 1, smallest 1, largest 64. The pool needs this many connections and four more.
         */
        public Builder threads(int threads) {
            Rules.setting("threads", threads, 1, 64);
            this.threads = threads;
            return this;
        }

        /** Most orders in one transaction. Default and largest {@link Limits#BATCH_ORDERS}, smallest 1. */
        public Builder maxBatch(int orders) {
            Rules.setting("maxBatch", orders, 1, Limits.BATCH_ORDERS);
            this.maxBatch = orders;
            return this;
        }

        /**
         * Longest wait for a batch to fill while orders keep coming; an idle worker never waits. More saves CPU under
         * medium load, less lowers latency. Default 5 ms, smallest 0, largest 1 s.
         */
        public Builder batchWait(Duration wait) {
            Rules.setting("batchWait", wait, Duration.ZERO, Duration.ofSeconds(1));
            this.batchWait = wait;
            return this;
        }

        /**
         * How long what was received stays this worker's own without renewal. A worker that freezes in mid-transaction
         * holds its rows at most this long, and at most 8 s. Default 30 s, smallest 2 s, largest 15 min.
         */
        public Builder lease(Duration lease) {
            Rules.setting("lease", lease, Duration.ofSeconds(2), Duration.ofMinutes(15));
            this.lease = lease;
            return this;
        }

        /** Longest that close waits for the batches in work. Default 10 s, smallest 0, largest 10 min. */
        public Builder drainTimeout(Duration timeout) {
            Rules.setting("drainTimeout", timeout, Duration.ZERO, Duration.ofMinutes(10));
            this.drainTimeout = timeout;
            return this;
        }

        /**
         * How long a message stays on the queue after its orders were decided, so that they are decided again if the
         * database server that decided them is lost with what no replica had. Longer than replicas may be behind when
         * one of them is promoted. The messages are held by the worker, at most 100,000 of them or 64 MiB for each
         * thread; what the queue has sent ahead to its consumer comes on top. A message that cannot be read, has no
         * right tag or is too large is not held: it is acked with its dead letter. What another shop sent is held. All
         * processes of a shop need it. Default 0, which is that a message is acked at once; largest 1 min.
         */
        public Builder ackDelay(Duration delay) {
            Rules.setting("ackDelay", delay, Duration.ZERO, LONGEST_ACK_DELAY);
            this.ackDelay = delay;
            return this;
        }

        /** Builds the configuration. */
        public WorkerConfig build() {
            return new WorkerConfig(threads, maxBatch, batchWait, lease, drainTimeout, ackDelay);
        }
    }

    /**
     * Checks each value as the builder does.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public WorkerConfig {
        Rules.setting("threads", threads, 1, 64);
        Rules.setting("maxBatch", maxBatch, 1, Limits.BATCH_ORDERS);
        Rules.setting("batchWait", batchWait, Duration.ZERO, Duration.ofSeconds(1));
        Rules.setting("lease", lease, Duration.ofSeconds(2), Duration.ofMinutes(15));
        Rules.setting("drainTimeout", drainTimeout, Duration.ZERO, Duration.ofMinutes(10));
        Rules.setting("ackDelay", ackDelay, Duration.ZERO, LONGEST_ACK_DELAY);
    }
}
