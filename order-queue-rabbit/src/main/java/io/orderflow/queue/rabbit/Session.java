package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One connection of one consumer: an epoch. Delivery tags belong to it and are worth nothing after it.
 *
 * <ul>
 *   <li><b>E1</b> {@code unsettled} holds every delivery that came and was neither acked nor given back, by tag, ascending: tags
 *       come in that order. {@code buffer} holds those of them that nobody received yet.
 *   <li><b>E2</b> Both are guarded by the consumer's lock, which the library's callbacks take; the library is not called under it.
 *   <li><b>E3</b> Everything that is sent about deliveries is sent under {@code wire}, and what it settles leaves {@code
 *       unsettled} under {@code wire} before. So whoever holds {@code wire} may ack up to a tag at once when {@code unsettled}
 *       has no other delivery below it: nothing that was given back can be on its way behind.
 *   <li><b>E4</b> {@code wire} is taken before the consumer's lock, never under it.
 * </ul>
 */
final class Session {
    private final RabbitConsumer consumer;
    private final Settings settings;
    private final Link link;
    private final Channel channel;
    private final ReentrantLock lock;
    private final Condition arrived;
    private final Condition duty;
    private final ReentrantLock wire = new ReentrantLock();
    private final Map<Long, RabbitDelivery> unsettled = new LinkedHashMap<>();
    private final Deque<RabbitDelivery> buffer = new ArrayDeque<>();
    private String consumerTag;
    private long subscribedAt;
    private long quietSince;
    private boolean passedOver;
    private String over;

    Session(
            RabbitConsumer consumer,
            Settings settings,
            Link link,
            Channel channel,
            ReentrantLock lock,
            Condition arrived,
            Condition duty) {
        this.consumer = consumer;
        this.settings = settings;
        this.link = link;
        this.channel = channel;
        this.lock = lock;
        this.arrived = arrived;
        this.duty = duty;
        channel.addShutdownListener(cause -> end(Failures.reason(cause)));
    }

    RabbitConsumer consumer() {
        return consumer;
    }

    Link link() {
        return link;
    }

    /** Why it ended; null while it lives. */
    String over() {
        return over;
    }

