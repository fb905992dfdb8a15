package io.orderflow.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is said of a queue of the host's, which says nothing by itself. */
class HostsQueueExaminationTest {
    /** One that tells what a test wants to hear. */
    private record ToldQueue(boolean works, Durability.Level level, long messages) implements OrderQueue {
        @Override
        public String name() {
            return "told";
        }

        @Override
        public PublishResult publish(byte[] message, Duration timeout) {
            throw new AssertionError("an examination publishes nothing");
        }

        @Override
        public QueueConsumer openConsumer(Duration lease) {
            throw new AssertionError("an examination takes nothing");
        }

        @Override
        public OptionalLong depth() {
            return OptionalLong.of(messages);
        }

        @Override
        public Durability durability() {
            return new Durability(level, "so it says");
        }

        @Override
        public int largestMessage() {
            return 1 << 20;
        }

        @Override
        public void check() throws QueueException {
            if (!works) {
                throw new QueueException("it is away");
            }
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private static List<QueueFinding> examine(boolean works, Durability.Level level, long messages) {
        try (OrderQueue queue = new ToldQueue(works, level, messages)) {
            return queue.examine(Duration.ofSeconds(1));
        }
    }

    @Test
    void itIsWhatCheckAndDurabilityAndDepthTell() {
        assertEquals(List.of(), examine(true, Durability.Level.DURABLE, QueueFinding.MANY_MESSAGES));
        assertEquals(
                List.of(QueueFinding.unusable("it is away")), examine(false, Durability.Level.WEAK, Long.MAX_VALUE));
        assertEquals(List.of(QueueFinding.notDurable("so it says")), examine(true, Durability.Level.WEAK, 0));
        assertEquals(
                List.of(QueueFinding.durabilityUnknown("so it says"), QueueFinding.backlog(10_001)),
                examine(true, Durability.Level.UNKNOWN, 10_001));
    }
}
