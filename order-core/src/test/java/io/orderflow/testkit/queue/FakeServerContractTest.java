package io.orderflow.testkit.queue;

import io.orderflow.queue.Durability;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import java.time.Duration;
import java.util.Optional;

/** Holds the tests of {@link SharedQueueContract} against a server that keeps every rule. */
final class FakeServerContractTest extends SharedQueueContract {
    private final FakeServer server = new FakeServer(InMemoryQueue.builder()::build);
    private int opened;

    @Override
    protected OrderQueue open() {
        opened++;
        return reopen();
    }

    @Override
    protected OrderQueue reopen() {
        return server.connect("q" + opened);
    }

    @Override
    protected Optional<ServerControl> server() {
        return Optional.of(server);
    }

    @Override
    protected Durability.Level expectedDurability() {
        return Durability.Level.DURABLE;
    }

    @Override
    protected Duration lease() {
        return Duration.ofSeconds(1);
    }
}
