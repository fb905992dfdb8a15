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
     * The journal, where orders that have neither an idempotency key nor an id of the host's are one row for a group of
     * them, and each such order's own row is written once, with its verdict. It keeps what {@link #ROW_JOURNAL} keeps,
     * for less of the database's time. Orders with a key or an id, and urgent ones, are rows, as there. What differs
     * for the others:
     *
     * <ul>
     *   <li>Submitted again after its verdict, such an order is accepted again, and decided once.
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
