package io.orderflow.queue;

import java.time.Duration;
import java.util.function.LongSupplier;

/** In-memory queues, and what is known of them here alone, for tests in other packages. */
public final class InMemoryQueues {
    /** What a message costs besides its bytes. */
    public static final int MESSAGE_OVERHEAD = InMemoryQueue.MESSAGE_OVERHEAD;

    /** How often a waiter looks for leases that ended. */
    public static final Duration LOOK_AGAIN = InMemoryQueue.LOOK_AGAIN;

    private InMemoryQueues() {}

    /** A queue whose leases run on the given monotonic nanoseconds; a receive with a wait of zero never waits. */
    public static InMemoryQueue withClock(LongSupplier nanoTime, long capacityBytes) {
        return InMemoryQueue.builder()
                .nanoTime(nanoTime)
                .capacityBytes(capacityBytes)
                .build();
    }
}
