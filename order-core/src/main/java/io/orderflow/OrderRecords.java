package io.orderflow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Reads for those who look after a shop: its support, and the person on duty. They go through an index, hold no row and
 * change nothing. Thread-safe. Each method throws {@link StoreUnavailableException} when the database cannot be reached
 * or does not answer.
 *
 * <p>What the queue alone has accepted is not in the database before its decision, and so in none of these.
 */
public interface OrderRecords {
    /**
     * Everything that the database knows of an order's life. Several statements, and not one snapshot: what happens
     * meanwhile may be in a later part and not in an earlier one.
     *
     * <p>Where it was parked and brought back is searched in the batches from its acceptance to its decision, by their
     * primary key. So it takes the longer the longer the order waited.
     *
     * @return empty when the database does not know the order
     */
    Optional<OrderTimeline> timeline(UUID id);

    /**
     * The orders that were decided last, latest decision first. No index is by status or by kind: with statuses all
     * orders are read and the others left out, and so are adjustments that came between them. About 10,000 orders and
     * adjustments are read for a page at most. So a page may have fewer orders than it may have, also none, and a next
     * one. Archived orders are left out.
     *
     * @param statuses those to list; all when it is empty. Without a decision is none: see {@link #waiting}
     * @throws IllegalArgumentException if {@code page.after()} is not the {@code next} of such a page, or a status is
     *     {@link OrderStatus#PENDING}, {@link OrderStatus#PARKED} or {@link OrderStatus#ARCHIVED}
     */
    Page<Order> latest(Set<OrderStatus> statuses, PageRequest page);

    /**
     * The orders that were decided in a time, in the order of their decision numbers, as they are now. A caller that
     * asks page by page reads any number of them in little memory. It is not one snapshot, and waits for nobody: an
     * order that is being decided meanwhile may be left out, also one with a lower number than others that are told.
     * Archived orders are left out. Beside them a page reads no more orders than it has.
     *
     * @param from the first moment, by the database's clock
     * @param until the first moment that is too late
     * @param page what comes after a page has the times of that page
     * @throws IllegalArgumentException if {@code page.after()} is not the {@code next} of such a page
     */
    Page<Order> decidedBetween(Instant from, Instant until, PageRequest page);

    /**
     * The orders with a row whose id begins with these digits, by their ids. One that only a group of the journal has
     * is not among them until it is decided.
     *
     * @param digits 4 to 32 hexadecimal digits, with or without the hyphens of an id
     * @param most how many at most, 1 to {@link PageRequest#LARGEST}
     * @throws IllegalArgumentException if one of them is outside its range
     */
    List<Order> withIdPrefix(String digits, int most);

    /**
     * Orders without a verdict, those that have waited longest first; also those that are parked.
     *
     * @param olderThan only those that have waited longer, by the database's clock; 0 for all
     * @param most how many at most, 1 to {@link PageRequest#LARGEST}
     * @throws IllegalArgumentException if {@code olderThan} is negative or longer than 100 years, or {@code most} is
     *     outside its range
     */
    List<WaitingOrder> waiting(Duration olderThan, int most);

    /**
     * How the shop does, by seven statements and two more for each 500 orders of the oldest that groups of the journal
     * name, up to {@link OrderPulse#MOST_WAITING} of each kind. They read no more than the newest
     * {@link OrderPulse#MOST_BATCHES} batches since that position. The larger the backlog, the more they read: 16 bytes
     * for each order.
     *
     * @param after the position of the pulse before; empty for the first one, which has nothing decided
     * @throws IllegalArgumentException if the position is below 0
     */
    OrderPulse pulse(OptionalLong after);
}
