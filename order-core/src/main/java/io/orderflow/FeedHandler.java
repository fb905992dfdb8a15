package io.orderflow;

import java.util.List;

/** The host's code that works on what a feed tells. Called by one thread at a time in all processes. */
@FunctionalInterface
public interface FeedHandler {
    /**
     * Works on some events. When it returns, they are done: the cursor moves behind them. When it throws, the same
     * events come again after a pause, with those that came meanwhile. They may also come again when the process dies,
     * or when the database cannot be reached before the cursor was moved. So it must be safe to repeat;
     * {@link OrderEvent#position} tells what was seen before.
     *
     * <p>A handler that waits for something and is told that the host ends throws a
     * {@link java.util.concurrent.CancellationException}. That is no failure in log and health; the events come again
     * after a pause, or to whoever reads next.
     *
     * @param events 1 or more in the order of their positions
     * @throws Exception if they are not done
     */
    void handle(List<OrderEvent> events) throws Exception;
}
