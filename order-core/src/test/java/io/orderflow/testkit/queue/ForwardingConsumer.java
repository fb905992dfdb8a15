package io.orderflow.testkit.queue;

import static java.util.Objects.requireNonNull;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.List;

/**
 * A consumer that hands everything to another one; what differs is overridden. Used by one thread, as that other one.
 */
public class ForwardingConsumer implements QueueConsumer {
    private final QueueConsumer inner;

    /** Forwards to this one. */
    public ForwardingConsumer(QueueConsumer inner) {
        this.inner = requireNonNull(inner, "inner");
    }

    @Override
    public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
        return inner.receive(max, wait);
    }

    @Override
    public void ack(List<Delivery> deliveries) throws QueueException {
        inner.ack(deliveries);
    }

    @Override
    public void release(List<Delivery> deliveries) throws QueueException {
        inner.release(deliveries);
    }

    @Override
    public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
        return inner.renew(deliveries);
    }

    @Override
    public void close() {
        inner.close();
    }
}
