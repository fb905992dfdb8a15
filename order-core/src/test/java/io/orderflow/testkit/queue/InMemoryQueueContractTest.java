package io.orderflow.testkit.queue;

import io.orderflow.queue.Durability;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import java.time.Duration;

final class InMemoryQueueContractTest extends OrderQueueContract {
    @Override
    protected OrderQueue open() {
        return InMemoryQueue.builder().build();
    }

    @Override
    protected Durability.Level expectedDurability() {
        return Durability.Level.WEAK;
    }

    @Override
    protected Duration lease() {
        return Duration.ofSeconds(1);
    }

    @Override
    protected Duration leaseGranularity() {
        return Duration.ZERO;
    }

    @Override
    protected int load() {
        return 60_000;
    }
}
