package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the server sends in one epoch, and whether it does: begins and ends the subscription, takes in what comes, and
 * asks the server now and then. What is known about it is guarded by the consumer's lock.
 */
final class Subscription {
    private final String queue;
    private final ConsumerEpoch epoch;
    private final ConsumerState state;
    private final AmqpLink link;
    private final Wire wire;
    private final Channel channel;
    private String consumerTag;
    private int prefetch;
    private long lastTag;
    private long subscribedAt;
    private long quietSince;
    private boolean passedOver;

    Subscription(RabbitSettings settings, ConsumerEpoch epoch, Wire wire, Channel channel) {
        this.queue = settings.queue();
        this.epoch = epoch;
        this.state = epoch.state();
        this.link = epoch.link();
        this.wire = wire;
        this.channel = channel;
    }

    boolean isActive() {
        return tag() != null;
    }

    /** What the server calls it; null when there is none, as after the epoch's end. */
    private String tag() {
        return epoch.over() == null ? consumerTag : null;
    }

    long subscribedAt() {
        return subscribedAt;
    }

    /** Since when nothing came and nobody asked the server why. */
    long quietSince() {
        return quietSince;
    }

    /** How many messages the present one sends ahead. */
    int prefetch() {
        return prefetch;
    }

    /** Lets the server send, so many messages before one of them is settled. */
    void begin(Lane lane, int ahead) throws IOException {
        wire.enter(lane);
        try {
            if (tagNow() != null) {
                return;
            }
            if (prefetch != ahead) {
                channel.basicQos(ahead);
                prefetch = ahead;
            }
            begun(channel.basicConsume(queue, false, new Incoming()));
        } finally {
            wire.leave(lane);
        }
    }

    private void begun(String tag) {
        state.lock();
        try {
            consumerTag = tag;
            subscribedAt = System.nanoTime();
            quietSince = subscribedAt;
            state.ringOwner();
        } finally {
            state.unlock();
        }
    }

    private String tagNow() {
        state.lock();
        try {
            return tag();
        } finally {
            state.unlock();
        }
    }

    /** Stops the server's sending and gives back what nobody received, unless the owner has just come for it. */
    void pause(Lane lane) throws IOException {
        wire.enter(lane);
        try {
            String tag = tagNow();
            if (tag == null) {
                return;
            }
            channel.basicCancel(tag);
            wire.sendBack(paused());
        } finally {
            wire.leave(lane);
        }
    }

    private List<RabbitDelivery> paused() {
        state.lock();
        try {
            consumerTag = null;
            return state.isReceiving() ? List.of() : epoch.unsettled().takeArrivals();
        } finally {
            state.unlock();
        }
    }

    /**
     * Asks the server something, so that its answer proves that it still counts this channel's messages as held.
     *
     * @param nanos longest wait for the answer
     * @throws TimeoutException if none came
     */
    void ask(Lane lane, long nanos) throws IOException, TimeoutException {
        long start = System.nanoTime();
        wire.enter(lane, nanos);
        try {
            wire.requireWhole();
            Method question =
                    new AMQP.Basic.Qos.Builder().prefetchCount(prefetch).build();
            long left = nanos - (System.nanoTime() - start);
            channel.asyncCompletableRpc(question).get(Math.max(1, left), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an answer");
        } finally {
            wire.leave(lane);
        }
    }

    /**
     * Asks the server, after a time in which it sent nothing, whether messages wait. When it says so twice and sends
     * none of them, the subscription is worth nothing: RabbitMQ 3.10 does not always end those of a queue that is
     * deleted and made again at once.
     */
    void look(Lane lane) throws IOException {
        wire.enter(lane);
        try {
            looked(channel.queueDeclarePassive(queue).getMessageCount());
        } finally {
            wire.leave(lane);
        }
    }

    private void looked(int ready) {
        state.lock();
        try {
            boolean again = passedOver;
            passedOver = ready > 0 && epoch.unsettled().isEmpty();
            quietSince = System.nanoTime();
            if (again && passedOver) {
                epoch.end("the server sent none of " + ready + " messages that wait");
            }
        } finally {
            state.unlock();
        }
    }

    /** What the server says about this subscription, on the connection's reader. */
    private final class Incoming extends DefaultConsumer {
        private Incoming() {
            super(channel);
        }

        @Override
        public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
            long tag = envelope.getDeliveryTag();
            if (tag != lastTag + 1) {
                epoch.breakOff();
                throw new IllegalStateException("delivery " + tag + " came after " + lastTag);
            }
            arrived(new RabbitDelivery(epoch, envelope, properties, body, link.oversized(tag)));
            lastTag = tag;
        }

        private void arrived(RabbitDelivery delivery) {
            state.lock();
            try {
                if (epoch.over() == null) {
                    epoch.unsettled().add(delivery);
                    quietSince = System.nanoTime();
                    passedOver = false;
                    state.ringOwnerOnce();
                }
            } finally {
                state.unlock();
            }
        }

        @Override
        public void handleCancel(String tag) {
            epoch.end("the server ended the subscription: the queue was deleted, or its node went away");
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
            epoch.end(link.endedBy(AmqpFailures.reason(cause)));
        }
    }
}
