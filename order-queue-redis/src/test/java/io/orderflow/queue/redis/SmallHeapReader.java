package io.orderflow.queue.redis;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.List;

/** A process that reads a stream as a worker does, for ever, and says what came. Arguments: address, stream. */
final class SmallHeapReader {
    private SmallHeapReader() {}

    public static void main(String[] arguments) throws Exception {
        RedisQueue queue = RedisQueue.builder(arguments[0]).stream(arguments[1]).build();
        while (true) {
            try (QueueConsumer consumer = queue.openConsumer(Duration.ofMinutes(10))) {
                System.out.println("open");
                while (true) {
                    List<Delivery> received = consumer.receive(128, Duration.ofSeconds(1));
                    for (Delivery delivery : received) {
                        int length = delivery.oversized()
                                .map(Delivery.Oversized::length)
                                .orElse(delivery.body().length);
                        System.out.println("came " + length);
                    }
                    consumer.ack(received);
                }
            } catch (QueueException e) {
                System.out.println("failed " + e.getMessage());
            }
        }
    }
}
