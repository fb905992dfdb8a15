package io.orderflow;

/** Which durable place makes an order accepted. */
public enum Acceptance {
    /**
     * The journal (a PENDING row in the database); while the database is away, the queue if it is durable. The default:
     * an order that is journaled survives the loss of the whole queue.
     */
    ROW_JOURNAL,
    /**
     * The queue alone, if it is durable; otherwise the journal, as above. Fastest: the order's row first appears with
     * its verdict, so until then {@link OrderProcessor#find} is empty, and duplicates and conflicts are found at the
     * decision only.
     */
    QUEUE_ONLY
}
