package io.orderflow.examples.common;

import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.queue.OrderQueue;
import java.time.Duration;
import java.util.Optional;

/**
 * What carries a shop's orders from the intake to the workers, and when an order counts as accepted: made by the
 * program and closed by it. Thread-safe.
 */
public final class ShopQueue implements AutoCloseable {
    private final Optional<OrderQueue> queue;
    private final String name;
    private final Acceptance acceptance;
    private final boolean allowWeak;
    private final Optional<byte[]> frameKey;
    private final boolean acceptJson;

    ShopQueue(
            Optional<OrderQueue> queue,
            String name,
            Acceptance acceptance,
            boolean allowWeak,
            Optional<byte[]> frameKey,
            boolean acceptJson) {
        this.queue = queue;
        this.name = name;
        this.acceptance = acceptance;
        this.allowWeak = allowWeak;
        this.frameKey = frameKey;
        this.acceptJson = acceptJson;
    }

    /** The queue in memory, which is the processor's own. */
    public static ShopQueue inMemory() {
        return new ShopQueue(Optional.empty(), "memory", Acceptance.ROW_JOURNAL, false, Optional.empty(), false);
    }

    /** The same queue for another acceptance; only one of the two is to be closed. */
    public ShopQueue accepting(Acceptance other) {
        return new ShopQueue(queue, name, other, allowWeak, frameKey, acceptJson);
    }

    /** The same queue for a program that takes orders in JSON, too; only one of the two is to be closed. */
    ShopQueue acceptingJson() {
        return new ShopQueue(queue, name, acceptance, allowWeak, frameKey, true);
    }

    /** Sets what the options say about the queue. */
    public OrderProcessor.Builder configure(OrderProcessor.Builder builder) {
        queue.ifPresent(builder::queue);
        frameKey.ifPresent(builder::frameKey);
        return builder.acceptance(acceptance).allowWeakQueue(allowWeak).acceptJson(acceptJson);
    }

    /**
     * Asks its server, if it has one, before the program begins; closes it when that fails.
     *
     * @param patience how long to try again while nothing listens there
     * @throws ProgramException if that fails; says what to do about it
     */
    public ShopQueue reached(Duration patience) {
        try {
            queue.ifPresent(server -> ServerContact.make(name, patience, server::check));
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether other processes can use it too. */
    public boolean isShared() {
        return queue.isPresent();
    }

    /** What the queue's server calls itself, with its version; empty without a server or when it cannot be asked. */
    public Optional<String> server() {
        return queue.flatMap(OrderQueue::server);
    }

    /**
     * What a message on the queue survives, in the adapter's words; empty for the queue in memory, which survives
     * nothing.
     */
    public Optional<String> durability() {
        return queue.map(OrderQueue::durability).map(durability -> durability.level() + ": " + durability.reason());
    }

    /** When an order counts as accepted. */
    public Acceptance acceptance() {
        return acceptance;
    }

    /** Which queue it is, for a person; never a user or a password. */
    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        queue.ifPresent(OrderQueue::close);
    }
}
