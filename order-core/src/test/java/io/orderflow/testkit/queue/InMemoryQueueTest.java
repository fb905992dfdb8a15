package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.InMemoryQueues;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FullHeap;
import io.orderflow.testing.JavaProcess;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the in-memory queue promises beyond the contract: its bound, its order, the exact end of a lease, its speed. */
final class InMemoryQueueTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final long MEBIBYTE = 1L << 20;

    private final List<Thread> started = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final InMemoryQueue queue = InMemoryQueues.withClock(clock::get, MEBIBYTE);

    @AfterEach
    void close() throws InterruptedException {
        queue.close();
        for (Thread thread : started) {
            thread.join(BOUND.toMillis());
            assertFalse(thread.isAlive(), "a thread goes on after the queue was closed");
        }
    }

    private PublishResult publish(int bytes) {
        return queue.publish(new byte[bytes], SECOND);
    }

    private void publish(String... texts) {
        for (String text : texts) {
            assertEquals(PublishResult.done(), queue.publish(QueueLab.message(text), SECOND));
        }
    }

    private static List<String> inOrder(List<Delivery> deliveries) {
        return deliveries.stream().map(QueueLab::text).toList();
    }

    private <T> Future<T> start(Callable<T> task) {
        FutureTask<T> running = new FutureTask<>(task);
        Thread thread = new Thread(running, "in-memory-queue-test");
        started.add(thread);
        thread.start();
        return running;
    }

    /** Until each thread that was started waits or has ended; nothing makes these threads wait but an empty queue. */
    private void awaitWaiting() {
        Set<Thread.State> wanted = Set.of(Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
        long start = System.nanoTime();
        while (!started.stream().allMatch(thread -> wanted.contains(thread.getState()))) {
            assertTrue(QueueLab.since(start).compareTo(BOUND) < 0, () -> "threads do not wait: " + started);
            QueueLab.lookAgainLater();
        }
    }

    @Test
    @DisplayName("A full queue refuses with its live numbers; what is held counts, what is acked does not")
    void fullQueueRefuses() throws Exception {
        int large = queue.largestMessage();
        QueueConsumer consumer = queue.openConsumer(SECOND);
        for (int i = 0; i < 3; i++) {
            assertEquals(PublishResult.done(), publish(large));
        }
        List<Delivery> held = consumer.receive(2, Duration.ZERO);
        assertEquals(
                PublishResult.refused(
                        "memory queue is full: 3 messages with 786816 of 1048576 bytes, asked for 262272"),
                publish(large));
        consumer.release(held);
        assertEquals(PublishResult.Outcome.REFUSED, publish(large).outcome());
        consumer.ack(consumer.receive(1, Duration.ZERO));
        assertEquals(PublishResult.done(), publish(large));
        assertEquals(PublishResult.done(), publish(1));
        assertEquals(OptionalLong.of(4), queue.depth());
    }

    @Test
    @DisplayName("Many small messages are bounded by what each costs besides its bytes, and a drained queue takes as "
            + "many again")
    void smallMessagesAreBounded() throws Exception {
        long room = MEBIBYTE / (1 + InMemoryQueues.MESSAGE_OVERHEAD);
        QueueConsumer consumer = queue.openConsumer(SECOND);
        for (int round = 0; round < 3; round++) {
            for (long i = 0; i < room; i++) {
                assertEquals(PublishResult.done(), publish(1));
            }
            assertEquals(PublishResult.Outcome.REFUSED, publish(1).outcome());
            consumer.ack(consumer.receive(Integer.MAX_VALUE, Duration.ZERO));
            assertEquals(OptionalLong.of(0), queue.depth());
        }
    }

    @Test
    @DisplayName("A lease ends with its last nanosecond, also when the clock's number overflows")
    void leaseEndsExactly() throws Exception {
        for (long start : new long[] {0, Long.MAX_VALUE - 10, Long.MIN_VALUE, -SECOND.toNanos()}) {
            clock.set(start);
            publish("m");
            QueueConsumer holder = queue.openConsumer(SECOND);
            QueueConsumer other = queue.openConsumer(SECOND);
            holder.receive(1, Duration.ZERO);
            assertEquals(List.of(), other.receive(1, Duration.ZERO), "at once, from " + start);
            clock.addAndGet(SECOND.toNanos() - 1);
            assertEquals(List.of(), other.receive(1, Duration.ZERO), "a nanosecond too early, from " + start);
            clock.incrementAndGet();
            List<Delivery> back = other.receive(1, Duration.ZERO);
            assertEquals(List.of("m"), inOrder(back), "from " + start);
            assertEquals(1, back.get(0).deliveriesBefore());
            other.ack(back);
        }
    }

    @Test
    @DisplayName("Renewal and lease length are each consumer's own")
    void leasesAreEachConsumersOwn() throws Exception {
        publish("a", "b", "c");
        QueueConsumer brief = queue.openConsumer(SECOND);
        QueueConsumer patient = queue.openConsumer(SECOND.multipliedBy(3));
        List<Delivery> a = brief.receive(1, Duration.ZERO);
        List<Delivery> b = patient.receive(1, Duration.ZERO);
        List<Delivery> c = brief.receive(1, Duration.ZERO);
        clock.addAndGet(SECOND.toNanos() / 2);
        assertEquals(a, brief.renew(a));
        clock.addAndGet(SECOND.toNanos() / 2);
        QueueConsumer other = queue.openConsumer(SECOND);
        assertEquals(List.of("c"), inOrder(other.receive(9, Duration.ZERO)), "a was renewed, b has a longer lease");
        clock.addAndGet(SECOND.toNanos() / 2);
        assertEquals(List.of("a"), inOrder(other.receive(9, Duration.ZERO)));
        assertEquals(List.of(), brief.renew(List.of(a.get(0), c.get(0))), "both are with another consumer");
        assertEquals(b, patient.renew(b));
    }

    @Test
    @DisplayName("A late ack or renewal that comes before anybody took the message is still good")
    void lateButFirst() throws Exception {
        publish("acked", "renewed");
        QueueConsumer holder = queue.openConsumer(SECOND);
        List<Delivery> held = holder.receive(2, Duration.ZERO);
        clock.addAndGet(SECOND.toNanos() * 5);
        holder.ack(held.subList(0, 1));
        assertEquals(held.subList(1, 2), holder.renew(held));
        assertEquals(List.of(), queue.openConsumer(SECOND).receive(1, Duration.ZERO));
        assertEquals(OptionalLong.of(1), queue.depth());
    }

    @Test
    @DisplayName("First in, first out; what is given back goes first, in its own order")
    void order() throws Exception {
        publish("a", "b", "c", "d");
        QueueConsumer consumer = queue.openConsumer(SECOND);
        List<Delivery> three = consumer.receive(3, Duration.ZERO);
        assertEquals(List.of("a", "b", "c"), inOrder(three));
        consumer.release(three.subList(0, 2));
        List<Delivery> rest = consumer.receive(9, Duration.ZERO);
        assertEquals(List.of("a", "b", "d"), inOrder(rest));
        consumer.close();
        QueueConsumer next = queue.openConsumer(SECOND);
        assertEquals(List.of("c", "a", "b", "d"), inOrder(next.receive(9, Duration.ZERO)));
        clock.addAndGet(SECOND.toNanos());
        publish("e");
        assertEquals(List.of("c", "a", "b", "d", "e"), inOrder(next.receive(9, Duration.ZERO)));
    }

    @Test
    @DisplayName("What was settled once stays so, whatever is done to it again")
    void settlingTwiceDoesNothing() throws Exception {
        publish("acked", "released");
        QueueConsumer consumer = queue.openConsumer(SECOND);
        List<Delivery> both = consumer.receive(2, Duration.ZERO);
        consumer.ack(both.subList(0, 1));
        consumer.release(both);
        consumer.release(both);
        consumer.ack(both);
        assertEquals(OptionalLong.of(1), queue.depth());
        assertEquals(List.of("released"), inOrder(consumer.receive(9, Duration.ZERO)));
    }

    @Test
    @DisplayName("A delivery of another consumer and the use of a closed consumer are mistakes")
    void mistakes() throws Exception {
        publish("m");
        QueueConsumer one = queue.openConsumer(SECOND);
        QueueConsumer two = queue.openConsumer(SECOND);
        List<Delivery> ofOne = one.receive(1, Duration.ZERO);
        assertThrows(IllegalArgumentException.class, () -> two.ack(ofOne));
        assertThrows(IllegalArgumentException.class, () -> two.release(ofOne));
        assertThrows(IllegalArgumentException.class, () -> two.renew(ofOne));
        assertThrows(IllegalArgumentException.class, () -> two.receive(1, Duration.ofNanos(-1)));
        two.close();
        assertThrows(IllegalStateException.class, () -> two.receive(1, Duration.ZERO));
        assertEquals(OptionalLong.of(1), queue.depth());
    }

    @Test
    @DisplayName("Settings outside their range are refused with their value")
    void settings() {
        InMemoryQueue.Builder builder = InMemoryQueue.builder();
        String capacity = assertThrows(IllegalArgumentException.class, () -> builder.capacityBytes(MEBIBYTE - 1))
                .getMessage();
        assertEquals("capacityBytes must be between 1048576 and 1099511627776: 1048575", capacity);
        String lease = assertThrows(IllegalArgumentException.class, () -> queue.openConsumer(Duration.ofMillis(999)))
                .getMessage();
        assertEquals("lease must be between PT1S and PT24H: PT0.999S", lease);
        assertThrows(IllegalArgumentException.class, () -> queue.openConsumer(Duration.ofDays(2)));
    }

    @Test
    @DisplayName("A waiting consumer is woken by a publish, several by one release, and none only finds out at its "
            + "next look")
    void waitersAreWoken() throws Exception {
        QueueConsumer holder = queue.openConsumer(SECOND);
        assertWakes(1, () -> List.of(), nothing -> publish("published"));
        assertWakes(
                3,
                () -> {
                    publish("a", "b", "c");
                    return holder.receive(3, Duration.ZERO);
                },
                holder::release);
    }

    private interface Wake {
        void with(List<Delivery> prepared) throws Exception;
    }

    /** Several times, and by the usual time: a busy machine may be late once. */
    private void assertWakes(int waiters, Callable<List<Delivery>> preparation, Wake wake) throws Exception {
        List<Duration> times = new ArrayList<>();
        for (int round = 0; round < 9; round++) {
            List<Delivery> prepared = preparation.call();
            List<Future<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < waiters; i++) {
                waiting.add(start(this::receiveAndAckOne));
            }
            awaitWaiting();
            long start = System.nanoTime();
            wake.with(prepared);
            for (Future<Integer> each : waiting) {
                assertEquals(1, each.get(BOUND.toSeconds(), TimeUnit.SECONDS));
            }
            times.add(QueueLab.since(start));
        }
        times.sort(null);
        QueueLab.assertAtMost(InMemoryQueues.LOOK_AGAIN.dividedBy(4), times.get(times.size() / 2), "waking " + waiters);
    }

    /** Leaves its consumer open: closing one wakes others too. */
    private int receiveAndAckOne() throws Exception {
        QueueConsumer consumer = queue.openConsumer(SECOND);
        List<Delivery> deliveries = consumer.receive(1, BOUND.multipliedBy(3));
        consumer.ack(deliveries);
        return deliveries.size();
    }

    @Test
    @DisplayName("A consumer that was waiting already receives what another took meanwhile and never settled")
    void waiterSeesEndedLeases() throws Exception {
        publish("m");
        QueueConsumer dying = queue.openConsumer(SECOND);
        dying.receive(1, Duration.ZERO);
        Future<List<Delivery>> waiting = start(() -> queue.openConsumer(SECOND).receive(1, BOUND.multipliedBy(3)));
        awaitWaiting();
        clock.addAndGet(SECOND.toNanos());
        assertEquals(List.of("m"), inOrder(waiting.get(BOUND.toSeconds(), TimeUnit.SECONDS)));
    }

    @Test
    @DisplayName("A consumer that was abandoned is forgotten when its last lease has ended")
    void abandonedConsumersAreForgotten() throws Exception {
        publish("m");
        WeakReference<QueueConsumer> abandoned = abandon();
        clock.addAndGet(SECOND.toNanos());
        QueueConsumer next = queue.openConsumer(SECOND);
        next.ack(next.receive(1, Duration.ZERO));
        long start = System.nanoTime();
        while (abandoned.get() != null) {
            System.gc();
            assertTrue(QueueLab.since(start).compareTo(BOUND) < 0, "the queue still knows the abandoned consumer");
        }
    }

    private WeakReference<QueueConsumer> abandon() throws Exception {
        QueueConsumer consumer = queue.openConsumer(SECOND);
        assertEquals(1, consumer.receive(1, Duration.ZERO).size());
        return new WeakReference<>(consumer);
    }

    @Test
    @DisplayName("At least 200,000 small messages a second pass, with two publishers and two consumers, in the best "
            + "of three runs")
    void isFast() throws Exception {
        double best = 0;
        for (int run = 0; run < 3; run++) {
            best = Math.max(best, messagesPerSecond(200_000));
        }
        double fastest = best;
        assertTrue(fastest >= 200_000, () -> "best of three runs: " + (long) fastest + " messages/s");
    }

    private double messagesPerSecond(int count) throws Exception {
        InMemoryQueue fresh = InMemoryQueue.builder().build();
        AtomicLong acked = new AtomicLong();
        List<Future<?>> running = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 2; i++) {
            running.add(start(() -> {
                for (int n = 0; n < count / 2; n++) {
                    assertEquals(PublishResult.done(), fresh.publish(new byte[60], SECOND));
                }
                return null;
            }));
            running.add(start(() -> {
                try (QueueConsumer consumer = fresh.openConsumer(SECOND.multipliedBy(60))) {
                    while (acked.get() < count) {
                        List<Delivery> deliveries = consumer.receive(100, Duration.ofMillis(20));
                        consumer.ack(deliveries);
                        acked.addAndGet(deliveries.size());
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : running) {
            each.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        }
        assertEquals(count, acked.get());
        return count / (QueueLab.since(start).toNanos() / 1e9);
    }

    @Test
    @DisplayName("A consumer that waits is woken by a thread that has no memory left, and comes back")
    void wakingNeedsNoMemory() {
        try (JavaProcess process = JavaProcess.start(List.of("-Xmx10m"), EmptyHeap.class)) {
            process.awaitLine("woken", BOUND.multipliedBy(3));
        }
    }

    /** The program of that test. */
    static final class EmptyHeap {
        public static void main(String[] none) throws QueueException {
            InMemoryQueue queue = InMemoryQueue.builder().build();
            QueueConsumer consumer = queue.openConsumer(SECOND.multipliedBy(60));
            Thread waiting = new Thread(() -> receiveUntilClosed(consumer));
            waiting.setDaemon(true);
            waiting.start();
            FullHeap heap = new FullHeap();
            Eventually.await(
                    "the consumer waits",
                    BOUND,
                    () -> waiting.getState() == Thread.State.TIMED_WAITING,
                    () -> "" + waiting.getState());
            heap.fill();
            try {
                queue.close();
            } catch (OutOfMemoryError e) {
                // what it is called from may have none either
            }
            heap.release();
            queue.close();
            Eventually.await("it comes back", BOUND, () -> !waiting.isAlive(), () -> "" + waiting.getState());
            System.out.println("woken");
        }

        private static void receiveUntilClosed(QueueConsumer consumer) {
            try {
                while (true) {
                    try {
                        consumer.receive(1, SECOND.multipliedBy(60));
                    } catch (OutOfMemoryError e) {
                        // its own: tried again
                    }
                }
            } catch (QueueException | InterruptedException e) {
                // the queue is closed
            }
        }
    }
}
