package io.orderflow.examples.loadtest.driving;

import io.orderflow.FeedRunner;
import io.orderflow.FeedStart;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import io.orderflow.StoreUnavailableException;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.loadtest.counting.DatabaseClock;
import io.orderflow.examples.loadtest.counting.FeedEvents;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a feed of its own beside the orders, from its start on, and forgets it in the end. The handler does nothing but
 * note what it is told. Thread-safe.
 */
final class FeedFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FeedFollower.class);
    private static final long GLANCE_NANOS = 2_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OrderProcessor orders;
    private final String name;
    private final DatabaseClock clock;
    private final FeedRunner runner;
    /** Events of orders whose id is not known here yet, since the answer is on its way; of others' orders too. */
    private final Deque<Told> early = new ArrayDeque<>();

    private Phase phase;
    private long lastTold = System.nanoTime();

    private record Told(OrderEvent event, long nanos) {}

    private FeedFollower(OrderProcessor orders, String name, DatabaseClock clock) {
        this.orders = orders;
        this.name = name;
        this.clock = clock;
        this.runner = orders.feed(name, FeedStart.NOW).start(this::handle);
    }

    /**
     * Starts to read, and returns when everything that happens from now on will be told.
     *
     * @param name the feed's, which no other has
     * @throws ProgramException if that takes more than a minute
     */
    static FeedFollower start(OrderProcessor orders, String name, DatabaseClock clock) {
        FeedFollower follower = new FeedFollower(orders, name, clock);
        long start = System.nanoTime();
        while (!follower.runner.isReading()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                follower.close();
                throw new ProgramException("the feed could not be read within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(follower, GLANCE_NANOS);
        }
        return follower;
    }

    /** From now on events are noted for the orders of this phase; the ones of others are passed over. */
    synchronized void join(Phase next) {
        next.feed(new FeedEvents());
        phase = next;
    }

    private synchronized void handle(List<OrderEvent> events) {
        long now = System.nanoTime();
        events.forEach(event -> early.add(new Told(event, now)));
        note();
    }

    /** Notes what belongs to an order whose id is known, and forgets what nobody asked for within a minute. */
    private synchronized void note() {
        long now = System.nanoTime();
        early.removeIf(told -> isNoted(told) || now - told.nanos() > PATIENCE.toNanos());
    }

    private boolean isNoted(Told told) {
        OrderEvent event = told.event();
        if (phase == null || !phase.told(event.type(), event.orderId(), clock.since(event.at(), told.nanos()))) {
            return false;
        }
        lastTold = told.nanos();
        return true;
    }

    /** Waits until everything that is known to have happened to the phase's orders was told, and notes what was not. */
    void await(Phase ended) {
        long start = System.nanoTime();
        while (ended.isUntold() && !ended.isGivenUp() && System.nanoTime() - latest(start) < PATIENCE.toNanos()) {
            LockSupport.parkNanos(this, GLANCE_NANOS);
            note();
        }
        ended.feed().orElseThrow().ended(ended.ledger().untold(), Duration.ofNanos(Math.max(0, latest(start) - start)));
    }

    private synchronized long latest(long start) {
        return lastTold - start > 0 ? lastTold : start;
    }

    @Override
    public void close() {
        runner.close();
        try {
            orders.feeds().delete(name);
        } catch (StoreUnavailableException e) {
            LOG.warn("the feed {} is left in the database; the archive waits for it until it is deleted", name, e);
        }
    }
}
