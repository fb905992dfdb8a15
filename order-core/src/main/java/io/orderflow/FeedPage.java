package io.orderflow;

import java.util.List;

/**
 * Some events in the order of their positions. Immutable.
 *
 * @param events empty if nothing is new
 * @param position where to go on: everything up to it was looked at
 */
public record FeedPage(List<OrderEvent> events, long position) {
    /** Copies the list. */
    public FeedPage {
        events = List.copyOf(events);
    }
}
