package io.orderflow.testkit.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Queues that each break one rule, by taking a queue that keeps all of them and getting one thing wrong. */
final class BrokenQueues {
    private static final Duration LITTLE_LONGER = ContractCatchesBrokenQueuesTest.ANSWER_BOUND.plusMillis(200);

    private BrokenQueues() {}

    /** Gets one thing wrong about publishing. */
    interface Publish {
        PublishResult publish(OrderQueue inner, byte[] message, Duration timeout) throws InterruptedException;
    }

    static UnaryOperator<OrderQueue> publish(Publish broken) {
        return inner -> new ForwardingQueue(inner) {
            @Override
            public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
                return broken.publish(inner, message, timeout);
            }
        };
    }

    static UnaryOperator<OrderQueue> consume(UnaryOperator<QueueConsumer> broken) {
        return inner -> new ForwardingQueue(inner) {
            @Override
            public QueueConsumer openConsumer(Duration lease) throws QueueException {
                return broken.apply(inner.openConsumer(lease));
            }
        };
    }

    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    static OrderQueue worksOnlyAfterCheck(OrderQueue inner) {
        return new ForwardingQueue(inner) {
            private volatile boolean checked;

            @Override
            public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
                return checked ? super.publish(message, timeout) : PublishResult.refused("not connected yet");
            }

            @Override
            public void check() throws QueueException {
                checked = true;
                super.check();
            }
        };
    }

    static UnaryOperator<OrderQueue> dropsEveryHundredth() {
        AtomicInteger published = new AtomicInteger();
        return publish((inner, message, timeout) ->
                published.incrementAndGet() % 100 == 0 ? PublishResult.done() : inner.publish(message, timeout));
    }

    static UnaryOperator<OrderQueue> storesEveryHundredthTwice() {
        AtomicInteger published = new AtomicInteger();
        return publish((inner, message, timeout) -> {
            if (published.incrementAndGet() % 100 == 0) {
                inner.publish(message, timeout);
            }
            return inner.publish(message, timeout);
        });
    }

    static OrderQueue forOneThreadOnly(OrderQueue inner) {
        Thread[] owner = new Thread[1];
        return publish((queue, message, timeout) -> {
                    owner[0] = owner[0] == null ? Thread.currentThread() : owner[0];
                    if (owner[0] != Thread.currentThread()) {
                        throw new IllegalStateException("another thread");
                    }
                    return queue.publish(message, timeout);
                })
                .apply(inner);
    }

    static PublishResult throughText(OrderQueue inner, byte[] message, Duration timeout) throws InterruptedException {
        return inner.publish(new String(message, US_ASCII).getBytes(US_ASCII), timeout);
    }

    static OrderQueue durabilityNeverChanges(OrderQueue inner) {
        return new ForwardingQueue(inner) {
            @Override
            public Durability durability() {
                return new Durability(Durability.Level.DURABLE, "read once, long ago");
            }
        };
    }

    /** Its first reading is its last. */
    static OrderQueue readsDurabilityOnce(OrderQueue inner) {
        AtomicReference<Durability> first = new AtomicReference<>();
        return new ForwardingQueue(inner) {
            @Override
            public Durability durability() {
                if (first.get() == null) {
                    first.set(super.durability());
                }
                return first.get();
            }
        };
    }

    static OrderQueue takesAnyLease(OrderQueue inner) {
        Duration shortest = Duration.ofSeconds(1);
        return new ForwardingQueue(inner) {
            @Override
            public QueueConsumer openConsumer(Duration lease) throws QueueException {
                return super.openConsumer(lease.compareTo(shortest) < 0 ? shortest : lease);
            }
        };
    }

    /** Asks without a time-out of its own. */
    static OrderQueue waitsForAnAnswer(OrderQueue inner) {
        return new ForwardingQueue(inner) {
            @Override
            public OptionalLong depth() {
                OptionalLong depth = super.depth();
                if (depth.isEmpty()) {
                    pause(LITTLE_LONGER);
                }
                return depth;
            }
        };
    }

    static OrderQueue neverCloses(OrderQueue inner) {
        return new ForwardingQueue(inner) {
            @Override
            public void close() {}
        };
    }

    /** What it stored goes when the object goes. */
    static OrderQueue emptiesAtClose(OrderQueue inner) {
        return new ForwardingQueue(inner) {
            @Override
            public void close() {
                try (QueueConsumer consumer = inner.openConsumer(Duration.ofSeconds(10))) {
                    consumer.ack(consumer.receive(1_000, Duration.ZERO));
                } catch (QueueException | InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                super.close();
            }
        };
    }

    static OrderQueue connectsWhenBuilt(OrderQueue inner) {
        try {
            inner.check();
        } catch (QueueException e) {
            throw new IllegalStateException("connecting in the constructor", e);
        }
        return inner;
    }

    /** Remembers its first outage for good. */
    static OrderQueue neverComesBack(OrderQueue inner) {
        boolean[] failed = new boolean[1];
        return publish((queue, message, timeout) -> {
                    PublishResult result = queue.publish(message, timeout);
                    failed[0] |= result.outcome() != PublishResult.Outcome.DONE;
                    return failed[0] ? PublishResult.refused("breaker is open") : result;
                })
                .apply(inner);
    }

    static PublishResult throwsInAnOutage(OrderQueue inner, byte[] message, Duration timeout)
            throws InterruptedException {
        PublishResult result = inner.publish(message, timeout);
        if (result.outcome() == PublishResult.Outcome.REFUSED) {
            throw new IllegalStateException(result.cause());
        }
        return result;
    }

    static UnaryOperator<OrderQueue> onePublishAtATime() {
        return publish((inner, message, timeout) -> {
            synchronized (inner) {
                return inner.publish(message, timeout);
            }
        });
    }

    /** Says DONE of a message that it sends with the next one. */
    static OrderQueue writesBehind(OrderQueue inner) {
        AtomicReference<byte[]> unsent = new AtomicReference<>();
        return publish((queue, message, timeout) -> {
                    byte[] before = unsent.getAndSet(message);
                    return before == null ? PublishResult.done() : queue.publish(before, timeout);
                })
                .apply(inner);
    }

    static UnaryOperator<OrderQueue> says(PublishResult.Outcome wrong, PublishResult.Outcome insteadOf) {
        return publish((inner, message, timeout) -> {
            PublishResult result = inner.publish(message, timeout);
            return result.outcome() == insteadOf ? new PublishResult(wrong, "a lie") : result;
        });
    }
}
