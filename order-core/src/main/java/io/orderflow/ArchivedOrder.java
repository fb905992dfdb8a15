package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * An order as it was when it was archived. Immutable.
 *
 * @param order the order
 * @param changes what was done to it on request, in the order in which it was done
 */
public record ArchivedOrder(Order order, List<ArchivedChange> changes) {
    /** Copies the list. */
    public ArchivedOrder {
        requireNonNull(order, "order");
        changes = List.copyOf(changes);
    }
}
