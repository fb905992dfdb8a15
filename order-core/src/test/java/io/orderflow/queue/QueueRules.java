package io.orderflow.queue;

/** A group of the contract's tests. The groups are interfaces, so that an adapter can override a single test. */
interface QueueRules {
    /** What the running test works with. */
    QueueLab lab();
}
