package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds for leases. */
interface LeaseRules extends QueueRules {
    @Test
    @DisplayName(
            "Q6: a held message goes to no other consumer before its lease ended, and to another within one more lease")
    default void leaseEndsWhenItSaid() throws Exception {
        OrderQueue queue = lab().open();
        OrderQueue other = lab().another(queue);
        try (QueueConsumer next = other.openConsumer(lab().lease())) {
            assertEquals(List.of(), next.receive(1, Duration.ZERO), "nothing was published");
            lab().publish(queue, "held");
            QueueConsumer holder = queue.openConsumer(lab().lease());
            long before = System.nanoTime();
            lab().receiveOne(holder);
            long after = System.nanoTime();
            lab().receiveOne(next);
            Duration sinceBefore = QueueLab.since(before);
            Duration earliest = lab().lease().minus(lab().contract().leaseGranularity());
            assertTrue(
                    sinceBefore.compareTo(earliest) >= 0,
                    () -> "given away after " + sinceBefore + " of a lease of " + lab().lease());
            QueueLab.assertAtMost(
                    lab().lease().multipliedBy(2).plusSeconds(1), QueueLab.since(after), "the way to another consumer");
        }
    }

    @Test
    @DisplayName(
            "Q6: leases of 1 s to 15 min are taken; none, a shorter one and one below zero are the caller's mistake")
    default void leasesHaveARange() throws Exception {
        OrderQueue queue = lab().open();
        for (Duration wrong : List.of(Duration.ofMillis(999), Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThrows(IllegalArgumentException.class, () -> queue.openConsumer(wrong), wrong::toString);
        }
        assertThrows(NullPointerException.class, () -> queue.openConsumer(null));
        for (Duration right : List.of(Duration.ofSeconds(1), Duration.ofMinutes(15))) {
            queue.openConsumer(right).close();
        }
    }

    @Test
    @DisplayName("Q6: renew starts the lease anew, and says which of the messages were lost")
    default void renewStartsTheLeaseAnew() throws Exception {
        OrderQueue queue = lab().open();
        OrderQueue other = lab().another(queue);
        lab().publish(queue, "a", "b");
        try (QueueConsumer holder = queue.openConsumer(lab().lease());
                QueueConsumer next = other.openConsumer(lab().lease().multipliedBy(20))) {
            List<Delivery> both = lab().receive(holder, 2);
            Delivery kept = both.get(0);
            Delivery neglected = both.get(1);
            assertEquals(both, holder.renew(both), "both are held");
            List<Delivery> taken = takenWhileRenewing(holder, kept, next);
            assertEquals(
                    List.of(QueueLab.text(neglected)), QueueLab.texts(taken), "only the neglected one is given away");
            assertEquals(List.of(kept), holder.renew(both), "the other consumer has one of the two");
            holder.ack(List.of(kept));
            next.ack(taken);
        }
        lab().awaitDepth(queue, 0);
    }

    /** Keeps one message renewed for three leases; returns what another consumer took meanwhile. */
    private List<Delivery> takenWhileRenewing(QueueConsumer holder, Delivery kept, QueueConsumer next)
            throws Exception {
        long start = System.nanoTime();
        List<Delivery> taken = new ArrayList<>();
        while (QueueLab.since(start).compareTo(lab().lease().multipliedBy(3)) < 0) {
            assertEquals(List.of(kept), holder.renew(List.of(kept)), "renewed in time, hence held");
            taken.addAll(next.receive(5, lab().lease().dividedBy(5)));
        }
        return taken;
    }
}
