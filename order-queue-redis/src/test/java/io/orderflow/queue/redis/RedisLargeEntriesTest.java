package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Delivery.Oversized;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers' entries that are larger than any of ours, maybe larger than the heap, and many of ours at once. */
final class RedisLargeEntriesTest extends OwnServerTests {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int HUGE = 64 * 1024 * 1024;
    private static final int LARGE = 3 * 1024 * 1024;
    private static final int LARGEST_HASHED = 16 * 1024 * 1024;
    private static final int FRAME = 256 * 1024;

    private final String stream = newStream();
    private final RedisQueue queue = open(RedisQueue.builder(server.uri()).stream(stream));

    private String stranger(String field, int length) {
        return server.text("XADD", stream, "*", field, "x".repeat(length));
    }

    /** Reads first by a script, then plainly. */
    @ParameterizedTest
    @ValueSource(strings = {"message", "payload"})
    void oneThatIsLargerThanOursComesAsItsBeginning(String field) throws Exception {
        stranger(field, LARGE);
        publish(queue, "neighbour");
        int length = field.equals("message") ? LARGE : LARGE + field.length();
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            Oversized first = oversized(consumer, length);
            assertEquals(List.of(), consumer.receive(1, Duration.ZERO));
            stranger(field, LARGE);
            assertEquals(first, oversized(consumer, length), "the same, however it was read");
        }
    }

    /** Around the length at which the script begins to cut, which counts the names of the fields too. */
    @ParameterizedTest
    @ValueSource(strings = {"message", "payload"})
    void oneThatIsBarelyLargerThanOursIsNoneOfOursEither(String field) throws Exception {
        int length = StreamEntry.LARGEST + 20;
        int value = field.equals("message") ? length : length - field.length();
        stranger(field, value);
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            Oversized first = oversized(consumer, length);
            stranger(field, value);
            assertEquals(first, oversized(consumer, length), "the same, however it was read");
        }
    }

    @Test
    void manyAreLookedAtByTheServerInPieces() throws Exception {
        int length = 5 * 1024 * 1024;
        for (int i = 0; i < 12; i++) {
            stranger("message", length);
        }
        Eventually.await("all came", LONG, () -> isEmptyAfterALook(4), () -> queue.depth() + " are left");
    }

    /** It keeps its id, also when it is given back; another one has another id. */
    @ParameterizedTest
    @ValueSource(strings = {"message", "payload"})
    void oneThatIsTooLargeToBeHashedIsKnownByItsId(String field) throws Exception {
        stranger(field, LARGEST_HASHED + 1);
        stranger(field, LARGEST_HASHED + 1);
        Set<Oversized> known = new HashSet<>();
        Eventually.await("all came", LONG, () -> isEmptyAfterBeingGivenBack(known), () -> queue.depth() + " are left");
        assertEquals(2, known.size(), "one for each, however often it came");
    }

    private boolean isEmptyAfterBeingGivenBack(Set<Oversized> known) {
        look(consumer -> consumer.receive(1, PATIENCE)
                .forEach(one -> known.add(one.oversized().orElseThrow())));
        look(consumer -> {
            List<Delivery> some = consumer.receive(1, PATIENCE);
            some.forEach(one -> known.add(one.oversized().orElseThrow()));
            consumer.ack(some);
        });
        return queue.depth().equals(OptionalLong.of(0));
    }

    private boolean isEmptyAfterALook(int most) {
        look(consumer -> {
            List<Delivery> some = consumer.receive(128, PATIENCE);
            // 16 MiB of them count for as much as is sent at once
            assertTrue(some.size() <= most, some.size() + " in one look");
            consumer.ack(some);
        });
        return queue.depth().equals(OptionalLong.of(0));
    }

    private interface Look {
        void at(QueueConsumer consumer) throws QueueException, InterruptedException;
    }

    /** As a worker reads: an answer that a busy machine gives too late comes again with the next consumer. */
    private void look(Look look) {
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            look.at(consumer);
        } catch (QueueException e) {
            System.out.println("in vain: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Oversized oversized(QueueConsumer consumer, int length) throws Exception {
        List<Delivery> received = receive(consumer, 1);
        Delivery delivery = received.get(0);
        Oversized whole = delivery.oversized().orElseThrow();
        assertEquals(length, whole.length());
        assertEquals(4 * 1024, delivery.body().length);
        consumer.ack(received);
        consumer.ack(consumer.receive(10, Duration.ZERO));
        assertEquals(OptionalLong.of(0), queue.depth());
        return whole;
    }

    @Test
    void ourMessageInALargeEntryIsRead() throws Exception {
        server.run("XADD", stream, "*", "message", "ours", "payload", "x".repeat(LARGE));
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            List<Delivery> received = receive(consumer, 1);
            assertEquals(List.of("ours"), texts(received));
            consumer.release(received);
            assertEquals(List.of("ours"), texts(receive(consumer, 1)));
        }
    }

    @Test
    void whatIsGivenBackIsNotCopied() throws Exception {
        String id = stranger("payload", LARGE);
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            for (int i = 0; i < 3; i++) {
                List<Delivery> received = receive(consumer, 1);
                assertEquals(i, received.get(0).deliveriesBefore());
                consumer.release(received);
            }
        }
        receive(queue.openConsumer(LONG_LEASE), 1);
        assertEquals(id, lastId(), "no other entry was added");
    }

    private String lastId() {
        List<Object> newest = server.list("XREVRANGE", stream, "+", "-", "COUNT", "1");
        return Replies.text(Replies.list(newest.get(0)).get(0));
    }

    @Test
    void oneReadBringsAsManyBytesAsASmallHeapCanHold() throws Exception {
        byte[] frame = new byte[FRAME];
        for (int i = 0; i < 60; i++) {
            publish(queue, frame);
        }
        try (QueueConsumer dead = queue.openConsumer(LEASE)) {
            receiveAll(dead, 60);
        }
        try (QueueConsumer consumer = queue.openConsumer(LONG_LEASE)) {
            receiveAll(consumer, 60);
        }
    }

    /** None twice, so that none of them is acked or released meanwhile. */
    private static void receiveAll(QueueConsumer consumer, int count) throws Exception {
        List<Delivery> all = new ArrayList<>();
        while (all.size() < count) {
            List<Delivery> some = consumer.receive(128, PATIENCE);
            assertTrue(some.size() * FRAME <= 5 * 1024 * 1024, () -> some.size() + " frames in one read");
            assertTrue(!some.isEmpty(), () -> "only " + all.size() + " came");
            all.addAll(some);
        }
    }

    @Test
    void oneThatTheHeapCanNotHoldHoldsUpNobody() throws Exception {
        try (JavaProcess reader = JavaProcess.start(List.of("-Xmx32m"), SmallHeapReader.class, server.uri(), stream)) {
            reader.awaitLine("open", LONG);
            stranger("payload", HUGE);
            publish(queue, "ours");
            String length = Integer.toString(HUGE + "payload".length());
            reader.awaitLine("came " + length, LONG);
            reader.awaitLine("came 4", LONG);
            awaitEmpty(reader);
        }
    }

    @Test
    void manyOfOursAreReadByASmallHeap() throws Exception {
        byte[] frame = new byte[FRAME];
        for (int i = 0; i < 128; i++) {
            publish(queue, frame);
        }
        try (JavaProcess reader = JavaProcess.start(List.of("-Xmx24m"), SmallHeapReader.class, server.uri(), stream)) {
            awaitEmpty(reader);
            assertEquals(
                    List.of(),
                    reader.lines().stream()
                            .filter(line -> line.startsWith("failed") && line.contains("heap"))
                            .toList());
        }
    }

    private void awaitEmpty(JavaProcess reader) {
        Eventually.await(
                "all are acked",
                LONG,
                () -> queue.depth().equals(OptionalLong.of(0)),
                () -> queue.depth() + " in the stream, the reader says " + reader.lines());
    }
}
