package io.orderflow.internal.worker;

import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** A queue that delivers what a test says and remembers what a worker does with it. Never waits. For one thread. */
final class ScriptedQueue implements OrderQueue {
    /** What a worker can ask of it. */
    enum Call {
        OPEN,
        RECEIVE,
        ACK,
        RENEW,
        RELEASE,
        CLOSE
    }

    /** One look for messages. */
    record Look(int most, Duration patience) {
        /** Whether the worker had nothing else to do. */
        boolean isIdle() {
            return patience.equals(IDLE);
        }
    }

    /** How long a worker on the bench waits when it has nothing to do; nothing ever waits here. */
    static final Duration IDLE = Duration.ofMillis(200);

    private final Deque<Sent> ready = new ArrayDeque<>();
    private final Map<Call, Deque<Exception>> failures = new EnumMap<>(Call.class);

    final List<Delivery> acked = new ArrayList<>();
    final List<Delivery> released = new ArrayList<>();
    final List<Delivery> renewed = new ArrayList<>();
    final Set<Delivery> leaseEnded = new HashSet<>();
    final List<Look> looks = new ArrayList<>();
    /** Hears of the orders of each frame before that is on the queue. */
    Consumer<List<OrderEntry>> beforeSend = orders -> {};

    Runnable whenEmpty = () -> {};
    Consumer<Duration> whenWaited = wait -> {};
    int mostHeld = Integer.MAX_VALUE;
    int consumers;
    int closed;
    int lastTaken;
    long mostBytes;
    private long bytes;

    /** A message that a worker got. */
    static final class Sent implements Delivery {
        private final byte[] body;
        private final int deliveriesBefore;
        private final Optional<Oversized> oversized;
        private ScriptedConsumer holder;

        private Sent(byte[] body, int deliveriesBefore, Optional<Oversized> oversized) {
            this.body = body;
            this.deliveriesBefore = deliveriesBefore;
            this.oversized = oversized;
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
            return oversized;
        }
    }

    /** Will be delivered next, as a frame that was never delivered before. */
    Sent send(OrderEntry... orders) {
        return send(List.of(orders), 0);
    }

    Sent send(List<OrderEntry> orders, int deliveriesBefore) {
        beforeSend.accept(orders);
        return send(FrameCodec.encode(Frame.NO_SHOP, orders), deliveriesBefore);
    }

    Sent send(byte[] body, int deliveriesBefore) {
        return send(new Sent(body, deliveriesBefore, Optional.empty()));
    }

    /** Will be delivered next, as the beginning of a larger message. */
    Sent sendBeginning(byte[] beginning, Delivery.Oversized whole) {
        return send(new Sent(beginning, 0, Optional.of(whole)));
    }

    private Sent send(Sent sent) {
        ready.addLast(sent);
        return sent;
    }

    /** The next call of that kind fails; several of them fail one after the other. */
    void fail(Call call, Exception failure) {
        failures.computeIfAbsent(call, key -> new ArrayDeque<>()).add(failure);
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    private void called(Call call) throws QueueException {
        Exception failure = failures.getOrDefault(call, new ArrayDeque<>()).poll();
        if (failure instanceof QueueException away) {
            throw away;
        }
        if (failure instanceof RuntimeException bug) {
            throw bug;
        }
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) {
        throw new UnsupportedOperationException("workers do not publish");
    }

    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        called(Call.OPEN);
        consumers++;
        return new ScriptedConsumer();
    }

    @Override
    public OptionalLong depth() {
        return OptionalLong.of(ready.size());
    }

    @Override
    public Durability durability() {
        return new Durability(Durability.Level.DURABLE, "scripted");
    }

    @Override
    public int largestMessage() {
        return 1 << 20;
    }

    @Override
    public int mostHeld() {
        return mostHeld;
    }

    @Override
    public void check() {}

    @Override
    public void close() {}

    private final class ScriptedConsumer implements QueueConsumer {
        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException {
            looks.add(new Look(max, wait));
            lastTaken = 0;
            called(Call.RECEIVE);
            if (ready.isEmpty()) {
                whenEmpty.run();
            }
            List<Delivery> taken = new ArrayList<>();
            while (!ready.isEmpty() && taken.size() < max) {
                Sent sent = ready.removeFirst();
                sent.holder = this;
                taken.add(sent);
                bytes += sent.body.length;
            }
            mostBytes = Math.max(mostBytes, bytes);
            lastTaken = taken.size();
            if (taken.isEmpty()) {
                whenWaited.accept(wait);
            }
            return taken;
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            requireOwn(deliveries);
            called(Call.ACK);
            acked.addAll(deliveries);
            deliveries.forEach(delivery -> bytes -= delivery.body().length);
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            requireOwn(deliveries);
            called(Call.RELEASE);
            released.addAll(deliveries);
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
            requireOwn(deliveries);
            called(Call.RENEW);
            renewed.addAll(deliveries);
            return deliveries.stream()
                    .filter(delivery -> !leaseEnded.contains(delivery))
                    .toList();
        }

        private void requireOwn(List<Delivery> deliveries) {
            for (Delivery delivery : deliveries) {
                if (((Sent) delivery).holder != this) {
                    throw new AssertionError("settled on a consumer that did not receive it: " + delivery);
                }
            }
        }

        @Override
        public void close() {
            closed++;
            try {
                called(Call.CLOSE);
            } catch (QueueException e) {
                throw new AssertionError("closing never throws it", e);
            }
        }
    }
}
