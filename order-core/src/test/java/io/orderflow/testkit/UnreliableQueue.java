package io.orderflow.testkit;

import static java.util.Objects.requireNonNull;

import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * The queue in memory, with what a queue that is not durable may do to messages: it loses, repeats, delays and reorders
 * them as the test says, or by chance. Nothing that it does may change a verdict; a host's test shows that its listener
 * and its pages live with it too.
 *
 * <p>It keeps the rules Q1 to Q13 of {@link io.orderflow.queue} but for a lost message, which is what remains of it
 * when the queue's process ended after it said that it has the message. Its durability is
 * {@link io.orderflow.queue.Durability.Level#WEAK}, so no order is accepted because of it alone, and recovery decides
 * what it lost a second later, by the shop's clock.
 *
 * <p>A message carries one order or several. With {@link TestShop#submit} each order has a message of its own; what the
 * host's code submits in between may share one. Thread-safe.
 */
public final class UnreliableQueue extends ForwardingQueue {
    private enum Fate {
        LOST,
        REPEATED,
        DELAYED,
        SWAPPED
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final RandomGenerator random;
    private final int percent;
    private final Deque<Fate> told = new ArrayDeque<>();
    private final List<byte[]> delayed = new ArrayList<>();
    private final List<byte[]> swapped = new ArrayList<>();
    private int lost;
    private int repeated;

    private UnreliableQueue(RandomGenerator random, int percent) {
        super(InMemoryQueue.builder().build());
        this.random = random;
        this.percent = percent;
    }

    /** A queue that does nothing but what it is told. */
    public static UnreliableQueue byHand() {
        return new UnreliableQueue(RandomGenerator.getDefault(), 0);
    }

    /**
     * A queue that draws for each message, beside what it is told. The same numbers over the same messages give the
     * same faults.
     *
     * @param random where it draws from, {@code new Random(seed)} for example; used under the queue's lock
     * @param percent how many of 100 messages are lost, repeated, delayed or swapped, each as often; 0 to 100
     * @throws IllegalArgumentException if the percentage is not between 0 and 100
     */
    public static UnreliableQueue random(RandomGenerator random, int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be between 0 and 100: " + percent);
        }
        return new UnreliableQueue(requireNonNull(random, "random"), percent);
    }

    /** Loses the next message. What is told again and again is for one message after the other. */
    public UnreliableQueue loseNext() {
        return tell(Fate.LOST);
    }

    /** Stores the next message twice, so that it is delivered twice. */
    public UnreliableQueue repeatNext() {
        return tell(Fate.REPEATED);
    }

    /** Keeps the next message back until {@link #deliverDelayed}. */
    public UnreliableQueue delayNext() {
        return tell(Fate.DELAYED);
    }

    /** Stores the next message behind the one after it; without one, when {@link #deliverDelayed} is called. */
    public UnreliableQueue swapNext() {
        return tell(Fate.SWAPPED);
    }

    private synchronized UnreliableQueue tell(Fate fate) {
        told.addLast(fate);
        return this;
    }

    /**
     * Stores what was kept back, the oldest first. It is delivered at the shop's next step.
     *
     * @return how many messages that were
     * @throws IllegalStateException if the queue is full or closed
     */
    public synchronized int deliverDelayed() {
        List<byte[]> all = new ArrayList<>(swapped);
        all.addAll(delayed);
        swapped.clear();
        delayed.clear();
        all.forEach(this::storeLate);
        return all.size();
    }

    /** How many messages were lost so far. */
    public synchronized int lost() {
        return lost;
    }

    /** How many messages were stored twice so far. */
    public synchronized int repeated() {
        return repeated;
    }

    /** How many messages are kept back now. */
    public synchronized int delayed() {
        return delayed.size() + swapped.size();
    }

    /** Messages that are kept back count too. */
    @Override
    public OptionalLong depth() {
        OptionalLong depth = super.depth();
        return depth.isPresent() ? OptionalLong.of(depth.getAsLong() + delayed()) : depth;
    }

    @Override
    public synchronized PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
        List<byte[]> before = List.copyOf(swapped);
        swapped.clear();
        PublishResult result = meet(told.isEmpty() ? drawn() : told.removeFirst(), message, timeout);
        before.forEach(this::storeLate);
        return result;
    }

    /** Null for none. */
    private Fate drawn() {
        if (percent == 0 || random.nextInt(100) >= percent) {
            return null;
        }
        return Fate.values()[random.nextInt(Fate.values().length)];
    }

    private PublishResult meet(Fate fate, byte[] message, Duration timeout) throws InterruptedException {
        if (fate == Fate.DELAYED || fate == Fate.SWAPPED) {
            (fate == Fate.DELAYED ? delayed : swapped).add(message);
            return PublishResult.done();
        }
        if (fate == Fate.LOST) {
            lost++;
            return PublishResult.done();
        }
        PublishResult result = super.publish(message, timeout);
        if (fate == Fate.REPEATED && result.outcome() == PublishResult.Outcome.DONE) {
            storeLate(message);
            repeated++;
        }
        return result;
    }

    private void storeLate(byte[] message) {
        try {
            PublishResult result = super.publish(message, TIMEOUT);
            if (result.outcome() != PublishResult.Outcome.DONE) {
                throw new IllegalStateException("a message could not be stored late: " + result.cause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a message was stored late", e);
        }
    }
}
