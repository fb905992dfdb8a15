package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds while many threads publish and consume at once. */
interface LoadRules extends QueueRules {
    int PUBLISHERS = 3;
    int CONSUMERS = 4;

    @Test
    @DisplayName(
            "Q4, Q6, Q7, Q12: under load none is lost, none is with two consumers, each is acked once by one of them")
    default void eachIsAckedOnceByOne() throws Exception {
        Run run = new Run(lab(), lab().contract().load() / PUBLISHERS * PUBLISHERS);
        OrderQueue one = lab().open();
        OrderQueue two = lab().another(one);
        CyclicBarrier gate = new CyclicBarrier(PUBLISHERS + CONSUMERS);
        List<Future<Void>> running = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            int from = i * run.total / PUBLISHERS;
            int to = (i + 1) * run.total / PUBLISHERS;
            OrderQueue queue = i % 2 == 0 ? one : two;
            running.add(lab().beside(() -> {
                gate.await();
                return run.publish(queue, from, to);
            }));
        }
        for (int i = 0; i < CONSUMERS; i++) {
            int number = i;
            OrderQueue queue = i % 2 == 0 ? one : two;
            running.add(lab().beside(() -> {
                gate.await();
                return run.consume(queue, number);
            }));
        }
        for (Future<Void> each : running) {
            lab().join(each, run.bound().plusSeconds(10), run);
        }
        assertEquals(List.of(), List.copyOf(run.violations), run::toString);
        assertEquals(run.total, run.acked.size(), run::toString);
        lab().awaitDepth(one, 0);
    }

    @Test
    @DisplayName("Q4, Q6: under load with consumers that die, every message still reaches another one, and none "
            + "before its lease ended")
    default void dyingConsumersLoseNothing() throws Exception {
        OrderQueue queue = lab().open();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            sent.add("m-" + i);
        }
        lab().publish(queue, sent.toArray(String[]::new));
        Map<String, Long> heldSince = new ConcurrentHashMap<>();
        for (int i = 0; i < 3; i++) {
            abandon(lab().another(queue), 50, heldSince);
        }
        List<Future<List<String>>> running = new ArrayList<>();
        Set<String> acked = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < CONSUMERS; i++) {
            running.add(lab().beside(() -> ackAll(queue, acked, sent.size(), heldSince)));
        }
        for (Future<List<String>> each : running) {
            assertEquals(
                    List.of(),
                    lab().join(each, lab().lease().multipliedBy(3).plus(lab().patience()), "a surviving consumer"),
                    "given away before the lease ended");
        }
        assertEquals(Set.copyOf(sent), acked);
        lab().awaitDepth(queue, 0);
    }

    private void abandon(OrderQueue queue, int count, Map<String, Long> heldSince) throws Exception {
        QueueConsumer dying = queue.openConsumer(lab().lease());
        long before = System.nanoTime();
        for (Delivery delivery : lab().receive(dying, count)) {
            heldSince.put(QueueLab.text(delivery), before);
        }
    }

    private List<String> ackAll(OrderQueue queue, Set<String> acked, int total, Map<String, Long> heldSince)
            throws Exception {
        List<String> early = new ArrayList<>();
        Duration earliest = lab().lease().minus(lab().contract().leaseGranularity());
        Duration bound = lab().lease().multipliedBy(2).plus(lab().patience());
        long start = System.nanoTime();
        try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
            while (acked.size() < total && QueueLab.since(start).compareTo(bound) < 0) {
                List<Delivery> deliveries = consumer.receive(20, Duration.ofMillis(50));
                for (Delivery delivery : deliveries) {
                    Long since = heldSince.get(QueueLab.text(delivery));
                    if (since != null && QueueLab.since(since).compareTo(earliest) < 0) {
                        early.add(QueueLab.text(delivery) + " after " + QueueLab.since(since));
                    }
                }
                consumer.ack(deliveries);
                acked.addAll(QueueLab.texts(deliveries));
            }
        }
        return early;
    }

    /** One run under load: who holds what, what was acked, and what broke a rule. */
    final class Run {
        private final QueueLab lab;
        private final int total;
        private final long seed = System.nanoTime();
        private final long start = System.nanoTime();
        private final Map<String, Integer> holders = new ConcurrentHashMap<>();
        private final Set<String> acked = ConcurrentHashMap.newKeySet();
        private final Queue<String> violations = new ConcurrentLinkedQueue<>();

        private Run(QueueLab lab, int total) {
            this.lab = lab;
            this.total = total;
        }

        private Duration bound() {
            return lab.patience().multipliedBy(6);
        }

        private Void publish(OrderQueue queue, int from, int to) throws InterruptedException {
            for (int i = from; i < to; i++) {
                lab.publish(queue, "m-" + i);
            }
            return null;
        }

        private Void consume(OrderQueue queue, int number) throws Exception {
            Random random = new Random(seed + number);
            try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
                while (acked.size() < total
                        && violations.isEmpty()
                        && QueueLab.since(start).compareTo(bound()) < 0) {
                    List<Delivery> deliveries = consumer.receive(1 + random.nextInt(50), Duration.ofMillis(50));
                    deliveries.forEach(delivery -> take(QueueLab.text(delivery), number));
                    int split = random.nextInt(10) == 0 ? random.nextInt(deliveries.size() + 1) : deliveries.size();
                    ack(consumer, deliveries.subList(0, split));
                    release(consumer, deliveries.subList(split, deliveries.size()));
                }
            }
            return null;
        }

        private void take(String message, int number) {
            Integer holder = holders.putIfAbsent(message, number);
            if (holder != null) {
                String state = acked.contains(message) ? " after its ack by " : " while it was with ";
                violations.add(message + " came to consumer " + number + state + holder);
            }
        }

        /** An acked message stays with its last holder for good, so that a later delivery is seen. */
        private void ack(QueueConsumer consumer, List<Delivery> deliveries) throws QueueException {
            consumer.ack(deliveries);
            for (Delivery delivery : deliveries) {
                if (!acked.add(QueueLab.text(delivery))) {
                    violations.add(QueueLab.text(delivery) + " was acked twice");
                }
            }
        }

        private void release(QueueConsumer consumer, List<Delivery> deliveries) throws QueueException {
            deliveries.forEach(delivery -> holders.remove(QueueLab.text(delivery)));
            consumer.release(deliveries);
        }

        @Override
        public String toString() {
            return acked.size() + " of " + total + " acked after " + QueueLab.since(start) + ", " + violations.size()
                    + " rules broken: " + QueueLab.some(violations) + "; seed " + seed;
        }
    }
}
