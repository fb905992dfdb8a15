package io.orderflow.testkit.queue;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** All that it takes to hold an adapter to the contract; in a package of its own, as the adapter of a host is. */
class FolderQueueContractTest extends OrderQueueContract {
    @TempDir
    private Path folders;

    private int opened;

    @Override
    protected OrderQueue open() {
        opened++;
        return new FolderQueue(folders.resolve("queue-" + opened));
    }

    @Override
    protected OrderQueue another(OrderQueue opened) {
        return new FolderQueue(folders.resolve("queue-" + this.opened));
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
