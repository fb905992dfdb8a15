package io.orderflow;

/** Which durable place makes an order accepted, and in which form. */
public enum Acceptance {
    /**
     * The journal, where each order is a row of its own from its acceptance on; while the database is away, the queue
     * if it is durable. An order that is journaled survives the loss of the whole queue. {@link OrderProcessor#find}
     * and the like see it in every process, and duplicates and conflicts are found before the answer.
     */
    ROW_JOURNAL,
    /**
     * The journal, where a group of orders is one row, and each order's own row is written once, with its verdict. It
     * keeps what {@link #ROW_JOURNAL} keeps, for less of the database's time unless most orders have keys. What
     * differs:
     *
     * <ul>
     *   <li>An order with an idempotency key, or with an id of the host's that is no UUID of version 7, is looked for
     *       before it is answered, among the rows and among what this process has accepted and not decided. Submitted
     *       at another process while it is undecided, or after a restart of this one, it is accepted again and decided
     *       once; with other content, the second to be decided goes to the dead letters as a conflict.
     *   <li>Any other order that is submitted again after its verdict is accepted again, and decided once.
     *   <li>{@link Order#createdAt} of a decided order is the time of its decision.
     *   <li>{@link OrderProcessor#ordersOf} shows undecided orders of the newest 200 groups.
     * </ul>
     */
    GROUP_JOURNAL,
    /**
     * The queue alone, if it is durable; otherwise the journal, as {@link #ROW_JOURNAL}. The order's row first appears
     * with its verdict, so until then {@link OrderProcessor#find} is empty, and duplicates and conflicts are found at
     * the decision only.
     */
    QUEUE_ONLY
}
