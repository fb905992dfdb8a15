package io.orderflow.queue;

import java.time.Duration;
import java.util.List;

/**
 * Receives messages and settles them (Q4 to Q9). Not thread-safe: one thread uses it from
 * {@link OrderQueue#openConsumer} to {@link #close}.
 */
public interface QueueConsumer extends AutoCloseable {
    /**
     * Takes up to {@code max} messages; waits for the first one up to {@code wait}, then returns what is there.
     *
     * @param max most messages, at least 1
     * @param wait longest wait, however long; zero looks once
     * @return what was taken, maybe nothing
     * @throws IllegalArgumentException if {@code max} is below 1 or the wait below zero
     * @throws QueueException if the queue cannot be reached; what is held stays held until its lease ends
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException;

    /**
     * Removes messages for good.
     *
     * @throws QueueException if that could not be done; they may be delivered again
     */
    void ack(List<Delivery> deliveries) throws QueueException;

    /**
     * Gives messages back, to be delivered again, to anybody, soon.
     *
     * @throws QueueException if that could not be done; they are delivered again when their lease ends
     */
    void release(List<Delivery> deliveries) throws QueueException;

    /**
     * Starts the lease of held messages anew. Asks the store, so that what it returns was held a moment ago.
     *
     * @return those that are still held; the others may be with another consumer by now
     * @throws QueueException if the queue cannot be reached
     */
    List<Delivery> renew(List<Delivery> deliveries) throws QueueException;

    /** Gives back what is held, as far as that is possible, and ends the consumer. Never throws, idempotent. */
    @Override
    void close();
}
