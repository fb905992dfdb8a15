package io.orderflow.queue.redis;

import io.orderflow.queue.Delivery;

/** One entry that a consumer was given. Identity counts: an id can come twice, after a lost lease or a wiped stream. */
final class RedisDelivery implements Delivery {
    private final RedisConsumer consumer;
    private final RedisStream.Entry entry;

    RedisDelivery(RedisConsumer consumer, RedisStream.Entry entry) {
        this.consumer = consumer;
        this.entry = entry;
    }

    RedisConsumer consumer() {
        return consumer;
    }

    String id() {
        return entry.id();
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
    public String toString() {
        return "entry " + id() + " with " + body().length + " bytes";
    }
}
