package io.orderflow;

import java.time.Duration;

/**
 * How a feed is read. Immutable.
 *
 * @param maxEvents most events that the handler gets at a time; 1 to {@link Limits#BATCH_ORDERS}
 * @param lease how long others wait for a process that has its turn and died; 2 s to 10 min
 * @param closeTimeout longest that {@link FeedRunner#close} waits for the handler; 0 to 10 min
 */
public record FeedConfig(int maxEvents, Duration lease, Duration closeTimeout) {
    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** All defaults. */
    public static FeedConfig defaults() {
        return builder().build();
    }

    /**
     * Collects settings. Each setter refuses a value outside its range with IllegalArgumentException. Not thread-safe.
     */
    public static final class Builder {
        private int maxEvents = Limits.BATCH_ORDERS;
        private Duration lease = Duration.ofSeconds(30);
        private Duration closeTimeout = Duration.ofSeconds(10);

        private Builder() {}

        /** Most events that the handler gets at a time. Default and largest {@link Limits#BATCH_ORDERS}, smallest 1. */
        public Builder maxEvents(int events) {
            Rules.setting("maxEvents", events, 1, Limits.BATCH_ORDERS);
            this.maxEvents = events;
            return this;
        }

        /**
         * How long a process keeps its turn without renewing it. It is renewed for as long as the process lives, also
         * while the handler works. Default 30 s, smallest 2 s, largest 10 min.
         */
        public Builder lease(Duration lease) {
            Rules.setting("lease", lease, Duration.ofSeconds(2), Duration.ofMinutes(10));
            this.lease = lease;
            return this;
        }

        /** Longest that close waits for the handler. Default 10 s, smallest 0, largest 10 min. */
        public Builder closeTimeout(Duration timeout) {
            Rules.setting("closeTimeout", timeout, Duration.ZERO, Duration.ofMinutes(10));
            this.closeTimeout = timeout;
            return this;
        }

        /** Builds the configuration. */
        public FeedConfig build() {
            return new FeedConfig(maxEvents, lease, closeTimeout);
        }
    }

    /**
     * Checks each value as the builder does.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public FeedConfig {
        Rules.setting("maxEvents", maxEvents, 1, Limits.BATCH_ORDERS);
        Rules.setting("lease", lease, Duration.ofSeconds(2), Duration.ofMinutes(10));
        Rules.setting("closeTimeout", closeTimeout, Duration.ZERO, Duration.ofMinutes(10));
    }
}
