package io.orderflow.queue;

import java.util.function.LongSupplier;

/** In-memory queues for simulations in other packages. */
public final class InMemoryQueues {
    private InMemoryQueues() {}

    /** A queue whose leases run on the given monotonic nanoseconds; a receive with a wait of zero never waits. */
    public static InMemoryQueue withClock(LongSupplier nanoTime, long capacityBytes) {
        return InMemoryQueue.builder()
                .nanoTime(nanoTime)
                .capacityBytes(capacityBytes)
                .build();
    }
}
