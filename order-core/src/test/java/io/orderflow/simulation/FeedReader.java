package io.orderflow.simulation;

import io.orderflow.FeedStart;
import io.orderflow.OrderEvent;
import io.orderflow.OrderEvent.Type;
import io.orderflow.OrderFeed;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.feed.JdbcOrderFeeds;
import io.orderflow.internal.loop.Outages;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Somebody in the host who reads a feed now and then, and is behind most of the time. */
final class FeedReader {
    private static final int MOST = 4;
    private static final int ALL = 500;
    private static final int ROUNDS = 200;

    private final Simulation run;
    private final Actor actor = new Actor("feed");
    private final OrderFeed feed;
    private final Map<Long, UUID> told = new HashMap<>();
    private long last;
    private List<OrderEvent> polled = List.of();

    FeedReader(Simulation run) {
        this.run = run;
        HostSide host = run.hostSide();
        JdbcOrderFeeds feeds = new JdbcOrderFeeds(
                host.tables(),
                host.store(),
                host.transactions(),
                host.sessions(),
                host.reader(),
                new Outages(System::nanoTime));
        this.feed = feeds.feed("simulation", FeedStart.BEGINNING);
    }

    /** Reads a few events, and commits that mostly. */
    void act() throws SQLException, InterruptedException {
        act(1 + run.random().nextInt(MOST), run.random().nextInt(4) > 0);
    }

    /** Reads all that is left; nothing is in its way. */
    void readAll() throws SQLException, InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            act(ALL, true);
            if (polled.isEmpty()) {
                return;
            }
        }
        throw new AssertionError("I15: the feed does not come to its end");
    }

    private void act(int most, boolean commits) throws SQLException, InterruptedException {
        polled = List.of();
        run.stage().play(actor, () -> poll(most, commits));
        settle();
    }

    private void poll(int most, boolean commits) {
        try (Connection host = run.dataSource().getConnection()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            polled = feed.poll(host, most);
            run.trace().add("the feed tells " + polled.size() + " events, commit " + commits);
            if (commits) {
                host.commit();
            } else {
                host.rollback();
            }
        } catch (SQLException | StoreUnavailableException e) {
            run.trace().add("the feed could not be read: " + e.getMessage());
        } catch (Death | Stumble e) {
            run.trace().add("the feed could not be read: " + e.getMessage());
            run.bury(actor);
        }
    }

    /** Whether a commit was done whose answer is lost, the cursor tells. */
    private void settle() throws SQLException {
        long cursor = run
                .database()
                .read("SELECT position FROM " + run.database().tables().feed(), row -> row.getLong(1))
                .stream()
                .findFirst()
                .orElse(0L);
        for (OrderEvent event : polled) {
            if (event.position() <= cursor) {
                require(last < event.position(), "I15: told once more, or too late: " + event);
                require(event.order().isPresent(), "I15: told without its order: " + event);
                last = event.position();
                if (event.type() != Type.PARKED && event.type() != Type.REDRIVEN) {
                    told.put(event.position(), event.orderId());
                }
            }
        }
    }

    /**
     * It told every decision, and nothing else (I15).
     *
     * @param decisions all that there are of orders and changes, with the orders
     * @param unread those that may have gone before there was a feed
     */
    void check(Map<Long, UUID> decisions, Set<Long> unread) {
        decisions.forEach((decision, order) -> require(
                order.equals(told.get(decision)) || unread.contains(decision) && !told.containsKey(decision),
                "I15: decision " + decision + " of order " + order + " was told as of " + told.get(decision)));
        told.forEach((decision, order) -> require(
                decisions.containsKey(decision), "I15: there is no decision " + decision + " of order " + order));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }
}
