package io.orderflow.testkit.queue;

import static java.util.Objects.requireNonNull;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A queue server in this process that can be killed, frozen and weakened in an instant: it behaves towards its clients
 * as a real one does, so that tests of outages need no processes. What it stored survives a kill, leases go on. It has
 * any number of queues, and each queue any number of clients. Thread-safe.
 *
 * <ul>
 *   <li>Dead: publish is REFUSED at once, everything else throws at once. A consumer that is closed now gives nothing
 *       back.
 *   <li>Frozen: a call waits for its own time-out. What was published meanwhile sits in a socket: UNKNOWN for its
 *       publisher, stored at the thaw, gone at a kill.
 * </ul>
 */
public final class FakeServer implements ServerControl {
    private enum State {
        RUNNING,
        DEAD,
        FROZEN
    }

    /** How long a client waits for an answer where the caller names no bound. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(500);

    private final Supplier<? extends OrderQueue> storage;
    private final Map<String, OrderQueue> queues = new HashMap<>();
    private final List<Runnable> inSockets = new ArrayList<>();
    private State state = State.RUNNING;
    private boolean weakened;

    /** A running server that keeps each of its queues in what the storage makes. */
    public FakeServer(Supplier<? extends OrderQueue> storage) {
        this.storage = requireNonNull(storage, "storage");
    }

    /** A client of the server's queue of that name. */
    public synchronized OrderQueue connect(String queue) {
        return new Client(queue, queues.computeIfAbsent(queue, name -> storage.get()));
    }

    @Override
    public void kill() {
        change(State.DEAD);
        synchronized (this) {
            inSockets.clear();
        }
    }

    @Override
    public void restart() {
        change(State.RUNNING);
    }

    @Override
    public void freeze() {
        change(State.FROZEN);
    }

    @Override
    public void thaw() {
        List<Runnable> late;
        synchronized (this) {
            late = List.copyOf(inSockets);
            inSockets.clear();
            change(State.RUNNING);
        }
        late.forEach(Runnable::run);
    }

    @Override
    public synchronized boolean weaken() {
        weakened = true;
        return true;
    }

    @Override
    public synchronized void heal() {
        weakened = false;
        thaw();
    }

    private synchronized void change(State next) {
        state = next;
        notifyAll();
    }

    private final class Client implements OrderQueue {
        private final String name;
        private final OrderQueue stored;
        private boolean closed;

        private Client(String name, OrderQueue stored) {
            this.name = name;
            this.stored = stored;
        }

        @Override
        public String name() {
            return "fake:" + name;
        }

        @Override
        public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
            if (message.length == 0 || message.length > largestMessage() || timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("message of " + message.length + " bytes, time-out " + timeout);
            }
            synchronized (FakeServer.this) {
                if (closed) {
                    return PublishResult.refused("client is closed");
                }
                if (state == State.FROZEN && !thawsWithin(timeout)) {
                    inSockets.add(() -> store(message));
                    return PublishResult.unknown("no answer within " + timeout);
                }
                return state == State.DEAD ? PublishResult.refused("connection refused") : store(message);
            }
        }

        private PublishResult store(byte[] message) {
            try {
                return stored.publish(message, ANSWER_TIMEOUT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return PublishResult.unknown("interrupted");
            }
        }

        /** Waits while the server is frozen and this client open; false when it still is. */
        private boolean thawsWithin(Duration bound) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(bound);
            long left = end - System.nanoTime();
            while (state == State.FROZEN && !closed && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(FakeServer.this, left);
                left = end - System.nanoTime();
            }
            return state != State.FROZEN && !closed;
        }

        private void reach(Duration bound) throws QueueException, InterruptedException {
            synchronized (FakeServer.this) {
                boolean answers = thawsWithin(bound);
                if (closed) {
                    throw new QueueException("client is closed");
                }
                if (!answers || state == State.DEAD) {
                    throw new QueueException("server is " + state);
                }
            }
        }

        private void reach() throws QueueException {
            try {
                reach(ANSWER_TIMEOUT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new QueueException("interrupted", e);
            }
        }

        @Override
        public QueueConsumer openConsumer(Duration lease) throws QueueException {
            reach();
            return new ClientConsumer(this, stored.openConsumer(lease));
        }

        private boolean reaches() {
            try {
                reach();
                return true;
            } catch (QueueException away) {
                return false;
            }
        }

        @Override
        public OptionalLong depth() {
            return reaches() ? stored.depth() : OptionalLong.empty();
        }

        @Override
        public Durability durability() {
            synchronized (FakeServer.this) {
                if (state != State.RUNNING) {
                    return new Durability(Durability.Level.UNKNOWN, "server is " + state);
                }
                return weakened
                        ? new Durability(Durability.Level.WEAK, "weakened")
                        : new Durability(Durability.Level.DURABLE, "survives kill()");
            }
        }

        @Override
        public int largestMessage() {
            return stored.largestMessage();
        }

        @Override
        public void check() throws QueueException {
            reach();
        }

        @Override
        public void close() {
            synchronized (FakeServer.this) {
                closed = true;
                FakeServer.this.notifyAll();
            }
        }
    }

    private static final class ClientConsumer extends ForwardingConsumer {
        private static final Duration SLICE = Duration.ofMillis(5);

        private final Client client;

        private ClientConsumer(Client client, QueueConsumer atServer) {
            super(atServer);
            this.client = client;
        }

        /** In slices, so that a server's death or freeze in the middle of the wait is seen. */
        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(wait);
            List<Delivery> deliveries = List.of();
            Duration left = wait;
            do {
                client.reach(left);
                deliveries = super.receive(max, left.compareTo(SLICE) < 0 ? left : SLICE);
                left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            } while (deliveries.isEmpty() && !left.isZero());
            return deliveries;
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            client.reach();
            super.ack(deliveries);
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            client.reach();
            super.release(deliveries);
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
            client.reach();
            return super.renew(deliveries);
        }

        @Override
        public void close() {
            if (client.reaches()) {
                super.close();
            }
        }
    }
}
