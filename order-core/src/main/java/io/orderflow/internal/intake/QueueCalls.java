package io.orderflow.internal.intake;

import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The calls of the queue, but for the question of its durability, see {@link DurabilityGate}. Used by the publisher's
 * thread alone (A5).
 */
final class QueueCalls {
    private final OrderQueue queue;
    private final Frames frames;
    private final Duration timeout;

    /**
     * Starts without a call.
     *
     * @param frames how orders become a message
     * @param timeout longest wait for the answer to one message
     */
    QueueCalls(OrderQueue queue, Frames frames, Duration timeout) {
        this.queue = queue;
        this.frames = frames;
        this.timeout = timeout;
    }

    /** Why it does not answer; empty if it does. */
    Optional<String> probe() {
        try {
            queue.check();
            return Optional.empty();
        } catch (QueueException | RuntimeException e) {
            // an adapter's bug must not keep the publisher from the line
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Publishes the entries as one message. */
    PublishResult publish(List<OrderEntry> entries) throws InterruptedException {
        byte[] message = frames.write(entries);
        try {
            return queue.publish(message, timeout);
        } catch (RuntimeException e) {
            return PublishResult.unknown("publishing threw " + e);
        }
    }
}
