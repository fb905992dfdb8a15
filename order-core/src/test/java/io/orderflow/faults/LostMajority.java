package io.orderflow.faults;

import io.orderflow.WritableDataSource;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Eventually;
import java.time.Duration;

/** What a shop does while a cluster of databases has no majority, and after a person has seen to that. */
final class LostMajority {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final int SOME = 20;

    private LostMajority() {}

    /** Nothing is decided meanwhile: what was accepted stays on the queue. */
    static void assertTheQueueAcceptsAlone(TestedShop shop, Load load, InMemoryQueue queue) {
        OrderPauses.awaitOrders(load, System.nanoTime(), SOME, BOUND, shop.orders()::health);
        Eventually.await(
                "what was accepted waits on the queue",
                BOUND,
                () -> queue.depth().orElse(-1) > SOME,
                () -> queue.depth() + " messages");
    }

    /** Orders are accepted, and those that the queue had alone are decided. */
    static void awaitGoingOn(
            String what, TestedShop shop, Load load, InMemoryQueue queue, WritableDataSource writable) {
        long begin = System.nanoTime();
        OrderPauses.awaitOrders(load, begin, SOME, BOUND, writable::writer);
        Eventually.await(
                "nothing waits on the queue for long",
                BOUND,
                () -> queue.depth().orElse(-1) < SOME,
                () -> queue.depth() + " messages, " + shop.orders().health());
        System.out.println(what + ": orders went on at " + writable.writer() + " after "
                + BuyerAnswers.millis(Duration.ofNanos(System.nanoTime() - begin)));
    }
}
