package io.orderflow.internal.feed;

import io.orderflow.FeedStart;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.feed.EventReader.Reach;
import io.orderflow.internal.feed.Stretch.Gap;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads events on a connection that others have made, and does what it needs beside that in transactions of its own, on
 * another connection and another thread: the calling one may be in a transaction of the host's. Thread-safe.
 */
final class FeedReads {
    /** How often a number that is missing is looked into before what stands in front of it is all there is now. */
    private static final int LOOKS = 3;

    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    private final FeedRows rows;
    private final EventReader events;
    private final Gaps gaps;
    private final Transactions transactions;

    FeedReads(FeedRows rows, EventReader events, Gaps gaps, Transactions transactions) {
        this.rows = rows;
        this.events = events;
        this.gaps = gaps;
        this.transactions = transactions;
    }

    /** Runs a read, each time on what is committed then. */
    @FunctionalInterface
    interface Look {
        Reach at(long position) throws SQLException;
    }

    /** Reads the next events; none when nothing is new, or something older is still open. */
    Reach next(long position, Look look) throws SQLException {
        int left = LOOKS;
        Reach reach = look.at(position);
        while (reach.events().isEmpty() && reach.more() && (reach.gap().isEmpty() || left > 0)) {
            if (reach.gap().isPresent()) {
                settle(reach.gap().get(), left < LOOKS);
                left--;
            }
            reach = look.at(reach.position());
        }
        return reach;
    }

    private void settle(Gap gap, boolean alone) {
        transactions.run("looks at numbers", List.of(gap), (session, piece) -> {
            session.waitForLocks(LOCK_WAIT);
            return List.of(gaps.settle(session, gap, alone));
        });
    }

    /** Reads the next events as a connection of the host's sees them, under the lock of the feed's row. */
    Reach locked(Connection connection, String name, FeedStart start, int max) throws SQLException {
        OptionalLong position = rows.position(connection, name, true);
        if (position.isEmpty()) {
            make(name, start);
            position = rows.position(connection, name, true);
        }
        long from = position.orElseThrow(() -> new SQLException("the feed " + name + " was deleted"));
        Reach reach = next(from, at -> events.after(connection, at, max));
        if (reach.position() != from) {
            rows.set(connection, name, String.valueOf(reach.position()));
        }
        return reach;
    }

    private void make(String name, FeedStart start) {
        transactions.run("feeds", List.of(name), (session, piece) -> {
            rows.make(session, name, start);
            return piece;
        });
    }
}
