package io.orderflow.testkit.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testkit.MachineLag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The bench of one contract test: opens queues and consumers, publishes and receives with a bound, runs things beside
 * the test, and closes the queues at the end. Thread-safe, apart from the consumers that it opens.
 */
public final class QueueLab {
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Whoever waits long leaves the processor to those it waits for, a server that starts among them. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int LOOKS = 10;

    /**
     * For what ends by itself however the queue behaves, and takes as long as the machine does: how much patience a
     * queue's author has says nothing of it.
     */
    static final Duration UNHURRIED = Duration.ofSeconds(30);

    /** Does something that may fail. */
    interface Step {
        void run() throws Exception;
    }

    /** Does something that ends in a wait, and says when it comes to that. */
    interface WaitingTask<T> {
        T run(Runnable aboutToWait) throws Exception;
    }

    private static final Duration TIME_TO_WAIT_IN_A_SOCKET = Duration.ofMillis(200);

    private final OrderQueueContract contract;
    private final Queue<OrderQueue> queues = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "queue-contract");
        thread.setDaemon(true);
        return thread;
    });

    QueueLab(OrderQueueContract contract) {
        this.contract = contract;
    }

    OrderQueueContract contract() {
        return contract;
    }

    Duration lease() {
        return contract.lease();
    }

    Duration patience() {
        return contract.patience();
    }

    OrderQueue open() throws Exception {
        return closedAtTheEnd(contract.open());
    }

    OrderQueue another(OrderQueue opened) throws Exception {
        return closedAtTheEnd(contract.another(opened));
    }

    private OrderQueue closedAtTheEnd(OrderQueue queue) {
        queues.add(queue);
        return queue;
    }

    static byte[] message(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(Delivery delivery) {
        return new String(delivery.body(), UTF_8);
    }

    static List<String> texts(Collection<Delivery> deliveries) {
        return deliveries.stream().map(QueueLab::text).sorted().toList();
    }

    /** Publishes each, and fails unless each is DONE. */
    void publish(OrderQueue queue, String... texts) throws InterruptedException {
        for (String text : texts) {
            PublishResult result = queue.publish(message(text), patience());
            assertEquals(PublishResult.done(), result, () -> "publish of " + text);
        }
    }

    /** Receives exactly so many, or fails when they do not come. */
    List<Delivery> receive(QueueConsumer consumer, int count) throws Exception {
        long start = System.nanoTime();
        List<Delivery> all = new ArrayList<>();
        while (all.size() < count) {
            all.addAll(consumer.receive(count - all.size(), Duration.ofMillis(100)));
            if (since(start).compareTo(patience()) > 0) {
                fail("only " + texts(all) + " of " + count + " messages came within " + patience());
            }
        }
        return all;
    }

    Delivery receiveOne(QueueConsumer consumer) throws Exception {
        return receive(consumer, 1).get(0);
    }

    /** Fails if a message comes within that time. */
    void assertNothingComes(QueueConsumer consumer, Duration time, String why) throws Exception {
        long start = System.nanoTime();
        Duration left = time;
        while (!left.isNegative()) {
            List<Delivery> unwanted = consumer.receive(10, left);
            assertEquals(List.of(), texts(unwanted), why);
            left = time.minus(since(start));
        }
    }

    /** Receives and acks until nothing that is expected is missing; returns the text of everything that came. */
    TreeSet<String> drain(OrderQueue queue, Collection<String> expected) throws Exception {
        TreeSet<String> missing = new TreeSet<>(expected);
        TreeSet<String> came = new TreeSet<>();
        long quietSince = System.nanoTime();
        try (QueueConsumer consumer = openConsumer(queue)) {
            while (!missing.isEmpty()) {
                List<Delivery> deliveries = receiveOrNothing(consumer, 500);
                if (!deliveries.isEmpty()) {
                    quietSince = System.nanoTime();
                    consumer.ack(deliveries);
                    came.addAll(texts(deliveries));
                    missing.removeAll(came);
                }
                Duration quiet = since(quietSince);
                assertTrue(
                        quiet.compareTo(patience().plus(lease().multipliedBy(2))) < 0,
                        () -> missing.size() + " messages never came, nothing for " + quiet + ": " + some(missing));
            }
            collectRest(consumer, came);
        }
        return came;
    }

    private void collectRest(QueueConsumer consumer, Collection<String> came) throws Exception {
        List<Delivery> rest = receiveOrNothing(consumer, 500);
        while (!rest.isEmpty()) {
            consumer.ack(rest);
            came.addAll(texts(rest));
            rest = receiveOrNothing(consumer, 500);
        }
    }

    /** One short receive; while the queue is away, nothing. */
    static List<Delivery> receiveOrNothing(QueueConsumer consumer, int max) throws InterruptedException {
        try {
            return consumer.receive(max, Duration.ofMillis(200));
        } catch (QueueException away) {
            pauseWhileAway();
            return List.of();
        }
    }

    /** Opens a consumer, as soon as the queue can be reached. */
    QueueConsumer openConsumer(OrderQueue queue) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                return queue.openConsumer(lease());
            } catch (QueueException away) {
                if (since(start).compareTo(patience()) > 0) {
                    throw away;
                }
                lookAgainLater(start);
            }
        }
    }

    void awaitDepth(OrderQueue queue, long depth) throws Exception {
        await("depth " + depth, () -> queue.depth().orElse(-1) == depth, () -> "depth is " + queue.depth());
    }

    void await(String what, Callable<Boolean> condition, Supplier<String> state) throws Exception {
        await(what, patience(), condition, state);
    }

    void await(String what, Duration bound, Callable<Boolean> condition, Supplier<String> state) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (since(start).compareTo(bound) > 0) {
                fail("no " + what + " within " + bound + ": " + state.get());
            }
            lookAgainLater(start);
        }
    }

    /** The longer it took already, the longer is the pause. */
    private static void lookAgainLater(long startNanos) {
        long pause = since(startNanos).toNanos() / LOOKS;
        LockSupport.parkNanos(Math.max(LOOK_AGAIN_NANOS, Math.min(pause, LONGEST_PAUSE_NANOS)));
    }

    /** For those that a queue refuses at once, again and again. */
    static void pauseWhileAway() {
        LockSupport.parkNanos(10 * LOOK_AGAIN_NANOS);
    }

    static void lookAgainLater() {
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }

    /** Runs it beside the test. */
    <T> Future<T> beside(Callable<T> task) {
        return threads.submit(task);
    }

    /**
     * Runs it beside the test; returns when its thread waits. One that waits in a socket looks busy and gets some time
     * instead.
     */
    <T> Waiting<T> besideWaiting(WaitingTask<T> task) throws Exception {
        CompletableFuture<Thread> aboutToWait = new CompletableFuture<>();
        Future<T> result = beside(() -> task.run(() -> aboutToWait.complete(Thread.currentThread())));
        Thread thread = aboutToWait.get(UNHURRIED.toNanos(), TimeUnit.NANOSECONDS);
        long start = System.nanoTime();
        await(
                "waiting thread",
                () -> thread.getState() != Thread.State.RUNNABLE
                        || since(start).compareTo(TIME_TO_WAIT_IN_A_SOCKET) > 0,
                () -> "thread is " + thread.getState());
        return new Waiting<>(thread, result);
    }

    /** A thread that waits, and what it will return. */
    record Waiting<T>(Thread thread, Future<T> result) {}

    /**
     * What it returned that ran beside the test; its own failure if it threw. The state in {@code what} is printed on
     * time-out.
     */
    <T> T join(Future<T> running, Duration bound, Object what) throws Exception {
        try {
            return running.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        } catch (TimeoutException e) {
            return fail(what + " did not end within " + bound);
        }
    }

    /**
     * Fails if the middle one of several tries takes longer than the bound: what the queue does, not what a busy
     * machine did once. How late the machine ran a thread meanwhile does not count.
     */
    static void assertUsuallyAtMost(Duration bound, int tries, String what, Step action) throws Exception {
        assertUsuallyAtMost(bound, tries, what, () -> {}, action);
    }

    /** The same, with something to be done before each try that is not measured. */
    static void assertUsuallyAtMost(Duration bound, int tries, String what, Step before, Step action) throws Exception {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < tries; i++) {
            before.run();
            try (MachineLag lag = MachineLag.watch()) {
                long start = System.nanoTime();
                action.run();
                times.add(since(start).minus(lag.longest()));
            }
        }
        times.sort(null);
        assertAtMost(bound, times.get(tries / 2), what);
    }

    static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    static void assertAtMost(Duration bound, Duration time, String what) {
        assertTrue(time.compareTo(bound) <= 0, () -> what + " took " + time + ", allowed are " + bound);
    }

    static String some(Collection<?> all) {
        return all.stream().limit(20).toList().toString();
    }

    void close() {
        threads.shutdownNow();
        queues.forEach(OrderQueue::close);
    }
}
