package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.InMemoryQueues;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testkit.queue.FaultyOrderQueue.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FaultyOrderQueueTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Set<Fault> HARMLESS = EnumSet.complementOf(EnumSet.of(Fault.LOSE));

    private final AtomicLong clock = new AtomicLong();
    private final InMemoryQueue inner = InMemoryQueues.withClock(clock::get, 1L << 20);

    private FaultyOrderQueue always(Fault fault) {
        return FaultyOrderQueue.over(inner, new Random(1)).fault(fault, 1).build();
    }

    private static Outcome publish(OrderQueue queue, String text) throws InterruptedException {
        return queue.publish(QueueLab.message(text), SECOND).outcome();
    }

    private static List<Delivery> receive(QueueConsumer consumer) throws Exception {
        return consumer.receive(100, Duration.ZERO);
    }

    @Test
    @DisplayName("Each fault of publish answers what it says and stores what it says")
    void publishFaults() throws Exception {
        record Expected(Fault fault, Outcome outcome, int stored) {}
        for (Expected expected : List.of(
                new Expected(Fault.LOSE, Outcome.DONE, 0),
                new Expected(Fault.DUPLICATE, Outcome.DONE, 2),
                new Expected(Fault.REFUSE, Outcome.REFUSED, 0),
                new Expected(Fault.AWAY, Outcome.REFUSED, 0),
                new Expected(Fault.UNKNOWN_STORED, Outcome.UNKNOWN, 1),
                new Expected(Fault.UNKNOWN_NOT_STORED, Outcome.UNKNOWN, 0))) {
            FaultyOrderQueue queue = always(expected.fault());
            assertEquals(expected.outcome(), publish(queue, "m"), expected::toString);
            QueueConsumer consumer = inner.openConsumer(SECOND);
            List<Delivery> stored = receive(consumer);
            assertEquals(expected.stored(), stored.size(), expected::toString);
            consumer.ack(stored);
            assertEquals(Map.of(expected.fault(), 1), queue.happened());
        }
    }

    @Test
    @DisplayName("A delayed message is counted, comes some receives later, and at once when the faults end")
    void delay() throws Exception {
        FaultyOrderQueue queue = always(Fault.DELAY);
        assertEquals(Outcome.DONE, publish(queue, "late"));
        assertEquals(OptionalLong.of(1), queue.depth());
        QueueConsumer consumer = queue.openConsumer(SECOND);
        List<Delivery> received = List.of();
        int receives = 0;
        while (received.isEmpty() && receives < 100) {
            received = receive(consumer);
            receives++;
        }
        assertEquals(List.of("late"), QueueLab.texts(received));
        assertTrue(receives > 1, () -> "not delayed");
        assertEquals(Outcome.DONE, publish(queue, "later"));
        queue.calm();
        assertEquals(List.of("later"), QueueLab.texts(receive(consumer)));
    }

    @Test
    @DisplayName("Each fault of a consumer throws what a bad connection throws, and leaves what it says")
    void consumerFaults() throws Exception {
        assertEquals(Outcome.DONE, publish(inner, "m"));
        QueueConsumer acks = always(Fault.ACK_LOST).openConsumer(SECOND);
        List<Delivery> held = receive(acks);
        assertThrows(QueueException.class, () -> acks.ack(held));
        assertEquals(OptionalLong.of(1), inner.depth(), "nothing was removed");
        clock.addAndGet(SECOND.toNanos());

        QueueConsumer answers = always(Fault.ACK_ANSWER_LOST).openConsumer(SECOND);
        List<Delivery> again = receive(answers);
        assertThrows(QueueException.class, () -> answers.ack(again));
        assertEquals(OptionalLong.of(0), inner.depth(), "removed, but the answer was lost");

        assertEquals(Outcome.DONE, publish(inner, "n"));
        QueueConsumer receives = always(Fault.RECEIVE_ANSWER_LOST).openConsumer(SECOND);
        assertThrows(QueueException.class, () -> receive(receives));
        QueueConsumer settles = FaultyOrderQueue.over(inner, new Random(1))
                .fault(Fault.RELEASE_LOST, 1)
                .fault(Fault.RENEW_LOST, 1)
                .build()
                .openConsumer(SECOND);
        assertEquals(List.of(), receive(settles), "held by the consumer that never saw it");
        clock.addAndGet(SECOND.toNanos());
        List<Delivery> late = receive(settles);
        assertEquals(List.of("n"), QueueLab.texts(late));
        assertThrows(QueueException.class, () -> settles.release(late));
        assertThrows(QueueException.class, () -> settles.renew(late));
        assertThrows(QueueException.class, () -> receive(always(Fault.AWAY).openConsumer(SECOND)));
    }

    @Test
    @DisplayName("With every fault but loss, what was DONE is acked in the end, and what was REFUSED never comes, for "
            + "500 seeds")
    void nothingIsLost() throws Exception {
        EnumSet<Fault> seen = EnumSet.noneOf(Fault.class);
        for (long seed = 0; seed < 500; seed++) {
            seen.addAll(new Run(seed, HARMLESS).check());
        }
        assertEquals(HARMLESS, seen, "every fault happened");
    }

    @Test
    @DisplayName("With loss, the same check notices it")
    void lossIsNoticed() throws Exception {
        assertThrows(AssertionError.class, () -> new Run(1, EnumSet.of(Fault.LOSE)).check());
    }

    @Test
    @DisplayName("The same seed gives the same run, another seed another one")
    void sameSeedSameRun() throws Exception {
        assertEquals(new Run(7, HARMLESS).trace(), new Run(7, HARMLESS).trace());
        assertNotEquals(new Run(7, HARMLESS).trace(), new Run(8, HARMLESS).trace());
    }

    @Test
    @DisplayName("A probability outside 0 to 1 is refused")
    void probabilities() {
        FaultyOrderQueue.Builder builder = FaultyOrderQueue.over(inner, new Random(1));
        assertThrows(IllegalArgumentException.class, () -> builder.fault(Fault.LOSE, 1.1));
        assertThrows(IllegalArgumentException.class, () -> builder.fault(Fault.LOSE, Double.NaN));
    }

    /** One publisher and one consumer in one thread, on a clock of their own. */
    private static final class Run {
        private final long seed;
        private final AtomicLong clock = new AtomicLong();
        private final FaultyOrderQueue queue;
        private final Set<String> done = new TreeSet<>();
        private final Set<String> refused = new TreeSet<>();
        private final List<String> came = new ArrayList<>();
        private final Set<String> acked = new TreeSet<>();

        private Run(long seed, Set<Fault> faults) {
            this.seed = seed;
            FaultyOrderQueue.Builder builder =
                    FaultyOrderQueue.over(InMemoryQueues.withClock(clock::get, 1L << 20), new Random(seed));
            faults.forEach(fault -> builder.fault(fault, 0.1));
            this.queue = builder.build();
        }

        private List<String> trace() throws Exception {
            QueueConsumer consumer = queue.openConsumer(SECOND);
            for (int i = 0; i < 60; i++) {
                publishOne("m-" + i);
                consumeSome(consumer);
            }
            queue.calm();
            for (int i = 0; i < 20; i++) {
                consumeSome(consumer);
            }
            return came;
        }

        private void publishOne(String text) throws InterruptedException {
            Outcome outcome = publish(queue, text);
            if (outcome == Outcome.DONE) {
                done.add(text);
            } else if (outcome == Outcome.REFUSED) {
                refused.add(text);
            }
        }

        private void consumeSome(QueueConsumer consumer) throws InterruptedException {
            clock.addAndGet(SECOND.toNanos() / 3);
            try {
                List<Delivery> deliveries = consumer.receive(5, Duration.ZERO);
                deliveries.forEach(delivery -> came.add(QueueLab.text(delivery)));
                consumer.renew(deliveries);
                int half = deliveries.size() / 2;
                consumer.release(deliveries.subList(0, half));
                List<Delivery> rest = deliveries.subList(half, deliveries.size());
                consumer.ack(rest);
                acked.addAll(QueueLab.texts(rest));
            } catch (QueueException injected) {
                came.add(injected.getMessage());
            }
        }

        private Set<Fault> check() throws Exception {
            trace();
            Set<String> lost = new TreeSet<>(done);
            lost.removeAll(came);
            assertEquals(Set.of(), lost, () -> "DONE and never delivered; seed " + seed);
            Set<String> lies = new TreeSet<>(refused);
            lies.retainAll(came);
            assertEquals(Set.of(), lies, () -> "REFUSED and delivered; seed " + seed);
            assertFalse(acked.isEmpty(), () -> "nothing was acked; seed " + seed);
            assertEquals(OptionalLong.of(0), queue.depth(), () -> "not drained; seed " + seed);
            return queue.happened().keySet();
        }
    }
}
