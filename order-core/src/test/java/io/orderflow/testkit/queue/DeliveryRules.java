package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds for receiving, acking and releasing. */
interface DeliveryRules extends QueueRules {
    @Test
    @DisplayName("Q4: a message is delivered again and again until it is acked")
    default void deliveredUntilAcked() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "again");
        try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
            for (int i = 0; i < 5; i++) {
                consumer.release(List.of(lab().receiveOne(consumer)));
            }
            consumer.ack(List.of(lab().receiveOne(consumer)));
            lab().awaitDepth(queue, 0);
            lab().assertNothingComes(consumer, Duration.ofMillis(200), "it was acked");
        }
    }

    @Test
    @DisplayName("Q4: what a consumer held that died without a word is delivered to another")
    default void messageOutlivesItsConsumer() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b", "c");
        QueueConsumer dead = queue.openConsumer(lab().lease());
        lab().receive(dead, 3);
        OrderQueue other = lab().another(queue);
        assertEquals(List.of("a", "b", "c"), List.copyOf(lab().drain(other, List.of("a", "b", "c"))));
        lab().awaitDepth(other, 0);
    }

    @Test
    @DisplayName("Q4: what a consumer held that was closed is delivered to another")
    default void messageOutlivesAClosedConsumer() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b");
        QueueConsumer closed = queue.openConsumer(lab().lease());
        lab().receive(closed, 2);
        closed.close();
        closed.close();
        assertEquals(List.of("a", "b"), List.copyOf(lab().drain(queue, List.of("a", "b"))));
    }

    @Test
    @DisplayName("Q7: an acked message does not come back and no longer counts; its neighbours do")
    default void ackRemoves() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b", "c");
        QueueConsumer first = queue.openConsumer(lab().lease());
        List<Delivery> three = lab().receive(first, 3);
        assertEquals(3, queue.depth().orElse(-1), "what is held counts");
        first.ack(List.of());
        first.ack(three.subList(0, 2));
        lab().awaitDepth(queue, 1);
        try (QueueConsumer second = queue.openConsumer(lab().lease())) {
            Delivery back = lab().receiveOne(second);
            assertEquals(QueueLab.text(three.get(2)), QueueLab.text(back));
            second.ack(List.of(back));
            lab().awaitDepth(queue, 0);
            lab().assertNothingComes(second, lab().lease().dividedBy(2), "all were acked");
        }
    }

    @Test
    @DisplayName("Q7: an ack removes no message that was received before and is not in it, held or given back")
    default void laterAckLeavesEarlierMessages() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b", "c", "d");
        try (QueueConsumer consumer = queue.openConsumer(lab().lease());
                QueueConsumer other =
                        lab().another(queue).openConsumer(lab().lease().multipliedBy(20))) {
            List<Delivery> four = lab().receive(consumer, 4);
            consumer.release(four.subList(1, 2));
            consumer.ack(four.subList(3, 4));
            lab().awaitDepth(queue, 3);
            List<Delivery> back = lab().receive(other, 3);
            assertEquals(
                    QueueLab.texts(four.subList(0, 3)), QueueLab.texts(back), "one was released, two leases ended");
            consumer.ack(four);
            assertEquals(back, other.renew(back), "the late ack was not for these");
            other.ack(back);
        }
        lab().awaitDepth(queue, 0);
    }

    @Test
    @DisplayName("Q7: an ack after the lease was lost is no error and removes no other message")
    default void lateAckIsHarmless() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a");
        QueueConsumer late = queue.openConsumer(lab().lease());
        Delivery lost = lab().receiveOne(late);
        try (QueueConsumer next = lab().another(queue).openConsumer(lab().lease())) {
            Delivery same = lab().receiveOne(next);
            assertEquals("a", QueueLab.text(same));
            lab().publish(queue, "b");
            late.ack(List.of(lost));
            late.release(List.of(lost));
            assertEquals("b", QueueLab.text(lab().receiveOne(next)), "the late ack was not for this one");
            next.ack(List.of(same));
        }
        assertEquals(List.of("b"), List.copyOf(lab().drain(queue, List.of("b"))));
        lab().awaitDepth(queue, 0);
    }

    @Test
    @DisplayName("Q8: a released message can be received again at once, by any consumer; its neighbours stay held")
    default void releaseReturns() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b", "c");
        Duration longLease = Duration.ofSeconds(60);
        try (QueueConsumer first = queue.openConsumer(longLease);
                QueueConsumer second = lab().another(queue).openConsumer(longLease)) {
            List<Delivery> held = lab().receive(first, 3);
            first.release(held.subList(1, 2));
            Delivery back = lab().receiveOne(second);
            assertEquals(QueueLab.text(held.get(1)), QueueLab.text(back));
            second.release(List.of(back));
            Delivery backAgain = lab().receiveOne(first);
            assertEquals(QueueLab.text(back), QueueLab.text(backAgain));
            lab().assertNothingComes(second, Duration.ofMillis(200), "the others are still held");
            first.ack(List.of(held.get(0), backAgain, held.get(2)));
        }
        lab().awaitDepth(queue, 0);
    }

    @Test
    @DisplayName("Q8: what a consumer holds that is closed can be received again at once, long before its lease ends")
    default void closeGivesBack() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b");
        QueueConsumer closed = queue.openConsumer(LONG_LEASE);
        lab().receive(closed, 2);
        closed.close();
        try (QueueConsumer next = lab().another(queue).openConsumer(lab().lease())) {
            List<Delivery> back = lab().receive(next, 2);
            assertEquals(List.of("a", "b"), QueueLab.texts(back));
            next.ack(back);
        }
        lab().awaitDepth(queue, 0);
    }

    @Test
    @DisplayName("Q8: a released message goes to a receive that waits, not only to the next one")
    default void releaseReachesAWaitingReceive() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "returned");
        try (QueueConsumer holder = queue.openConsumer(Duration.ofSeconds(60))) {
            Delivery held = lab().receiveOne(holder);
            QueueLab.Waiting<List<Delivery>> waiting = lab().besideWaiting(aboutToWait -> {
                try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
                    aboutToWait.run();
                    List<Delivery> deliveries =
                            consumer.receive(1, lab().patience().multipliedBy(4));
                    consumer.ack(deliveries);
                    return deliveries;
                }
            });
            holder.release(List.of(held));
            List<Delivery> received = lab().join(waiting.result(), lab().patience(), "the waiting receive");
            assertEquals(List.of("returned"), QueueLab.texts(received));
        }
    }

    @Test
    @DisplayName("Q8: a released message goes to another consumer that listens, though the one that gave it back "
            + "listens too")
    default void releaseDoesNotComeStraightBack() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "to and fro");
        Duration longLease = lab().patience().multipliedBy(6);
        try (QueueConsumer one = queue.openConsumer(longLease);
                QueueConsumer other = lab().another(queue).openConsumer(longLease)) {
            for (int i = 0; i < 8; i++) {
                Delivery held = lab().receiveOne(one);
                assertEquals(List.of(), other.receive(1, Duration.ZERO), "it is held, and the other one listens now");
                one.release(List.of(held));
                other.release(List.of(lab().receiveOne(other)));
            }
        }
    }

    @Test
    @DisplayName("Q9: without a message, receive returns an empty list within its wait and 1 s")
    default void receiveIsBounded() throws Exception {
        OrderQueue queue = lab().open();
        try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
            consumer.receive(1, Duration.ZERO);
            for (Duration wait : List.of(Duration.ZERO, Duration.ofMillis(300))) {
                QueueLab.assertUsuallyAtMost(
                        wait.plusSeconds(1),
                        3,
                        "receive with a wait of " + wait,
                        () -> assertEquals(List.of(), consumer.receive(5, wait), "nothing was published"));
            }
        }
    }

    @Test
    @DisplayName("Q9: to ask for no message, and a wait below zero, are the caller's mistake")
    default void mistakesOfReceivingAreThrownBack() throws Exception {
        try (QueueConsumer consumer = lab().open().openConsumer(lab().lease())) {
            for (int max : new int[] {0, -1, Integer.MIN_VALUE}) {
                assertThrows(
                        IllegalArgumentException.class, () -> consumer.receive(max, Duration.ZERO), () -> "" + max);
            }
            for (Duration wait : List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
                assertThrows(IllegalArgumentException.class, () -> consumer.receive(1, wait), wait::toString);
            }
            assertThrows(NullPointerException.class, () -> consumer.receive(1, null));
        }
    }

    @Test
    @DisplayName("Q3, Q9: times that no clock reaches, and any number of messages, may be asked for")
    default void endlessTimesAreTaken() throws Exception {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        OrderQueue queue = lab().open();
        Future<List<String>> received = lab().beside(() -> {
            assertEquals(PublishResult.done(), queue.publish(QueueLab.message("there"), endless));
            try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
                return QueueLab.texts(consumer.receive(Integer.MAX_VALUE, endless));
            }
        });
        assertEquals(List.of("there"), lab().join(received, lab().patience().multipliedBy(3), "publish and receive"));
    }

    @Test
    @DisplayName("Q9: receive takes at most what it was asked for, and what is there without waiting for more")
    default void receiveTakesWhatIsThere() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b", "c");
        try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
            long start = System.nanoTime();
            List<Delivery> some = consumer.receive(2, lab().patience());
            assertTrue(!some.isEmpty() && some.size() <= 2, () -> "asked for at most 2: " + QueueLab.texts(some));
            List<Delivery> rest = consumer.receive(100, lab().patience());
            assertTrue(!rest.isEmpty(), "something was left");
            QueueLab.assertAtMost(lab().patience().dividedBy(2), QueueLab.since(start), "receive of what is there");
        }
    }

    @Test
    @DisplayName("Q9: receive takes at most what it was asked for also of messages that come back")
    default void receiveTakesNoMoreOfWhatComesBack() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b", "c", "d", "e");
        lab().receive(queue.openConsumer(lab().lease()), 5);
        try (QueueConsumer next = queue.openConsumer(LONG_LEASE)) {
            List<Delivery> all = new ArrayList<>();
            long start = System.nanoTime();
            while (all.size() < 5) {
                List<Delivery> some = next.receive(2, Duration.ofMillis(100));
                assertTrue(some.size() <= 2, () -> "asked for at most 2: " + QueueLab.texts(some));
                all.addAll(some);
                QueueLab.assertAtMost(
                        lab().lease().multipliedBy(2).plus(lab().patience()), QueueLab.since(start), "their way back");
            }
            next.ack(all);
        }
        lab().awaitDepth(queue, 0);
    }

    @Test
    @DisplayName("Q9: a waiting receive returns when a message comes, not at the end of its wait")
    default void waitingReceiveIsWoken() throws Exception {
        OrderQueue queue = lab().open();
        QueueLab.Waiting<List<Delivery>> waiting = lab().besideWaiting(aboutToWait -> {
            try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
                aboutToWait.run();
                List<Delivery> deliveries = consumer.receive(1, lab().patience().multipliedBy(4));
                consumer.ack(deliveries);
                return deliveries;
            }
        });
        lab().publish(queue, "wake");
        List<Delivery> received = lab().join(waiting.result(), lab().patience(), "the waiting receive");
        assertEquals(List.of("wake"), QueueLab.texts(received));
    }

    @Test
    @DisplayName("Q9: a waiting receive that is interrupted says so")
    default void waitingReceiveCanBeInterrupted() throws Exception {
        OrderQueue queue = lab().open();
        QueueLab.Waiting<String> waiting = lab().besideWaiting(aboutToWait -> {
            try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
                aboutToWait.run();
                return "returned " + consumer.receive(1, lab().patience().multipliedBy(4));
            } catch (InterruptedException e) {
                return "interrupted";
            }
        });
        waiting.thread().interrupt();
        assertEquals("interrupted", lab().join(waiting.result(), lab().patience(), "the interrupted receive"));
    }

    @Test
    @DisplayName("Q11: a first delivery says 0 deliveries before, a later one more, where the queue counts")
    default void deliveriesAreCounted() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "returned");
        try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
            Delivery first = lab().receiveOne(consumer);
            assertEquals(0, first.deliveriesBefore(), "delivered for the first time");
            consumer.release(List.of(first));
            Delivery second = lab().receiveOne(consumer);
            assertCounted(second, "released once");
            assertEquals(0, first.deliveriesBefore(), "a delivery's number is its own");
            consumer.ack(List.of(second));
            lab().publish(queue, "fresh");
            Delivery fresh = lab().receiveOne(consumer);
            assertEquals(0, fresh.deliveriesBefore(), "another message, delivered for the first time");
        }
    }

    /** A worker suspects a message of having killed others by this number, and tries its orders one by one. */
    @Test
    @DisplayName(
            "Q11: a message that was delivered four times before says so, or at least three, where the queue counts")
    default void everyDeliveryIsCounted() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "again and again");
        try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
            for (int i = 0; i < 4; i++) {
                consumer.release(List.of(lab().receiveOne(consumer)));
            }
            int before = lab().receiveOne(consumer).deliveriesBefore();
            int least = lab().contract().countsDeliveries() ? 3 : 0;
            assertTrue(before >= least, () -> "released four times, but deliveriesBefore says " + before);
        }
    }

    @Test
    @DisplayName(
            "Q11: a delivery after a lease that ran out says more than 0 deliveries before, where the queue counts")
    default void expiredLeasesAreCounted() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "expired");
        lab().receiveOne(queue.openConsumer(lab().lease()));
        try (QueueConsumer next = queue.openConsumer(lab().lease())) {
            assertCounted(lab().receiveOne(next), "its lease ran out once");
        }
    }

    private void assertCounted(Delivery delivery, String why) {
        int least = lab().contract().countsDeliveries() ? 1 : 0;
        int before = delivery.deliveriesBefore();
        assertTrue(before >= least, () -> why + ", but deliveriesBefore says " + before);
    }
}
