package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * An order's life as the database has it. Immutable. Nobody writes down when an order was sent to the queue and when a
 * worker received it, so that is in none of its parts. Of an archived order the changes are gone, and its decision may
 * be.
 *
 * @param order the order; {@link Order#createdAt} is when it was accepted
 * @param events what happened to it since, oldest first
 * @param waiting how it waits; present while it has no verdict
 * @param deadLetters what was set aside about it and is still there, newest first, 500 at most
 */
public record OrderTimeline(
        Order order, List<OrderEvent> events, Optional<WaitingOrder> waiting, List<DeadLetter> deadLetters) {
    /** Copies the lists. */
    public OrderTimeline {
        requireNonNull(order, "order");
        events = List.copyOf(events);
        requireNonNull(waiting, "waiting");
        deadLetters = List.copyOf(deadLetters);
    }
}
