package io.orderflow.testkit.queue;

import static java.util.Objects.requireNonNull;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A queue that hands everything to another one; what differs is overridden. As thread-safe as that other one. */
public class ForwardingQueue implements OrderQueue {
    private final OrderQueue inner;

    /** Forwards to this one. */
    public ForwardingQueue(OrderQueue inner) {
        this.inner = requireNonNull(inner, "inner");
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
        return inner.publish(message, timeout);
    }

    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        return inner.openConsumer(lease);
    }

    @Override
    public OptionalLong depth() {
        return inner.depth();
    }

    @Override
    public Durability durability() {
        return inner.durability();
    }

    @Override
    public Optional<String> server() {
        return inner.server();
    }

    @Override
    public int largestMessage() {
        return inner.largestMessage();
    }

    @Override
    public int mostHeld() {
        return inner.mostHeld();
    }

    @Override
    public void check() throws QueueException {
        inner.check();
    }

    @Override
    public void close() {
        inner.close();
    }
}
