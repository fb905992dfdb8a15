package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What {@link OrderProcessor#examine(ExamineConfig)} holds the set-up against. Immutable.
 *
 * @param workers the workers that are to run on the processor's pool
 * @param lookTimeout longest time of one look at a server; 1 s to 60 s
 * @param oldAfter after which what waits is old: an order, a hold, a feed, a snapshot; 0 to 24 h
 */
public record ExamineConfig(WorkerConfig workers, Duration lookTimeout, Duration oldAfter) {
    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** All defaults. */
    public static ExamineConfig defaults() {
        return builder().build();
    }

    /**
     * Collects settings. Each setter refuses a value outside its range with IllegalArgumentException. Not thread-safe.
     */
    public static final class Builder {
        private WorkerConfig workers = WorkerConfig.defaults();
        private Duration lookTimeout = Duration.ofSeconds(5);
        private Duration oldAfter = Duration.ofMinutes(1);

        private Builder() {}

        /** The workers that are to run in a process with this pool. Default {@link WorkerConfig#defaults}. */
        public Builder workers(WorkerConfig workers) {
            this.workers = requireNonNull(workers, "workers");
            return this;
        }

        /**
         * Longest time of one look at a server, of which there are about a dozen. Default 5 s, smallest 1 s, largest 60
         * s.
         */
        public Builder lookTimeout(Duration timeout) {
            checkTimeout(timeout);
            this.lookTimeout = timeout;
            return this;
        }

        /**
         * After which an order without a verdict, a hold that is over, a feed that is behind and an open snapshot are
         * old. Default 1 min, smallest 0, largest 24 h.
         */
        public Builder oldAfter(Duration age) {
            checkAge(age);
            this.oldAfter = age;
            return this;
        }

        /** Builds the configuration. */
        public ExamineConfig build() {
            return new ExamineConfig(workers, lookTimeout, oldAfter);
        }
    }

    /**
     * Checks each value as the builder does.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public ExamineConfig {
        requireNonNull(workers, "workers");
        checkTimeout(lookTimeout);
        checkAge(oldAfter);
    }

    private static void checkAge(Duration age) {
        Rules.setting("oldAfter", age, Duration.ZERO, Duration.ofHours(24));
    }

    private static void checkTimeout(Duration timeout) {
        Rules.setting("lookTimeout", timeout, Duration.ofSeconds(1), Duration.ofSeconds(60));
    }
}
