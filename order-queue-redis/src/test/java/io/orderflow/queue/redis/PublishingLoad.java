package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Publishes from several threads until it is closed, and remembers what became of each message. Thread-safe. */
final class PublishingLoad implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration LEASE = Duration.ofSeconds(1);

    private final OrderQueue queue;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicLong lastDone = new AtomicLong(System.nanoTime());
    private final AtomicLong longestPause = new AtomicLong();
    private volatile String lastFailure = "";
    private volatile boolean stopped;

    private PublishingLoad(OrderQueue queue) {
        this.queue = queue;
    }

    static PublishingLoad on(OrderQueue queue, int publishers) {
        PublishingLoad load = new PublishingLoad(queue);
        for (int i = 0; i < publishers; i++) {
            Thread thread = new Thread(load::run, "publishes-" + i);
            thread.setDaemon(true);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private void run() {
        try {
            while (!stopped) {
                publish("m-" + numbers.incrementAndGet());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(String text) throws InterruptedException {
        PublishResult result = queue.publish(text.getBytes(UTF_8), TIMEOUT);
        switch (result.outcome()) {
            case DONE -> {
                done.add(text);
                long now = System.nanoTime();
                long pause = now - lastDone.getAndSet(now);
                longestPause.accumulateAndGet(pause, Math::max);
                TimeUnit.MILLISECONDS.sleep(1);
            }
            case REFUSED -> {
                refused.add(text);
                lastFailure = result.cause();
                TimeUnit.MILLISECONDS.sleep(10);
            }
            case UNKNOWN -> {
                unknown.incrementAndGet();
                lastFailure = result.cause();
            }
        }
    }

    /**
     * Kills a server under the load.
     *
     * @param kill ends it
     * @param another waits until another one took its place
     * @return what to hold a bound against: when the other one was there
     */
    long lives(Runnable kill, Runnable another) {
        awaitDone(300);
        longestPause();
        kill.run();
        awaitFailures(4);
        another.run();
        long ready = System.nanoTime();
        awaitDone(1);
        return ready;
    }

    /** Waits until it goes on as before. */
    void goesOn(String after) {
        awaitDone(300);
        System.out.println(after + ": a pause of " + longestPause().toMillis() + " ms; " + this);
    }

    /** Waits until so many more were DONE. */
    void awaitDone(int more) {
        int count = done.size() + more;
        Eventually.await(more + " more are DONE", PATIENCE, () -> done.size() >= count, this::toString);
    }

    /** Waits until so many more were not DONE. */
    void awaitFailures(int more) {
        int count = refused.size() + unknown.get() + more;
        Eventually.await(
                more + " more are not DONE", PATIENCE, () -> refused.size() + unknown.get() >= count, this::toString);
    }

    /** The longest time between two messages that were DONE, since it was asked last. */
    Duration longestPause() {
        return Duration.ofNanos(longestPause.getAndSet(0));
    }

    int done() {
        return done.size();
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends the publishers; what they published can be looked at after that. */
    void stop() {
        stopped = true;
        Eventually.await(
                "the publishers ended", PATIENCE, () -> threads.stream().noneMatch(Thread::isAlive), this::toString);
    }

    /** Receives all there is: what was DONE comes, and what was REFUSED does not. */
    void assertOutcomesWereTrue() throws Exception {
        Set<String> missing = new TreeSet<>(done);
        Set<String> lies = new TreeSet<>();
        long start = System.nanoTime();
        while (!missing.isEmpty() || queue.depth().orElse(1) > 0) {
            for (String text : drainOnce()) {
                missing.remove(text);
                if (refused.contains(text)) {
                    lies.add(text);
                }
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                break;
            }
        }
        assertEquals(Set.of(), missing, () -> "DONE, yet lost; " + this);
        assertEquals(Set.of(), lies, () -> "REFUSED, yet delivered; " + this);
    }

    private List<String> drainOnce() throws InterruptedException {
        List<String> texts = new ArrayList<>();
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> deliveries = consumer.receive(1_000, Duration.ofMillis(200));
            while (!deliveries.isEmpty()) {
                deliveries.forEach(delivery -> texts.add(new String(delivery.body(), UTF_8)));
                consumer.ack(deliveries);
                deliveries = consumer.receive(1_000, Duration.ofMillis(200));
            }
        } catch (QueueException away) {
            lastFailure = away.getMessage();
        }
        return texts;
    }

    @Override
    public String toString() {
        return numbers + " published, " + done.size() + " DONE, " + refused.size() + " REFUSED, " + unknown
                + " UNKNOWN, last: " + lastFailure;
    }
}
