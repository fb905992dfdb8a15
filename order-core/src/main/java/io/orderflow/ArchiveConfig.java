package io.orderflow;

import java.time.Duration;

/**
 * What is archived, and how fast. Immutable.
 *
 * @param olderThan how old the last decision on an order must be; 1 day to 100 years
 * @param keepKeys how long a key stays known after its order was archived; 0 to 100 years
 * @param keepAllIds whether ids that look like the library's own are kept as keys too
 * @param ordersPerSecond most orders that are archived in a second; 1 to 1,000,000
 * @param ordersPerPiece most orders that are written and deleted at once; 1 to 500
 */
public record ArchiveConfig(
        Duration olderThan, Duration keepKeys, boolean keepAllIds, int ordersPerSecond, int ordersPerPiece) {
    private static final Duration SMALLEST_AGE = Duration.ofDays(1);
    private static final Duration LARGEST = Duration.ofDays(36_525);
    private static final int FASTEST = 1_000_000;

    /**
     * Checks each value as the builder does.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public ArchiveConfig {
        Rules.setting("olderThan", olderThan, SMALLEST_AGE, LARGEST);
        Rules.setting("keepKeys", keepKeys, Duration.ZERO, LARGEST);
        Rules.setting("ordersPerSecond", ordersPerSecond, 1, FASTEST);
        Rules.setting("ordersPerPiece", ordersPerPiece, 1, Limits.BATCH_ORDERS);
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Collects settings. Each setter refuses a value outside its range with IllegalArgumentException. Not thread-safe.
     */
    public static final class Builder {
        private Duration olderThan = Duration.ofDays(90);
        private Duration keepKeys = Duration.ofDays(365);
        private boolean keepAllIds;
        private int ordersPerSecond = 2_000;
        private int ordersPerPiece = Limits.BATCH_ORDERS;

        private Builder() {}

        /**
         * How old the last decision on an order must be. It must be longer than a message can come again from the
         * queue: the order of a message that is archived without a key would be decided a second time. Default 90 days,
         * smallest 1 day, largest 100 years.
         */
        public Builder olderThan(Duration age) {
            Rules.setting("olderThan", age, SMALLEST_AGE, LARGEST);
            this.olderThan = age;
            return this;
        }

        /**
         * How long an idempotency key, or an id that the host gave, stays known after its order was archived: until
         * then the same request again is a duplicate, and another one a conflict. After that it is a new order. With 0
         * no key is kept. Default 365 days, largest 100 years.
         */
        public Builder keepKeys(Duration time) {
            Rules.setting("keepKeys", time, Duration.ZERO, LARGEST);
            this.keepKeys = time;
            return this;
        }

        /**
         * Whether every id is kept as a key is. Needed by hosts that give orders UUIDs of version 7 of their own, which
         * cannot be told from the library's. Default false.
         */
        public Builder keepAllIds(boolean all) {
            this.keepAllIds = all;
            return this;
        }

        /** Most orders that are archived in a second. Default 2,000, smallest 1, largest 1,000,000. */
        public Builder ordersPerSecond(int orders) {
            Rules.setting("ordersPerSecond", orders, 1, FASTEST);
            this.ordersPerSecond = orders;
            return this;
        }

        /**
         * Most orders that are given to the sink and then deleted at once. A run can be stopped after each piece, a run
         * that is killed has written one piece too many, and the transaction that deletes locks so many old orders. A
         * smaller piece takes longer for each order. No piece has more than {@link #ordersPerSecond}. Default 500,
         * smallest 1, largest 500.
         */
        public Builder ordersPerPiece(int orders) {
            Rules.setting("ordersPerPiece", orders, 1, Limits.BATCH_ORDERS);
            this.ordersPerPiece = orders;
            return this;
        }

        /** Builds the configuration. */
        public ArchiveConfig build() {
            return new ArchiveConfig(olderThan, keepKeys, keepAllIds, ordersPerSecond, ordersPerPiece);
        }
    }
}
