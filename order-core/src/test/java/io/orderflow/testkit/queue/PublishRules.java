package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds for publishing and for asking a queue. */
interface PublishRules extends QueueRules {
    int LEAST_LARGEST_MESSAGE = 256 * 1024;

    @Test
    @DisplayName("Q1: any method may be the first that is called on a queue")
    default void anyMethodMayBeTheFirst() throws Exception {
        assertEquals(PublishResult.done(), lab().open().publish(QueueLab.message("first"), lab().patience()));
        assertEquals(OptionalLong.of(0), lab().open().depth(), "depth of an empty queue");
        assertFalse(lab().open().name().isBlank(), "a queue has a name");
        lab().open().check();
        lab().open().durability();
        lab().open().close();
        try (QueueConsumer consumer = lab().open().openConsumer(lab().lease())) {
            assertEquals(List.of(), consumer.receive(1, Duration.ZERO), "an empty queue has nothing to receive");
        }
    }

    @Test
    @DisplayName("Q2: a message whose publish was DONE is there")
    default void donePublishIsReceived() throws Exception {
        OrderQueue queue = lab().open();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sent.add("m-" + i);
            lab().publish(queue, "m-" + i);
        }
        lab().awaitDepth(queue, 200);
        assertEquals(Set.copyOf(sent), lab().drain(queue, sent));
        lab().awaitDepth(queue, 0);
    }

    @Test
    @DisplayName("Q2: a message without bytes, a too large one and a time-out of zero are the caller's mistake, and "
            + "nothing is stored")
    default void mistakesAreThrownBack() throws Exception {
        OrderQueue queue = lab().open();
        byte[] tooLarge = new byte[queue.largestMessage() + 1];
        byte[] fine = {1};
        assertThrows(IllegalArgumentException.class, () -> queue.publish(new byte[0], lab().patience()));
        assertThrows(IllegalArgumentException.class, () -> queue.publish(tooLarge, lab().patience()));
        assertThrows(IllegalArgumentException.class, () -> queue.publish(fine, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> queue.publish(fine, Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> queue.publish(fine, Duration.ofSeconds(Long.MIN_VALUE)));
        assertThrows(NullPointerException.class, () -> queue.publish(fine, null));
        assertThrows(NullPointerException.class, () -> queue.publish(null, lab().patience()));
        assertEquals(OptionalLong.of(0), queue.depth(), "nothing was stored");
    }

    @Test
    @DisplayName("Q3: publish returns within its time-out and 100 ms")
    default void publishIsBounded() throws Exception {
        OrderQueue queue = lab().open();
        Duration timeout = Duration.ofMillis(50);
        QueueLab.assertUsuallyAtMost(
                timeout.plusMillis(100),
                5,
                "publish with a time-out of " + timeout,
                () -> queue.publish(QueueLab.message("quick"), timeout));
    }

    @Test
    @DisplayName("Q5: messages of one byte, of every byte, of random bytes and of the largest size arrive as they "
            + "were given")
    default void bytesArriveAsTheyWereGiven() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        OrderQueue queue = lab().open();
        assertTrue(queue.largestMessage() >= LEAST_LARGEST_MESSAGE, "largestMessage is " + queue.largestMessage());
        Set<ByteBuffer> sent = new HashSet<>();
        for (byte[] bytes : awkwardMessages(random, Math.min(queue.largestMessage(), 4 * LEAST_LARGEST_MESSAGE))) {
            sent.add(ByteBuffer.wrap(bytes.clone()));
            assertEquals(PublishResult.done(), queue.publish(bytes, lab().patience()));
        }
        try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
            List<Delivery> received = lab().receive(consumer, sent.size());
            consumer.ack(received);
            for (Delivery delivery : received) {
                assertTrue(
                        sent.remove(ByteBuffer.wrap(delivery.body())),
                        () -> delivery.body().length + " bytes that nobody sent; seed " + seed);
            }
        }
        assertEquals(0, sent.size(), "messages that never came; seed " + seed);
    }

    private static List<byte[]> awkwardMessages(Random random, int largest) {
        List<byte[]> messages = new ArrayList<>();
        byte[] everyByte = new byte[256];
        for (int i = 0; i < 256; i++) {
            everyByte[i] = (byte) i;
        }
        messages.add(everyByte);
        messages.add(new byte[] {0});
        messages.add(new byte[] {'\r', '\n', 0});
        messages.add(new byte[] {(byte) 0xC3, (byte) 0x28, ' '});
        for (int size : new int[] {2, 3, 63, 64, 1_000, 65_535, 65_536, LEAST_LARGEST_MESSAGE, largest}) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            messages.add(bytes);
        }
        return messages;
    }

    @Test
    @DisplayName("Q10: the queue says how durable it is now, and why")
    default void durabilityIsAsItIs() throws Exception {
        OrderQueue queue = lab().open();
        lab().publish(queue, "stored");
        Durability durability = queue.durability();
        assertEquals(lab().contract().expectedDurability(), durability.level(), durability.reason());
        assertFalse(durability.reason().isBlank(), "the setting or fact that says so");
    }

    @Test
    @DisplayName("Q12: every method of a queue may be called by any thread, all at once")
    default void anyThreadMayCall() throws Exception {
        OrderQueue queue = lab().open();
        int threads = 8;
        int rounds = 25;
        CyclicBarrier gate = new CyclicBarrier(threads);
        List<Future<Boolean>> running = new ArrayList<>();
        Set<String> sent = new HashSet<>();
        for (int t = 0; t < threads; t++) {
            String prefix = "t" + t + "-";
            for (int i = 0; i < rounds; i++) {
                sent.add(prefix + i);
            }
            running.add(lab().beside(() -> {
                gate.await();
                return useEveryMethod(queue, prefix, rounds);
            }));
        }
        for (Future<Boolean> each : running) {
            lab().join(each, lab().patience().multipliedBy(3), "a thread that uses the queue");
        }
        assertEquals(sent, lab().drain(queue, sent));
    }

    private boolean useEveryMethod(OrderQueue queue, String prefix, int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            lab().publish(queue, prefix + i);
            queue.check();
            assertTrue(queue.depth().isPresent(), "depth is known");
            assertEquals(
                    lab().contract().expectedDurability(), queue.durability().level());
            try (QueueConsumer consumer = queue.openConsumer(lab().lease())) {
                consumer.release(consumer.receive(1, Duration.ZERO));
            }
        }
        return true;
    }
}
