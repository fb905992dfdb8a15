package io.orderflow.queue;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A queue in this process's memory, bounded by bytes: what an {@link OrderQueue} is when there is no server. It carries
 * the same encoded bytes as every other queue and keeps the same rules. Its messages end with the process, hence
 * {@link Durability.Level#WEAK}: the journal is what makes an order durable here. When it is full it refuses at once,
 * and the journal alone carries on.
 *
 * <p>Thread-safe but for what {@link #openConsumer} returns. Several consumers share the work; a waiting one is woken
 * by the publish itself. Order is first in, first out, but for what was given back, which goes first.
 *
 * <ul>
 *   <li><b>M1</b> All state is guarded by {@code lock}, a monitor: waking needs no memory there, and a
 *       {@link java.util.concurrent.locks.Condition} that has none leaves its sleeper in an endless loop on Java 17.
 *       Nothing is waited for under it but a message, no foreign code runs under it but the time source.
 *   <li><b>M2</b> A message is in exactly one place: in {@code ready}, or in the {@code leases} of one consumer, or
 *       gone.
 *   <li><b>M3</b> A consumer is in {@code holding} exactly while its {@code leases} are not empty, so an abandoned one
 *       is forgotten with its last lease.
 *   <li><b>M4</b> One consumer's leases are equally long, so its {@code leases} stand in the order in which they end.
 *   <li><b>M5</b> {@code bytes} is the sum of length and {@link #MESSAGE_OVERHEAD} over the {@code messages} that are
 *       ready or held, and never above the capacity. Only an ack lowers it.
 *   <li><b>M6</b> Who leaves something in {@code ready} wakes one waiter, so no message waits beside a waiting
 *       consumer.
 * </ul>
 */
public final class InMemoryQueue implements OrderQueue {
    /** What a message costs besides its bytes, so that many small ones are bounded too. */
    static final int MESSAGE_OVERHEAD = 128;

    private static final int LARGEST_MESSAGE = 256 * 1024;
    private static final Duration LONGEST_LEASE = Duration.ofHours(24);

    /**
     * A waiter looks this often for leases that ended, since nobody wakes it then; far below the shortest lease (Q6).
     */
    static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final Durability IN_MEMORY =
            new Durability(Durability.Level.WEAK, "messages are in this process's memory and end with it");

    private final long capacityBytes;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();
    private final Deque<Stored> ready = new ArrayDeque<>();
    private final Set<Consumer> holding = new LinkedHashSet<>();
    private long messages;
    private long bytes;
    private int waiters;
    private boolean closed;

    private InMemoryQueue(Builder builder) {
        this.capacityBytes = builder.capacityBytes;
        this.nanoTime = builder.nanoTime;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) {
        QueueChecks.requirePublishable(message, timeout, LARGEST_MESSAGE);
        synchronized (lock) {
            if (closed) {
                return PublishResult.refused("memory queue is closed");
            }
            long cost = cost(message);
            if (bytes + cost > capacityBytes) {
                return PublishResult.refused("memory queue is full: " + messages + " messages with " + bytes + " of "
                        + capacityBytes + " bytes, asked for " + cost);
            }
            ready.addLast(new Stored(message));
            messages++;
            bytes += cost;
            wakeOne();
            return PublishResult.done();
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the lease is not between 1 s and 24 h
     */
    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        QueueChecks.requireLease(lease, LONGEST_LEASE);
        check();
        return new Consumer(lease.toNanos());
    }

    /** How many messages are ready or held; empty once closed. */
    @Override
    public OptionalLong depth() {
        synchronized (lock) {
            return closed ? OptionalLong.empty() : OptionalLong.of(messages);
        }
    }

    @Override
    public Durability durability() {
        return IN_MEMORY;
    }

    @Override
    public int largestMessage() {
        return LARGEST_MESSAGE;
    }

    /**
     * Whether the heap has room for it, and how many messages wait. That it is not durable is its nature and no
     * finding.
     */
    @Override
    public List<QueueFinding> examine(Duration timeout) {
        synchronized (lock) {
            return MemoryExamination.of(capacityBytes, Runtime.getRuntime().maxMemory(), ready.size());
        }
    }

    @Override
    public void check() throws QueueException {
        synchronized (lock) {
            requireOpen();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }

    private void requireOpen() throws QueueException {
        if (closed) {
            throw new QueueException("memory queue is closed");
        }
    }

    private void wakeOne() {
        if (waiters > 0 && !ready.isEmpty()) {
            lock.notify();
        }
    }

    /** Takes back what dead or late consumers hold too long. */
    private void endLeases() {
        if (holding.isEmpty()) {
            return;
        }
        long now = nanoTime.getAsLong();
        List<Held> ended = new ArrayList<>();
        for (Consumer consumer : holding) {
            for (Held held : consumer.leases) {
                if (now - held.leaseEnd < 0) {
                    break;
                }
                ended.add(held);
            }
        }
        giveBack(ended);
    }

    /** To the front, in the order in which they came; what is no longer held is left alone. */
    private void giveBack(List<Held> deliveries) {
        ListIterator<Held> last = deliveries.listIterator(deliveries.size());
        while (last.hasPrevious()) {
            Held held = last.previous();
            if (held.consumer.drop(held)) {
                ready.addFirst(held.message);
            }
        }
        wakeOne();
    }

    private static long cost(byte[] body) {
        return body.length + (long) MESSAGE_OVERHEAD;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private static final long SMALLEST_CAPACITY = 1L << 20;
        private static final long LARGEST_CAPACITY = 1L << 40;

        private long capacityBytes = 64L << 20;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder() {}

        /**
         * Most bytes of all messages that are not acked yet, held ones included; each counts its length and 128 bytes.
         * Default 64 MiB, smallest 1 MiB, largest 1 TiB; the heap must have room for it.
         *
         * @throws IllegalArgumentException if it is outside that range
         */
        public Builder capacityBytes(long bytes) {
            if (bytes < SMALLEST_CAPACITY || bytes > LARGEST_CAPACITY) {
                throw new IllegalArgumentException("capacityBytes must be between " + SMALLEST_CAPACITY + " and "
                        + LARGEST_CAPACITY + ": " + bytes);
            }
            this.capacityBytes = bytes;
            return this;
        }

        /** The monotonic time of leases, in nanoseconds; how long a receive waits is always real time. */
        Builder nanoTime(LongSupplier nanoTime) {
            this.nanoTime = requireNonNull(nanoTime, "nanoTime");
            return this;
        }

        /** Builds the queue, empty. */
        public InMemoryQueue build() {
            return new InMemoryQueue(this);
        }
    }

    private static final class Stored {
        private final byte[] body;
        private int deliveries;

        private Stored(byte[] body) {
            this.body = body;
        }
    }

    /** One delivery of a message; held exactly while it is in its consumer's leases. */
    private static final class Held implements Delivery {
        private final Consumer consumer;
        private final Stored message;
        private final int deliveriesBefore;
        private long leaseEnd;

        private Held(Consumer consumer, Stored message) {
            this.consumer = consumer;
            this.message = message;
            this.deliveriesBefore = message.deliveries++;
        }

        @Override
        public byte[] body() {
            return message.body;
        }

        @Override
        public int deliveriesBefore() {
            return deliveriesBefore;
        }
    }

    private final class Consumer implements QueueConsumer {
        private final long leaseNanos;
        private final LinkedHashSet<Held> leases = new LinkedHashSet<>();
        private boolean ended;

        private Consumer(long leaseNanos) {
            this.leaseNanos = leaseNanos;
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            QueueChecks.requireReceivable(max, wait);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            synchronized (lock) {
                requireUsable();
                awaitMessage(TimeUnit.NANOSECONDS.convert(wait));
                return closed ? List.of() : take(max);
            }
        }

        private void awaitMessage(long waitNanos) throws InterruptedException {
            long left = waitNanos;
            endLeases();
            while (ready.isEmpty() && left > 0 && !closed) {
                long slice = Math.min(left, LOOK_AGAIN.toNanos());
                waiters++;
                long start = System.nanoTime();
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, slice);
                } finally {
                    waiters--;
                }
                left -= System.nanoTime() - start;
                endLeases();
            }
        }

        private List<Delivery> take(int max) {
            if (ready.isEmpty()) {
                return List.of();
            }
            int count = Math.min(max, ready.size());
            List<Delivery> taken = new ArrayList<>(count);
            long leaseEnd = nanoTime.getAsLong() + leaseNanos;
            for (int i = 0; i < count; i++) {
                Held held = new Held(this, ready.removeFirst());
                held.leaseEnd = leaseEnd;
                leases.add(held);
                taken.add(held);
            }
            holding.add(this);
            wakeOne();
            return taken;
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            List<Held> own = own(deliveries);
            synchronized (lock) {
                requireUsable();
                for (Held held : own) {
                    if (drop(held)) {
                        messages--;
                        bytes -= cost(held.message.body);
                    }
                }
            }
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            List<Held> own = own(deliveries);
            synchronized (lock) {
                requireUsable();
                giveBack(own);
            }
        }

        /** Ends the lease; false if it had ended before. */
        private boolean drop(Held held) {
            boolean wasHeld = leases.remove(held);
            if (leases.isEmpty()) {
                holding.remove(this);
            }
            return wasHeld;
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
            List<Held> own = own(deliveries);
            synchronized (lock) {
                requireUsable();
                List<Delivery> stillHeld = new ArrayList<>(own.size());
                long leaseEnd = nanoTime.getAsLong() + leaseNanos;
                for (Held held : own) {
                    if (leases.remove(held)) {
                        held.leaseEnd = leaseEnd;
                        leases.add(held);
                        stillHeld.add(held);
                    }
                }
                return stillHeld;
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                ended = true;
                giveBack(List.copyOf(leases));
            }
        }

        private void requireUsable() throws QueueException {
            requireOpen();
            if (ended) {
                throw new IllegalStateException("consumer is closed");
            }
        }

        private List<Held> own(List<Delivery> deliveries) {
            return QueueChecks.requireOwn(deliveries, Held.class, held -> held.consumer == this);
        }
    }
}
