package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What stands in the stream and the group: strangers' entries, entries deleted by hand, dead consumers. */
final class RedisConsumersTest extends OwnServerTests {
    private final String stream = newStream();
    private final RedisQueue queue = open(builder());

    private RedisQueue.Builder builder() {
        return RedisQueue.builder(server.uri()).stream(stream);
    }

    @Test
    void anEntryOfAStrangerIsDeliveredWithAllItsBytes() throws Exception {
        server.run("XADD", stream, "*", "a", "1", "b", "2");
        server.run("XADD", stream, "*", "deliveries", "many", "message", "ours");
        server.run("XADD", stream, "*", "", "");
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            List<Delivery> all = receive(consumer, 3);
            assertEquals(List.of("a1b2", "ours", ""), texts(all));
            assertEquals(0, all.get(1).deliveriesBefore(), "what is no number counts nothing");
            consumer.release(all);
            List<Delivery> again = receive(consumer, 3);
            assertEquals(List.of("a1b2", "ours", ""), texts(again));
            assertEquals(1, again.get(0).deliveriesBefore());
            consumer.ack(again);
        }
        assertEquals(OptionalLong.of(0), queue.depth());
    }

    /** A blocking read of a few milliseconds takes a tenth of a second on a server that has nothing else to do. */
    @Test
    void aShortWaitIsShortOnAnIdleServer() throws Exception {
        List<Long> millis = new ArrayList<>();
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            for (int i = 0; i < 21; i++) {
                long start = System.nanoTime();
                assertEquals(List.of(), consumer.receive(1, Duration.ofMillis(6)));
                millis.add((System.nanoTime() - start) / 1_000_000);
            }
        }
        Collections.sort(millis);
        assertTrue(millis.get(0) >= 6, millis::toString);
        assertTrue(millis.get(10) < lag.extend(Duration.ofMillis(50)).toMillis(), () -> "ms: " + millis + "; " + lag);
    }

    @Test
    void anEntryWithTooManyFieldsToBeCopiedIsGivenBackAllTheSame() throws Exception {
        List<String> fields = new ArrayList<>(List.of(stream, "*"));
        fields.addAll(Collections.nCopies(20_000, "x"));
        server.run("XADD", fields.toArray(String[]::new));
        publish(queue, "ours");
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            consumer.release(receive(consumer, 2));
            List<Integer> lengths = receive(consumer, 2).stream()
                    .map(delivery -> delivery.body().length)
                    .sorted()
                    .toList();
            assertEquals(List.of(4, 20_000), lengths);
        }
    }

    @Test
    void anEntryThatWasDeletedWhileItWasHeldIsForgotten() throws Exception {
        QueueConsumer holder = queue.openConsumer(LEASE);
        QueueConsumer next = queue.openConsumer(LONG_LEASE);
        publish(queue, "deleted", "kept");
        List<Delivery> held = receive(holder, 2);
        String id = Replies.text(Replies.list(
                        server.list("XRANGE", stream, "-", "+", "COUNT", "1").get(0))
                .get(0));
        server.run("XDEL", stream, id);
        assertEquals(held.subList(1, 2), holder.renew(held), "what was deleted is not held");
        List<Delivery> taken = receive(next, 1);
        assertEquals(List.of("kept"), texts(taken));
        assertEquals(List.of(), next.receive(1, Duration.ZERO));
        assertEquals(1, pending(), "the one that is there");
        next.ack(taken);
        assertEquals(0, pending());
    }

    private long pending() {
        return Replies.number(server.list("XPENDING", stream, "orderflow").get(0));
    }

    @Test
    void aConsumerThatClosesLeavesTheGroup() throws Exception {
        publish(queue, "a", "b");
        QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
        consumer.ack(receive(consumer, 1));
        assertEquals(1, consumers().size());
        consumer.close();
        assertEquals(Set.of(), consumers());
    }

    @Test
    void theJanitorRemovesOursThatAreSilentAndHoldNothing() throws Exception {
        server.run("XGROUP", "CREATE", stream, "orderflow", "0", "MKSTREAM");
        for (String name : List.of("orderflow-dead-1.1000", "orderflow-holds-2.600000", "by-hand")) {
            server.run("XGROUP", "CREATECONSUMER", stream, "orderflow", name);
        }
        publish(queue, "held");
        server.run("XREADGROUP", "GROUP", "orderflow", "orderflow-holds-2.600000", "STREAMS", stream, ">");
        RedisQueue tidy = open(builder().deadAfter(Duration.ofMillis(300)));
        QueueConsumer consumer = tidy.openConsumer(LONG_LEASE);
        Eventually.await(
                "the dead one is removed",
                PATIENCE,
                () -> {
                    poll(consumer);
                    return !consumers().contains("orderflow-dead-1.1000");
                },
                () -> consumers().toString());
        assertTrue(
                consumers().containsAll(Set.of("orderflow-holds-2.600000", "by-hand")),
                () -> consumers().toString());
        assertEquals(1, pending(), "still held");
    }

    private static void poll(QueueConsumer consumer) {
        try {
            consumer.receive(1, Duration.ofMillis(10));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Set<String> consumers() {
        Set<String> names = new TreeSet<>();
        for (Object consumer : server.list("XINFO", "CONSUMERS", stream, "orderflow")) {
            names.add(Replies.text(Replies.list(consumer).get(1)));
        }
        return names;
    }

    @Test
    void aNameThatIsNotOursHasTheLeaseOfWhoLooks() throws Exception {
        server.run("XGROUP", "CREATE", stream, "orderflow", "0", "MKSTREAM");
        publish(queue, "a");
        server.run("XREADGROUP", "GROUP", "orderflow", "by-hand", "STREAMS", stream, ">");
        List<Delivery> taken = receive(queue.openConsumer(LEASE), 1);
        assertEquals(1, taken.get(0).deliveriesBefore());
    }

    @Test
    void manyEndedLeasesAreAllTakenOver() throws Exception {
        QueueConsumer dead = queue.openConsumer(LEASE);
        QueueConsumer living = queue.openConsumer(LONG_LEASE);
        String[] texts = new String[1_300];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "m" + i;
        }
        publish(queue, texts);
        List<Delivery> kept = receive(living, 600);
        receive(dead, 700);
        List<Delivery> taken = receive(queue.openConsumer(LONG_LEASE), 700);
        assertEquals(700, Set.copyOf(texts(taken)).size());
        assertEquals(kept, living.renew(kept), "those of the living are not taken");
    }

    @Test
    void anIdleConsumerAsksAFewTimesASecond() throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            consumer.receive(1, Duration.ZERO);
            long before = commands();
            consumer.receive(1, Duration.ofSeconds(2));
            long asked = commands() - before;
            assertTrue(asked <= 24, () -> asked + " commands in 2 s, those inside of scripts included");
        }
    }

    private static long commands() {
        String stats = server.text("INFO", "stats");
        return Long.parseLong(stats.replaceAll("(?s).*total_commands_processed:(\\d+).*", "$1"));
    }

    @Test
    void threadsAndConnectionsEndWithTheQueue() throws Exception {
        publish(queue, "a");
        queue.openConsumer(LEASE).receive(1, Duration.ofMillis(10));
        queue.close();
        Eventually.await(
                "no connection is left",
                PATIENCE,
                () -> !server.text("CLIENT", "LIST").contains("name=orderflow"),
                () -> server.text("CLIENT", "LIST"));
        Eventually.await(
                "no thread is left",
                Duration.ofSeconds(15),
                () -> threads().isEmpty(),
                () -> threads().toString());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("orderflow-redis-"))
                .toList();
    }

    @Test
    void theMessageIsTheValueOfOneField() throws Exception {
        byte[] message = {0, 1, (byte) 0xFF, '\r', '\n'};
        queue.publish(message, PATIENCE);
        List<Object> entry =
                Replies.list(server.list("XRANGE", stream, "-", "+").get(0));
        List<Object> fields = Replies.list(entry.get(1));
        assertEquals("message", Replies.text(fields.get(0)));
        assertArrayEquals(message, (byte[]) fields.get(1));
        assertEquals(2, fields.size());
    }

    @Test
    void aDeliveryOfAnotherConsumerIsTheCallersMistake() throws Exception {
        publish(queue, "a");
        List<Delivery> received = receive(queue.openConsumer(LEASE), 1);
        QueueConsumer other = queue.openConsumer(LEASE);
        assertThrows(IllegalArgumentException.class, () -> other.ack(received));
        other.close();
        assertThrows(IllegalStateException.class, () -> other.receive(1, Duration.ZERO));
    }
}
