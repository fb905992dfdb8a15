package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.internal.loop.Bell;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One connection of one consumer: an epoch. Delivery tags belong to it and are worth nothing after it.
 *
 * <ul>
 *   <li><b>E1</b> {@code unsettled} holds every delivery that came and was neither acked nor given back, by tag,
 *       ascending: tags come in that order. {@code buffer} holds those of them that nobody received yet.
 *   <li><b>E2</b> Both are guarded by the consumer's lock, which the library's callbacks take; the library is not
 *       called under it.
 *   <li><b>E3</b> Everything that is sent about deliveries is sent under {@code wire}, and what it settles leaves
 *       {@code unsettled} under {@code wire} before. So the holder of {@code wire} may ack up to a tag at once when
 *       {@code unsettled} has no other delivery below it: nothing that was given back can be on its way behind.
 *   <li><b>E4</b> {@code wire} is taken before the consumer's lock, never under it.
 *   <li><b>E5</b> Tags come without a gap. One that was not taken in, for want of memory or whatever was thrown, would
 *       be acked unseen by the next ack of many; so a gap severs the link, and on a severed link nothing is settled any
 *       more.
 * </ul>
 */
final class ConsumerEpoch {
    private final RabbitConsumer consumer;
    private final Settings settings;
    private final AmqpLink link;
    private final Channel channel;
    private final ReentrantLock lock;
    private final Bell arrived;
    private final Bell duty;
    private final ReentrantLock wire = new ReentrantLock();
    private final Map<Long, RabbitDelivery> unsettled = new LinkedHashMap<>();
    private final Deque<RabbitDelivery> buffer = new ArrayDeque<>();
    private final long since = System.nanoTime();
    private String consumerTag;
    private int prefetch;
    private long lastTag;
    private volatile boolean proven;
    private long subscribedAt;
    private long quietSince;
    private boolean passedOver;
    private volatile String over;

    ConsumerEpoch(
            RabbitConsumer consumer,
            Settings settings,
            AmqpLink link,
            Channel channel,
            ReentrantLock lock,
            Bell arrived,
            Bell duty) {
        this.consumer = consumer;
        this.settings = settings;
        this.link = link;
        this.channel = channel;
        this.lock = lock;
        this.arrived = arrived;
        this.duty = duty;
        channel.addShutdownListener(cause -> end(link.endedBy(AmqpFailures.reason(cause))));
    }

    RabbitConsumer consumer() {
        return consumer;
    }

    AmqpLink link() {
        return link;
    }

    /** Why it ended; null while it lives. */
    String over() {
        return over;
    }

    /** True when it ended, or is severed and ends soon. */
    boolean isOver() {
        return over != null || link.isSevered();
    }

    /** When it began, by {@link System#nanoTime}. */
    long since() {
        return since;
    }

    /** True when it was found to work for long enough. */
    boolean isProven() {
        return proven;
    }

    void proven() {
        proven = true;
    }

    /** How many messages the present subscription sends ahead. */
    int prefetch() {
        return prefetch;
    }

    /** From now on nothing is settled on it; needs no memory. The consumer's thread does the rest. */
    void breakOff() {
        link.sever();
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
                arrived.ringAll();
                duty.ringAll();
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

    /** Lets the server send, so many messages before one of them is settled. */
    void subscribe(Lane lane, int ahead) throws IOException {
        wire.lock();
        lane.enter();
        try {
            if (isSubscribedNow()) {
                return;
            }
            if (prefetch != ahead) {
                channel.basicQos(ahead);
                prefetch = ahead;
            }
            String tag = channel.basicConsume(settings.queue(), false, new Incoming());
            lock.lock();
            try {
                consumerTag = over == null ? tag : null;
                subscribedAt = System.nanoTime();
                quietSince = subscribedAt;
                arrived.ringAll();
            } finally {
                lock.unlock();
            }
        } finally {
            lane.leave();
            wire.unlock();
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
        if (!lock(wire, nanos)) {
            throw new TimeoutException();
        }
        lane.enter();
        try {
            requireWhole();
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
            lane.leave();
            wire.unlock();
        }
    }

    private static boolean lock(ReentrantLock wanted, long nanos) throws InterruptedIOException {
        try {
            return wanted.tryLock(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for another question's answer");
        }
    }

    /** What was thrown may have left a gap (E5). */
    private void requireWhole() throws IOException {
        if (link.isSevered()) {
            throw new IOException("the connection was ended on this side");
        }
    }

    /**
     * Asks the server, after a time in which it sent nothing, whether messages wait. When it says so twice and sends
     * none of them, the subscription is worth nothing: RabbitMQ 3.10 does not always end those of a queue that is
     * deleted and made again at once.
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
            requireWhole();
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

    /**
     * Settles them; returns the tag up to which all that was unsettled is acked by it, 0 if none, and leaves the
     * others.
     */
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
        giveBack(
                lane,
                () -> deliveries.stream()
                        .filter(each -> unsettled.get(each.tag()) == each)
                        .toList());
    }

    /** Gives back what was held for a lease without renewal; returns how many. */
    int giveBackLate(Lane lane) throws IOException {
        return giveBack(lane, () -> {
            long now = System.nanoTime();
            return unsettled.values().stream()
                    .filter(each -> each.isReceived() && each.leaseEnd() - now <= 0)
                    .toList();
        });
    }

    private int giveBack(Lane lane, Supplier<List<RabbitDelivery>> which) throws IOException {
        wire.lock();
        lane.enter();
        try {
            List<RabbitDelivery> held;
            lock.lock();
            try {
                // chosen and taken at once: a lease that was renewed meanwhile is not over
                held = which.get();
                held.forEach(each -> unsettled.remove(each.tag()));
            } finally {
                lock.unlock();
            }
            sendBack(held);
            return held.size();
        } finally {
            lane.leave();
            wire.unlock();
        }
    }

    /** One by one: the server does not count what is given back together. */
    private void sendBack(List<RabbitDelivery> deliveries) throws IOException {
        requireWhole();
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
        public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
            long tag = envelope.getDeliveryTag();
            if (tag != lastTag + 1) {
                breakOff();
                throw new IllegalStateException("delivery " + tag + " came after " + lastTag);
            }
            RabbitDelivery delivery =
                    new RabbitDelivery(ConsumerEpoch.this, envelope, properties, body, link.oversized(tag));
            lock.lock();
            try {
                if (over == null) {
                    unsettled.put(delivery.tag(), delivery);
                    buffer.addLast(delivery);
                    quietSince = System.nanoTime();
                    passedOver = false;
                    arrived.ring();
                }
            } finally {
                lock.unlock();
            }
            lastTag = tag;
        }

        @Override
        public void handleCancel(String tag) {
            end("the server ended the subscription: the queue was deleted, or its node went away");
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
            end(link.endedBy(AmqpFailures.reason(cause)));
        }
    }
}
