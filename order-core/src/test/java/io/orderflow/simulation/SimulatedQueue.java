package io.orderflow.simulation;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.InMemoryQueues;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testkit.queue.FaultyOrderQueue;
import io.orderflow.testkit.queue.FaultyOrderQueue.Fault;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The queue of a run: a faulty one in memory, which can be away, which says what it survives, and which knows whose
 * consumer is whose.
 */
final class SimulatedQueue implements OrderQueue {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final long CAPACITY = 8L << 20;

    private final Stage stage;
    private final RandomGenerator random;
    private final boolean durable;
    private final InMemoryQueue memory;
    private final FaultyOrderQueue faulty;
    private final OrderQueue mutated;
    private boolean away;
    private long received;

    SimulatedQueue(
            Stage stage, Time time, RandomGenerator random, FaultProfile profile, UnaryOperator<OrderQueue> mutation) {
        this.stage = stage;
        this.random = random;
        this.durable = profile.durable();
        this.memory = InMemoryQueues.withClock(time::nanos, CAPACITY);
        FaultyOrderQueue.Builder builder = FaultyOrderQueue.over(memory, random);
        for (Fault fault : Fault.values()) {
            boolean possible = fault != Fault.LOSE || !durable;
            builder.fault(fault, possible ? random.nextDouble() * profile.queueFaults() : 0);
        }
        this.faulty = builder.build();
        this.mutated = mutation.apply(faulty);
    }

    /** A message that no intake made. */
    void inject(byte[] message) {
        memory.publish(message, TIMEOUT);
    }

    void away(boolean now) {
        away = now;
    }

    boolean isAway() {
        return away;
    }

    /** From now on nothing goes wrong. */
    void calm() throws InterruptedException {
        away = false;
        faulty.calm();
    }

    /** Messages that were handed out so far. */
    long received() {
        return received;
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
        if (away) {
            return random.nextBoolean()
                    ? PublishResult.refused("injected: away")
                    : PublishResult.unknown("injected: away");
        }
        return mutated.publish(message, timeout);
    }

    private void requireThere() throws QueueException {
        if (away) {
            throw new QueueException("injected: away");
        }
    }

    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        requireThere();
        QueueConsumer consumer = mutated.openConsumer(lease);
        stage.actor().orElseThrow().consumers.add(consumer);
        return new Consumer(consumer);
    }

    @Override
    public OptionalLong depth() {
        return faulty.depth();
    }

    @Override
    public Durability durability() {
        if (away) {
            return new Durability(Durability.Level.UNKNOWN, "injected: away");
        }
        return durable
                ? new Durability(Durability.Level.DURABLE, "simulated")
                : new Durability(Durability.Level.WEAK, "simulated: it loses messages");
    }

    @Override
    public int largestMessage() {
        return mutated.largestMessage();
    }

    @Override
    public void check() throws QueueException {
        requireThere();
        mutated.check();
    }

    @Override
    public void close() {
        mutated.close();
    }

    private final class Consumer implements QueueConsumer {
        private final QueueConsumer inner;

        private Consumer(QueueConsumer inner) {
            this.inner = inner;
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            requireThere();
            List<Delivery> deliveries = inner.receive(max, wait);
            received += deliveries.size();
            return deliveries;
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            requireThere();
            inner.ack(deliveries);
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            requireThere();
            inner.release(deliveries);
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
            requireThere();
            return inner.renew(deliveries);
        }

        @Override
        public void close() {
            if (!away) {
                inner.close();
            }
        }
    }
}
