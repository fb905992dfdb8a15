package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What is sent about the deliveries of one epoch, one thing after the other (E3). Thread-safe. */
final class Wire {
    private final ConsumerState state;
    private final AmqpLink link;
    private final Unsettled unsettled;
    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();

    Wire(ConsumerEpoch epoch, Channel channel) {
        this.state = epoch.state();
        this.link = epoch.link();
        this.unsettled = epoch.unsettled();
        this.channel = channel;
    }

    /** Waits for its lock, and tells the watch that the caller may be stuck from here on. */
    void enter(Lane lane) {
        lock.lock();
        lane.enter();
    }

    /**
     * The same with a bound.
     *
     * @throws TimeoutException if the lock was not free in time
     */
    void enter(Lane lane, long nanos) throws InterruptedIOException, TimeoutException {
        if (!tryLock(nanos)) {
            throw new TimeoutException();
        }
        lane.enter();
    }

    private boolean tryLock(long nanos) throws InterruptedIOException {
        try {
            return lock.tryLock(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for another question's answer");
        }
    }

    void leave(Lane lane) {
        lane.leave();
        lock.unlock();
    }

    /** What was thrown may have left a gap (E5). */
    void requireWhole() throws IOException {
        if (link.isSevered()) {
            throw new IOException("the connection was ended on this side");
        }
    }

    /** Acks those of them that are still held. */
    void ack(List<RabbitDelivery> deliveries, Lane lane) throws IOException {
        enter(lane);
        try {
            List<RabbitDelivery> single = new ArrayList<>();
            requireWhole();
            long upTo = settle(deliveries, single);
            if (upTo > 0) {
                channel.basicAck(upTo, true);
            }
            for (RabbitDelivery each : single) {
                channel.basicAck(each.tag(), false);
            }
        } finally {
            leave(lane);
        }
    }

    private long settle(List<RabbitDelivery> deliveries, List<RabbitDelivery> others) {
        state.lock();
        try {
            return unsettled.settle(deliveries, others);
        } finally {
            state.unlock();
        }
    }

    /** Gives back those of them that are still held. */
    void giveBack(List<RabbitDelivery> deliveries, Lane lane) throws IOException {
        giveBack(lane, () -> unsettled.takeHeld(deliveries));
    }

    /** Gives back what was held for a lease without renewal; returns how many. */
    int giveBackLate(Lane lane) throws IOException {
        return giveBack(lane, unsettled::takeLate);
    }

    private int giveBack(Lane lane, Supplier<List<RabbitDelivery>> which) throws IOException {
        enter(lane);
        try {
            List<RabbitDelivery> held;
            state.lock();
            try {
                // chosen and taken at once: a lease that was renewed meanwhile is not over
                held = which.get();
            } finally {
                state.unlock();
            }
            sendBack(held);
            return held.size();
        } finally {
            leave(lane);
        }
    }

    /** For who has entered. One by one: the server does not count what is given back together. */
    void sendBack(List<RabbitDelivery> deliveries) throws IOException {
        requireWhole();
        for (RabbitDelivery each : deliveries) {
            channel.basicNack(each.tag(), false, true);
        }
    }
}
