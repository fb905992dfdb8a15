package io.orderflow.queue.redis;

import io.orderflow.queue.Delivery;
import java.util.Optional;

/** One entry that a consumer was given. Identity counts: an id can come twice, after a lost lease or a wiped stream. */
final class RedisDelivery implements Delivery {
    private final RedisConsumer consumer;
    private final StreamEntry entry;

    RedisDelivery(RedisConsumer consumer, StreamEntry entry) {
        this.consumer = consumer;
        this.entry = entry;
    }

    RedisConsumer consumer() {
        return consumer;
    }

    String id() {
        return entry.id();
    }

    boolean isCopyable() {
        return entry.copyable();
    }

    @Override
    public byte[] body() {
        return entry.message();
    }

    @Override
    public int deliveriesBefore() {
        return entry.deliveriesBefore();
    }

    @Override
    public Optional<Oversized> oversized() {
        return entry.oversized();
    }

    @Override
    public String toString() {
        int length = oversized().map(Oversized::length).orElse(body().length);
        return "entry " + id() + " with " + length + " bytes";
    }
}
