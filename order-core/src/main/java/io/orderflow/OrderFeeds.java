package io.orderflow;

import java.util.List;
import java.util.Optional;

/**
 * The feeds that the database knows, and reads without a cursor. Thread-safe. Each method may throw
 * {@link StoreUnavailableException} when the database cannot be reached or does not answer, or the adjustment time-out
 * is over.
 */
public interface OrderFeeds {
    /** All feeds by name, with how far each was read. */
    List<FeedState> list();

    /** One of them. */
    Optional<FeedState> find(String name);

    /**
     * Moves a feed's cursor; its reader goes on from there. Events that it had passed come again.
     *
     * @return whether there is such a feed
     */
    boolean reset(String name, FeedStart start);

    /**
     * The same to a position.
     *
     * @param position everything up to it counts as done; 0 for the beginning, or the position of an event or a page
     * @return whether there is such a feed
     * @throws IllegalArgumentException if the position is below 0
     */
    boolean reset(String name, long position);

    /**
     * Forgets a feed. A process that still runs it tells of that in its log and health until it is closed.
     *
     * @return whether there was such a feed
     */
    boolean delete(String name);

    /**
     * Reads what happened after a position, for readers that remember their position themselves. As with a feed nothing
     * is passed over.
     *
     * @param after 0 for the beginning, or the position of an event or a page
     * @param max most events, 1 to {@link Limits#BATCH_ORDERS}
     * @throws IllegalArgumentException if one of them is outside its range
     */
    FeedPage read(long after, int max);

    /**
     * The position of the newest number that is committed, whatever it stands for. A reader that remembers a larger one
     * asks another database, or one that lost what it had; or the number is drawn and its transaction is open. Archived
     * orders count.
     */
    long newest();
}
