package io.orderflow.internal.codec;

import java.util.List;

/**
 * A group of orders that travels as one queue message.
 *
 * @param createdMillis when the frame was made, by the clock of the process that made it, in milliseconds since 1970
 * @param entries the orders, 1 or more; the same id may appear twice, as in any redelivery
 */
public record Frame(long createdMillis, List<OrderEntry> entries) {
    /** Copies the list. */
    public Frame {
        entries = List.copyOf(entries);
    }
}
