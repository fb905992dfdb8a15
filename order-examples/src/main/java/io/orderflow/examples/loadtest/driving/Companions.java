package io.orderflow.examples.loadtest.driving;

import io.orderflow.OrderProcessor;
import io.orderflow.examples.loadtest.counting.DatabaseClock;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** What goes on in this process beside the orders, whoever takes and decides them. Used by one thread. */
public final class Companions implements AutoCloseable {
    /** Connections for a feed: its reader's and the one that renews its lease. */
    public static final int FEED_CONNECTIONS = 2;

    private final Confirmer confirmer;
    private final Optional<FeedFollower> feed;

    private Companions(Confirmer confirmer, Optional<FeedFollower> feed) {
        this.confirmer = confirmer;
        this.feed = feed;
    }

    /**
     * Starts what is asked for.
     *
     * @param feed whether a feed is read
     * @param run a name that no other run on this database has
     */
    public static Companions start(OrderProcessor orders, DataSource dataSource, boolean feed, String run)
            throws SQLException {
        return new Companions(
                new Confirmer(orders.changes()),
                feed ? Optional.of(FeedFollower.start(orders, run, DatabaseClock.read(dataSource))) : Optional.empty());
    }

    /** From now on with the orders of this phase. */
    public void join(Phase phase) {
        confirmer.join(phase);
        feed.ifPresent(reader -> reader.join(phase));
    }

    /** Waits until they have done what the phase's orders gave them to do; all verdicts must be there. */
    public void await(Phase phase) {
        confirmer.await(phase);
        feed.ifPresent(reader -> reader.await(phase));
    }

    @Override
    public void close() {
        feed.ifPresent(FeedFollower::close);
    }
}
