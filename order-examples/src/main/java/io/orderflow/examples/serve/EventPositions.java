package io.orderflow.examples.serve;

import io.orderflow.OrderFeeds;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells the positions that no reader can have come to: of another shop, of a database that lost them, or invented. A
 * reader that waits behind one would be told nothing, and pass over what happens until then. Thread-safe.
 */
final class EventPositions {
    /**
     * So many numbers may be drawn and not be visible here yet: their transactions are open, or a node of a cluster is
     * a little behind the one that told them. A position has three digits more.
     */
    private static final long DRAWN = 10_000 * 1_000L;

    private final OrderFeeds feeds;
    private final AtomicLong known = new AtomicLong();

    EventPositions(OrderFeeds feeds) {
        this.feeds = feeds;
    }

    /** Whether the database must be asked about a position. Seldom, after the first time. */
    boolean isNews(long position) {
        return position - DRAWN > known.get();
    }

    /** Why nothing is told after that position. Asks the database if it must. */
    Optional<Problem> refusal(String field, long position) {
        if (!isNews(position)) {
            return Optional.empty();
        }
        long newest = feeds.newest();
        known.accumulateAndGet(newest, Math::max);
        return isNews(position) ? Optional.of(Problem.positionAhead(field, position, newest)) : Optional.empty();
    }
}
