package io.orderflow.testkit.queue;

import java.time.Duration;

/** A group of the contract's tests. The groups are interfaces, so that an adapter can override a single test. */
interface QueueRules {
    /** Longer than any test waits. */
    Duration LONG_LEASE = Duration.ofMinutes(10);

    /** What the running test works with. */
    QueueLab lab();
}
