package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.OrderProcessor;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** What a queue must be able to carry is asked when it is chosen, not when the first large frame is refused. */
class LargestMessageTest {
    private static OrderQueue taking(int bytes) {
        return new ForwardingQueue(InMemoryQueue.builder().build()) {
            @Override
            public int largestMessage() {
                return bytes;
            }
        };
    }

    @Test
    void aQueueThatCanNotCarryTheLargestFrameIsRefusedAtTheDoor() {
        OrderProcessor.Builder builder = OrderProcessor.builder(new JdbcDataSource());
        builder.queue(taking(262_144));
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> builder.queue(taking(262_143)));
        assertEquals("queue must take messages of 262144 bytes: memory takes at most 262143", refusal.getMessage());
    }
}
