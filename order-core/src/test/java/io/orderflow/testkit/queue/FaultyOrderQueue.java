package io.orderflow.testkit.queue;

import static java.util.Objects.requireNonNull;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * A queue with seeded faults: what a bad network, a crashing server and other consumers do to messages, without any of
 * them. Each {@link Fault} happens with the probability that the builder was given, drawn from one injected source of
 * random numbers: on one thread, the same seed over the same calls gives the same faults. It never waits by itself.
 * {@link #calm} ends the faults, so that a run can drain.
 *
 * <p>Thread-safe for its own state; only a single thread makes a run repeatable.
 */
public final class FaultyOrderQueue extends ForwardingQueue {
    /** What can go wrong. */
    public enum Fault {
        /** Publish says DONE and the message is gone: breaks Q2, for runs in which the journal must recover it. */
        LOSE,
        /** The message is stored twice. */
        DUPLICATE,
        /** The message becomes visible only some receives later, maybe behind younger ones. */
        DELAY,
        /** Publish says REFUSED; not stored. */
        REFUSE,
        /** Publish says UNKNOWN; stored. */
        UNKNOWN_STORED,
        /** Publish says UNKNOWN; not stored. */
        UNKNOWN_NOT_STORED,
        /** Publish and receive give up at once with what an unreachable server gives. */
        AWAY,
        /** What a receive takes comes in another order. */
        REORDER,
        /** Receive throws; what it took stays held until its lease ends. */
        RECEIVE_ANSWER_LOST,
        /** Ack throws; nothing was removed. */
        ACK_LOST,
        /** Ack throws; the messages were removed. */
        ACK_ANSWER_LOST,
        /** Release throws; nothing was released. */
        RELEASE_LOST,
        /** Renew throws; nothing was renewed. */
        RENEW_LOST
    }

    private static final int LONGEST_DELAY = 20;
    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(10);

    private final RandomGenerator random;
    private final Map<Fault, Double> probabilities;
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private final List<Delayed> delayed = new ArrayList<>();
    private boolean calm;

    private FaultyOrderQueue(Builder builder) {
        super(builder.inner);
        this.random = builder.random;
        this.probabilities = new EnumMap<>(builder.probabilities);
    }

    /** Starts without faults. */
    public static Builder over(OrderQueue inner, RandomGenerator random) {
        return new Builder(inner, random);
    }

    /** Ends all faults and makes every delayed message visible. */
    public void calm() throws InterruptedException {
        List<Delayed> rest;
        synchronized (this) {
            calm = true;
            rest = List.copyOf(delayed);
            delayed.clear();
        }
        for (Delayed each : rest) {
            store(each.message);
        }
    }

    /** How often each fault happened so far. */
    public synchronized Map<Fault, Integer> happened() {
        return Map.copyOf(happened);
    }

    private synchronized boolean draw(Fault fault) {
        double probability = calm ? 0 : probabilities.getOrDefault(fault, 0.0);
        if (probability == 0 || random.nextDouble() >= probability) {
            return false;
        }
        happened.merge(fault, 1, Integer::sum);
        return true;
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
        if (draw(Fault.AWAY) || draw(Fault.REFUSE)) {
            return PublishResult.refused("injected: not stored");
        }
        if (draw(Fault.UNKNOWN_NOT_STORED)) {
            return PublishResult.unknown("injected: not stored");
        }
        if (draw(Fault.LOSE)) {
            return PublishResult.done();
        }
        PublishResult result = draw(Fault.DELAY) ? delay(message) : super.publish(message, timeout);
        if (result.outcome() == PublishResult.Outcome.DONE && draw(Fault.DUPLICATE)) {
            super.publish(message, timeout);
        }
        return draw(Fault.UNKNOWN_STORED) ? PublishResult.unknown("injected: stored, if there was room") : result;
    }

    private synchronized PublishResult delay(byte[] message) {
        delayed.add(new Delayed(message, 1 + random.nextInt(LONGEST_DELAY)));
        return PublishResult.done();
    }

    /** One receive has passed: what was delayed for long enough becomes visible. */
    private void pass() throws InterruptedException {
        List<Delayed> due = new ArrayList<>();
        synchronized (this) {
            delayed.forEach(each -> each.receivesLeft--);
            delayed.removeIf(each -> each.receivesLeft <= 0 && due.add(each));
        }
        for (Delayed each : due) {
            store(each.message);
        }
    }

    private void store(byte[] message) throws InterruptedException {
        if (super.publish(message, STORE_TIMEOUT).outcome() != PublishResult.Outcome.DONE) {
            synchronized (this) {
                delayed.add(new Delayed(message, 1));
            }
        }
    }

    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        return new FaultyConsumer(super.openConsumer(lease));
    }

    /** Counts what is delayed too: it was DONE. */
    @Override
    public OptionalLong depth() {
        OptionalLong depth = super.depth();
        synchronized (this) {
            return depth.isPresent() ? OptionalLong.of(depth.getAsLong() + delayed.size()) : depth;
        }
    }

    private synchronized void shuffle(List<Delivery> deliveries) {
        for (int i = deliveries.size() - 1; i > 0; i--) {
            deliveries.set(i, deliveries.set(random.nextInt(i + 1), deliveries.get(i)));
        }
    }

    /** Collects probabilities. Not thread-safe. */
    public static final class Builder {
        private final OrderQueue inner;
        private final RandomGenerator random;
        private final Map<Fault, Double> probabilities = new EnumMap<>(Fault.class);

        private Builder(OrderQueue inner, RandomGenerator random) {
            this.inner = requireNonNull(inner, "inner");
            this.random = requireNonNull(random, "random");
        }

        /** How probable the fault is at each call that it can hit, 0 to 1. Default 0. */
        public Builder fault(Fault fault, double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("probability must be between 0 and 1: " + probability);
            }
            probabilities.put(requireNonNull(fault, "fault"), probability);
            return this;
        }

        /** Builds the queue. */
        public FaultyOrderQueue build() {
            return new FaultyOrderQueue(this);
        }
    }

    private static final class Delayed {
        private final byte[] message;
        private int receivesLeft;

        private Delayed(byte[] message, int receivesLeft) {
            this.message = message;
            this.receivesLeft = receivesLeft;
        }
    }

    private final class FaultyConsumer extends ForwardingConsumer {
        private FaultyConsumer(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            pass();
            failAt(Fault.AWAY);
            List<Delivery> deliveries = new ArrayList<>(super.receive(max, wait));
            if (!deliveries.isEmpty()) {
                failAt(Fault.RECEIVE_ANSWER_LOST);
            }
            if (deliveries.size() > 1 && draw(Fault.REORDER)) {
                shuffle(deliveries);
            }
            return deliveries;
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            failAt(Fault.ACK_LOST);
            super.ack(deliveries);
            failAt(Fault.ACK_ANSWER_LOST);
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            failAt(Fault.RELEASE_LOST);
            super.release(deliveries);
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
            failAt(Fault.RENEW_LOST);
            return super.renew(deliveries);
        }

        private void failAt(Fault fault) throws QueueException {
            if (draw(fault)) {
                throw new QueueException("injected: " + fault);
            }
        }
    }
}
