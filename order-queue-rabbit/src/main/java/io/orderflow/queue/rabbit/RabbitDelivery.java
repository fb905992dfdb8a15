package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.orderflow.queue.Delivery;
import java.util.Map;
import java.util.Optional;

/**
 * One delivery: its tag means something in its epoch alone. Guarded by its consumer's lock, apart from what is final.
 */
final class RabbitDelivery implements Delivery {
    private final ConsumerEpoch epoch;
    private final long tag;
    private final byte[] body;
    private final int deliveriesBefore;
    private final Oversized oversized;
    private long leaseEnd;
    private boolean received;

    /**
     * What came.
     *
     * @param oversized what it is as a whole where the body is only its beginning, else null
     */
    RabbitDelivery(
            ConsumerEpoch epoch, Envelope envelope, BasicProperties properties, byte[] body, Oversized oversized) {
        this.epoch = epoch;
        this.tag = envelope.getDeliveryTag();
        this.body = body;
        this.oversized = oversized;
        this.deliveriesBefore = deliveriesBefore(envelope.isRedeliver(), properties.getHeaders());
    }

    /**
     * RabbitMQ 4.3 counts in x-delivery-count only what was rejected or died, but marks every later delivery as such.
     */
    private static int deliveriesBefore(boolean again, Map<String, Object> headers) {
        Object counted = headers == null ? null : headers.get(DeliveryCount.NAME);
        long count = counted instanceof Number number ? number.longValue() : 0;
        return (int) Math.min(Integer.MAX_VALUE, Math.max(count, again ? 1 : 0));
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public int deliveriesBefore() {
        return deliveriesBefore;
    }

    @Override
    public Optional<Oversized> oversized() {
        return Optional.ofNullable(oversized);
    }

    ConsumerEpoch epoch() {
        return epoch;
    }

    long tag() {
        return tag;
    }

    /** Starts the lease: from now on it is the caller's. */
    void hold(long leaseEnd) {
        this.received = true;
        this.leaseEnd = leaseEnd;
    }

    /** True when it was handed to the caller. */
    boolean isReceived() {
        return received;
    }

    long leaseEnd() {
        return leaseEnd;
    }
}
