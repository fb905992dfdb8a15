package io.orderflow.examples.loadtest.driving;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.counting.Reply;
import java.util.concurrent.CompletableFuture;

/** The way in for orders. Thread-safe. */
public interface OrderIntake extends AutoCloseable {
    /** Submits and waits for the answer. */
    Reply submit(OrderRequest request);

    /** Submits; the answer comes later, on a thread that must not be kept. */
    CompletableFuture<Reply> submitAsync(OrderRequest request);

    /** Ends what it made itself; orders that wait for their answer may get none. */
    @Override
    default void close() {}

    /** The library, embedded in this process. */
    static OrderIntake of(OrderProcessor orders) {
        return new OrderIntake() {
            @Override
            public Reply submit(OrderRequest request) {
                return Reply.of(orders.submit(request));
            }

            @Override
            public CompletableFuture<Reply> submitAsync(OrderRequest request) {
                return orders.submitAsync(request).thenApply(Reply::of);
            }
        };
    }
}
