package io.orderflow.internal.feed;

import io.orderflow.FeedStart;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/**
 * The cursor of a feed in the hands of one reader, and whether it is this reader's turn. Every move asks the database
 * whether it still is: a reader that was held up for longer than its lease moves nothing. One thread reads, another may
 * renew.
 */
final class FeedCursor {
    private final FeedRows rows;
    private final String name;
    private final FeedStart start;
    private final Duration lease;
    private final UUID owner = OrderIds.next();
    private boolean made;
    private long position;
    private volatile boolean mine;
    private volatile long renewedAt;

    FeedCursor(FeedRows rows, String name, FeedStart start, Duration lease) {
        this.rows = rows;
        this.name = name;
        this.start = start;
        this.lease = lease;
    }

    String name() {
        return name;
    }

    Duration lease() {
        return lease;
    }

    /** Whether it is this reader's turn, as far as it knows. */
    boolean isMine() {
        return mine;
    }

    /** Everything up to it was handled here, or before this reader had its turn. */
    long position() {
        return position;
    }

    /** This was handled too; the database is told by the next {@link #move}. */
    void handled(long upTo) {
        position = upTo;
    }

    /**
     * Tries to get the turn, in a transaction of its own. Makes the feed if it is not there when the first reader of
     * this object comes.
     *
     * @throws IllegalStateException if the feed was there and is not any more
     */
    boolean take(Session session) throws SQLException {
        if (!made) {
            rows.make(session, name, start);
            made = true;
        }
        long now = System.nanoTime();
        mine = session.transaction(() -> {
            boolean taken = rows.take(session, name, owner, lease);
            position = rows.position(session.connection(), name, false)
                    .orElseThrow(() -> new IllegalStateException(
                            "the feed " + name + " was deleted; close its reader, or start it anew"));
            return taken;
        });
        renewedAt = now;
        return mine;
    }

    /** Writes how far this reader came and renews its lease, as a part of the caller's transaction. */
    boolean move(Session session) throws SQLException {
        long now = System.nanoTime();
        mine = rows.move(session, name, owner, lease, position);
        renewedAt = now;
        return mine;
    }

    /** Whether the lease should be renewed. */
    boolean isAging() {
        return mine && System.nanoTime() - renewedAt > lease.toNanos() / 3;
    }

    /** Renews the lease in a transaction of its own. */
    void renew(Session session) throws SQLException {
        long now = System.nanoTime();
        if (session.transaction(() -> rows.renew(session, name, owner, lease))) {
            renewedAt = now;
        } else {
            mine = false;
        }
    }

    /** Writes how far this reader came and ends its turn. */
    void leave(Session session) throws SQLException {
        mine = false;
        session.transaction(() -> {
            rows.leave(session, name, owner, position);
            return true;
        });
    }

    /** A query that finds a row if nobody has the turn. */
    String free(Dialect dialect) {
        return rows.free(dialect, name);
    }

    /** A query that finds a row if something came after the position. */
    String news() {
        return rows.news(position);
    }
}
