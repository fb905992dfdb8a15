package io.orderflow.internal.feed;

import static java.util.Objects.requireNonNull;

import io.orderflow.FeedConfig;
import io.orderflow.FeedHandler;
import io.orderflow.FeedPage;
import io.orderflow.FeedRunner;
import io.orderflow.FeedStart;
import io.orderflow.FeedState;
import io.orderflow.Health;
import io.orderflow.Limits;
import io.orderflow.OrderEvent;
import io.orderflow.OrderFeed;
import io.orderflow.OrderFeeds;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.feed.EventReader.Reach;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.SharedFailures;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The feeds of one processor, and those of them that it reads. Thread-safe. */
public final class JdbcOrderFeeds implements OrderFeeds {
    private final Store store;
    private final Transactions transactions;
    private final VerifiedSessions sessions;
    private final SharedFailures shared;
    private final FeedRows rows;
    private final EventReader events;
    private final Gaps gaps;
    private final FeedReads reads;
    private final List<FeedRun> open = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /**
     * Reads from the tables; starts nothing.
     *
     * @param outages tells the log when the database is away
     */
    public JdbcOrderFeeds(
            Tables tables,
            Store store,
            Transactions transactions,
            VerifiedSessions sessions,
            OrderReader orders,
            Outages outages) {
        this.shared = new SharedFailures(outages.database(), SqlFailure::isOutage, SqlFailure::reason);
        this.store = store;
        this.transactions = transactions;
        this.sessions = sessions;
        this.rows = new FeedRows(tables);
        this.events = new EventReader(tables, orders);
        this.gaps = new Gaps(tables);
        this.reads = new FeedReads(rows, events, gaps, transactions);
    }

    /**
     * One feed. No I/O.
     *
     * @param start where it begins if the database does not know it
     * @throws IllegalArgumentException if the name is none
     */
    public OrderFeed feed(String name, FeedStart start) {
        return new NamedFeed(FeedRows.checked(requireNonNull(name, "name")), requireNonNull(start, "start"));
    }

    /** A feed by its name. */
    private final class NamedFeed implements OrderFeed {
        private final String name;
        private final FeedStart start;

        NamedFeed(String name, FeedStart start) {
            this.name = name;
            this.start = start;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public FeedRunner start(FeedHandler handler) {
            return start(FeedConfig.defaults(), handler);
        }

        @Override
        public FeedRunner start(FeedConfig config, FeedHandler handler) {
            requireNonNull(config, "config");
            requireNonNull(handler, "handler");
            FeedCursor cursor = new FeedCursor(rows, name, start, config.lease());
            FeedRun run = new FeedRun(cursor, events, gaps, sessions, shared, config, handler, open::remove);
            open.add(run);
            if (closed) {
                run.close();
                throw new IllegalStateException("the order processor is closed");
            }
            return run.start();
        }

        @Override
        public List<OrderEvent> poll(Connection connection, int max) throws SQLException {
            checkMax(max);
            if (connection.getAutoCommit()) {
                throw new IllegalArgumentException(
                        "connection must not be in autocommit: the cursor is to move with a transaction");
            }
            Session.refuseFile(connection, "start a handler");
            return reads.locked(connection, name, start, max).events();
        }
    }

    private static void checkMax(int max) {
        if (max < 1 || max > Limits.BATCH_ORDERS) {
            throw new IllegalArgumentException("max must be between 1 and " + Limits.BATCH_ORDERS + ": " + max);
        }
    }

    @Override
    public List<FeedState> list() {
        return store.read("the feeds", handle -> states(handle.getConnection(), Optional.empty()));
    }

    @Override
    public Optional<FeedState> find(String name) {
        Optional<String> one = Optional.of(FeedRows.checked(name));
        return store.read("the feed", handle -> states(handle.getConnection(), one)).stream()
                .findFirst();
    }

    private List<FeedState> states(Connection connection, Optional<String> name) throws SQLException {
        return rows.looks(connection, name).stream().map(FeedLook::state).toList();
    }

    @Override
    public boolean reset(String name, FeedStart start) {
        requireNonNull(start, "start");
        return change(name, session -> rows.set(session.connection(), name, start));
    }

    @Override
    public boolean reset(String name, long position) {
        checkPosition("position", position);
        return change(name, session -> rows.set(session.connection(), name, String.valueOf(position)));
    }

    @Override
    public boolean delete(String name) {
        return change(name, session -> rows.delete(session, name));
    }

    /** A change of a feed's row. */
    @FunctionalInterface
    private interface Change {
        boolean on(Session session) throws SQLException;
    }

    private boolean change(String name, Change change) {
        return transactions
                .run(
                        "feeds",
                        List.of(FeedRows.checked(name)),
                        (session, piece) -> session.transaction(() -> List.of(change.on(session))))
                .get(0);
    }

    @Override
    public FeedPage read(long after, int max) {
        checkPosition("after", after);
        checkMax(max);
        try {
            Reach reach = reads.next(
                    after, at -> store.read("the feed", handle -> events.after(handle.getConnection(), at, max)));
            return new FeedPage(reach.events(), reach.position());
        } catch (SQLException e) {
            throw new IllegalStateException("a read threw what it never throws", e);
        }
    }

    @Override
    public long newest() {
        return store.read("the feed", handle -> rows.newest(handle.getConnection()));
    }

    private static void checkPosition(String name, long position) {
        if (position < 0) {
            throw new IllegalArgumentException(name + " must be 0 or more: " + position);
        }
    }

    /** Something was decided or changed by this process: those that it reads for may look at once. No I/O. */
    public void hint() {
        open.forEach(FeedRun::hint);
    }

    /** What keeps those from their work that this process reads for. No I/O. */
    public List<Health.Check> troubles() {
        return open.stream().flatMap(run -> run.trouble().stream()).toList();
    }

    /** Closes all that are open, and those that would be. */
    public void close() {
        closed = true;
        Closing closing = new Closing();
        open.forEach(run -> closing.then(run::close));
        closing.end();
    }
}
