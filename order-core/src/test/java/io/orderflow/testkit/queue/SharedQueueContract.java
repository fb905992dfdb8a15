package io.orderflow.testkit.queue;

import io.orderflow.queue.OrderQueue;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract of a queue whose messages live outside of the object, in a server that several processes use: all of
 * {@link OrderQueueContract}, and what holds when another object uses the same stored queue, and when the server dies,
 * freezes or changes its settings.
 */
public abstract class SharedQueueContract extends OrderQueueContract implements ServerRules {
    /**
     * Another queue object on the stored queue that {@link #open} made last. Does no I/O (Q1): the server may be away.
     */
    protected abstract OrderQueue reopen() throws Exception;

    /** The server to be harmed; empty if the tests cannot harm it, then those that would are skipped. */
    protected abstract Optional<ServerControl> server();

    /** Longest time from the server's return until a queue object works again. Default 10 s. */
    protected Duration recovery() {
        return Duration.ofSeconds(10);
    }

    /** Longest time until {@link OrderQueue#durability()} shows a change. Default and longest 60 s (Q10). */
    protected Duration durabilityAge() {
        return Duration.ofSeconds(60);
    }

    @Override
    protected final OrderQueue another(OrderQueue opened) throws Exception {
        return reopen();
    }

    @Override
    public final SharedQueueContract shared() {
        return this;
    }

    @AfterEach
    final void healServer() throws Exception {
        if (server().isPresent()) {
            server().get().heal();
        }
    }
}
