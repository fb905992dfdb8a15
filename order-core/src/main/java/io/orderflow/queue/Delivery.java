package io.orderflow.queue;

/**
 * One message that a consumer holds. Belongs to the consumer that returned it, and is used on that consumer's thread only.
 * Adapters implement it with whatever they need to settle the message.
 */
public interface Delivery {
    /** The message's bytes, as published. Not copied; nobody changes them. */
    byte[] body();

    /** How often this message was delivered before, as far as the queue knows; 0 for the first time. A hint, never proof. */
    int deliveriesBefore();
}
