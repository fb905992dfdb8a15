package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds for closing. */
interface CloseRules extends QueueRules {
    @Test
    @DisplayName("Q13: a closed queue refuses what is published, and every question and receive throws; closing twice "
            + "is no error")
    default void closedQueueRefuses() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "held");
        QueueConsumer consumer = queue.openConsumer(lab().lease());
        lab().receiveOne(consumer);
        queue.close();
        queue.close();
        PublishResult late = queue.publish(QueueLab.message("late"), lab().patience());
        assertEquals(PublishResult.Outcome.REFUSED, late.outcome(), late.cause());
        assertThrows(QueueException.class, () -> consumer.receive(1, Duration.ZERO));
        assertThrows(QueueException.class, () -> queue.openConsumer(lab().lease()));
        assertThrows(QueueException.class, queue::check);
        consumer.close();
        consumer.close();
    }

    @Test
    @DisplayName("Q13: close makes a waiting receive return or throw QueueException")
    default void closeEndsWaitingReceive() throws Exception {
        OrderQueue queue = lab().open();
        QueueLab.Waiting<String> waiting = lab().besideWaiting(aboutToWait -> {
            try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
                aboutToWait.run();
                return "received " + consumer.receive(1, lab().patience().multipliedBy(10));
            } catch (QueueException closed) {
                return "received []";
            }
        });
        queue.close();
        assertEquals("received []", lab().join(waiting.result(), lab().patience(), "a receive that waited at close"));
    }

    @Test
    @DisplayName("Q13: publishes that meet a close have one of the three outcomes, REFUSED after it")
    default void publishDuringClose() throws Exception {
        OrderQueue queue = lab().open();
        CountDownLatch busy = new CountDownLatch(40);
        AtomicBoolean closed = new AtomicBoolean();
        List<Future<PublishResult>> publishers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            publishers.add(lab().beside(() -> publishIntoClose(queue, busy, closed)));
        }
        assertTrue(busy.await(QueueLab.UNHURRIED.toMillis(), TimeUnit.MILLISECONDS), "publishes before the close");
        queue.close();
        closed.set(true);
        for (Future<PublishResult> publisher : publishers) {
            PublishResult last = lab().join(publisher, QueueLab.UNHURRIED, "a publisher at close");
            assertTrue(last.outcome() != PublishResult.Outcome.DONE, "the queue is closed");
        }
        PublishResult late = queue.publish(QueueLab.message("late"), lab().patience());
        assertEquals(PublishResult.Outcome.REFUSED, late.outcome(), late.cause());
    }

    /** Ends with the first result that is not DONE, at the latest with that of a publish that began after the close. */
    private PublishResult publishIntoClose(OrderQueue queue, CountDownLatch busy, AtomicBoolean closed)
            throws InterruptedException {
        while (true) {
            boolean last = closed.get();
            PublishResult result = queue.publish(QueueLab.message("busy"), lab().patience());
            if (last || result.outcome() != PublishResult.Outcome.DONE) {
                return result;
            }
            busy.countDown();
            QueueLab.lookAgainLater();
        }
    }
}