    /** Ends it: what was held is the server's again. */
    void end(String reason) {
        lock.lock();
        try {
            if (over == null) {
                over = reason;
                unsettled.clear();
                buffer.clear();
                consumerTag = null;
                arrived.signalAll();
                duty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isSubscribed() {
        return consumerTag != null;
    }

    long subscribedAt() {
        return subscribedAt;
    }

    /** Since when nothing came and nobody asked the server why. */
    long quietSince() {
        return quietSince;
    }

    Deque<RabbitDelivery> buffer() {
        return buffer;
    }

    Collection<RabbitDelivery> unsettled() {
        return unsettled.values();
    }

    boolean isUnsettled(RabbitDelivery delivery) {
        return delivery.session() == this && unsettled.containsKey(delivery.tag());
    }

    /** Lets the server send. */
    void subscribe(Lane lane) throws IOException {
        wire.lock();
        lane.enter();
        try {
            if (isSubscribedNow()) {
                return;
            }
            String tag = channel.basicConsume(settings.queue(), false, new Incoming());
            lock.lock();
            try {
                consumerTag = over == null ? tag : null;
                subscribedAt = System.nanoTime();
                quietSince = subscribedAt;
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
        } finally {
            lane.leave();
            wire.unlock();
        }
    }

    /**
     * Asks the server, after a time in which it sent nothing, whether messages wait. When it says so twice and sends none of
     * them, the subscription is worth nothing: RabbitMQ 3.10 does not always end those of a queue that is deleted and made
     * again at once.
     */
    void look(Lane lane) throws IOException {
        wire.lock();
        lane.enter();
        try {
            int ready = channel.queueDeclarePassive(settings.queue()).getMessageCount();
            lock.lock();
            try {
                boolean again = passedOver;
                passedOver = ready > 0 && unsettled.isEmpty();
                quietSince = System.nanoTime();
                if (again && passedOver) {
                    end("the server sent none of " + ready + " messages that wait");
                }
            } finally {
                lock.unlock();
            }
        } finally {
            lane.leave();
            wire.unlock();
        }
    }

    private boolean isSubscribedNow() {
        lock.lock();
        try {
            return isSubscribed();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the server's sending and gives back what nobody received, unless the owner has just come for it. */
    void pause(Lane lane) throws IOException {
        wire.lock();
        lane.enter();
        try {
            String tag = tag();
            if (tag == null) {
                return;
            }
            channel.basicCancel(tag);
            List<RabbitDelivery> idle = new ArrayList<>();
            lock.lock();
            try {
                consumerTag = null;
                if (!consumer.isReceiving()) {
                    idle.addAll(buffer);
                    buffer.clear();
                    idle.forEach(each -> unsettled.remove(each.tag()));
                }
            } finally {
                lock.unlock();
            }
            sendBack(idle);
        } finally {
            lane.leave();
            wire.unlock();
        }
    }

    private String tag() {
        lock.lock();
        try {
            return consumerTag;
        } finally {
            lock.unlock();
        }
    }

    /** Acks those of them that are still held. */
    void ack(List<RabbitDelivery> deliveries, Lane lane) throws IOException {
        wire.lock();
        lane.enter();
        try {
            List<RabbitDelivery> single = new ArrayList<>();
            long upTo = take(deliveries, single);
            if (upTo > 0) {
                channel.basicAck(upTo, true);
            }
            for (RabbitDelivery each : single) {
                channel.basicAck(each.tag(), false);
            }
        } finally {
            lane.leave();
            wire.unlock();
        }
    }

    /** Settles them; returns the tag up to which all that was unsettled is acked by it, 0 if none, and leaves the others. */
    private long take(List<RabbitDelivery> deliveries, List<RabbitDelivery> others) {
        lock.lock();
        try {
            deliveries.stream()
                    .filter(each -> unsettled.remove(each.tag(), each))
                    .forEach(others::add);
            long lowest = unsettled.isEmpty()
                    ? Long.MAX_VALUE
                    : unsettled.keySet().iterator().next();
            long upTo = 0;
            for (RabbitDelivery each : others) {
                upTo = each.tag() < lowest ? Math.max(upTo, each.tag()) : upTo;
            }
            long covered = upTo;
            others.removeIf(each -> each.tag() <= covered);
            return upTo;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back those of them that are still held. */
    void giveBack(List<RabbitDelivery> deliveries, Lane lane) throws IOException {
        wire.lock();
        lane.enter();
        try {
            List<RabbitDelivery> held = new ArrayList<>();
            lock.lock();
            try {
                deliveries.stream()
                        .filter(each -> unsettled.remove(each.tag(), each))
                        .forEach(held::add);
            } finally {
                lock.unlock();
            }
            sendBack(held);
        } finally {
            lane.leave();
            wire.unlock();
        }
    }

    /** One by one: the server does not count what is given back together. */
    private void sendBack(List<RabbitDelivery> deliveries) throws IOException {
        for (RabbitDelivery each : deliveries) {
            channel.basicNack(each.tag(), false, true);
        }
    }

    /** What the server says about this subscription, on the connection's reader. */
    private final class Incoming extends DefaultConsumer {
        private Incoming() {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
            RabbitDelivery delivery = new RabbitDelivery(Session.this, envelope, properties, body);
            lock.lock();
            try {
                if (over == null) {
                    unsettled.put(delivery.tag(), delivery);
                    buffer.addLast(delivery);
                    quietSince = System.nanoTime();
                    passedOver = false;
                    arrived.signal();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void handleCancel(String tag) {
            end("the server ended the subscription: the queue was deleted, or its node went away");
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
            end(Failures.reason(cause));
        }
    }
}
