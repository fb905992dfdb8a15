package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.loop.Doubling;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.SharedFailures;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.internal.loop.Whereabouts;
import io.orderflow.internal.sql.Reading;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Those who wait for a verdict. Workers of this process tell of theirs at once; for all others one thread asks the
 * database for all waiting ids with one statement, every 10 ms at first and every 100 ms when nothing happens.
 * Thread-safe.
 */
public final class OrderWaiters implements AutoCloseable {
    /** The name of the thread that asks the database. */
    public static final String THREAD = "orderflow-await";

    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);

    /** With nobody waiting the thread sleeps until it is woken, or this long. */
    private static final long IDLE = TimeUnit.SECONDS.toNanos(10);

    /** A question that takes longer is worth a word in health. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The wait for an answer; a connection that swallows everything must not end all asking. */
    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(5);

    private final DataSource dataSource;
    private final OrderReader reader;
    private final Map<UUID, Waiting> waiting = new ConcurrentHashMap<>();
    private final Loop loop;
    private volatile boolean closed;
    private final Doubling pauses = new Doubling(2 * SHORTEST, LONGEST);
    private long lastPoll = System.nanoTime() - SHORTEST;

    /** One order and how many wait for it; the count changes under the map's lock of the key. */
    private static final class Waiting {
        final CountDownLatch latch = new CountDownLatch(1);
        private volatile boolean decided;
        private int count = 1;

        Waiting oneMore() {
            count++;
            return this;
        }

        int oneLess() {
            return --count;
        }
    }

    /**
     * Waits on orders of the database.
     *
     * @param outages tells the log when the database is away
     */
    public OrderWaiters(DataSource dataSource, OrderReader reader, Outages outages) {
        this.dataSource = dataSource;
        this.reader = reader;
        this.loop = new Loop(
                THREAD,
                new Waiter(),
                this::poll,
                () -> {},
                new SharedFailures(outages.database(), SqlFailure::isOutage, SqlFailure::reason));
    }

    /** Starts the thread. */
    public void start() {
        loop.start();
    }

    /** Orders have a verdict now. */
    public void decided(Collection<UUID> ids) {
        if (waiting.isEmpty()) {
            return;
        }
        for (UUID id : ids) {
            Waiting entry = waiting.remove(id);
            if (entry != null) {
                entry.decided = true;
                entry.latch.countDown();
            }
        }
    }

    /**
     * Waits until an order is no longer pending.
     *
     * @return false if this was closed before that and before the bound
     * @throws InterruptedException if the thread was interrupted
     */
    public boolean await(UUID id, Duration bound) throws InterruptedException {
        Waiting entry = waiting.compute(id, (key, old) -> old == null ? new Waiting() : old.oneMore());
        loop.wake();
        try {
            // announced before the look: the close either sees this waiter or is seen here
            if (!closed) {
                entry.latch.await(TimeUnit.NANOSECONDS.convert(bound), TimeUnit.NANOSECONDS);
            }
            return !closed || entry.decided;
        } finally {
            waiting.computeIfPresent(id, (key, now) -> now == entry && entry.oneLess() == 0 ? null : now);
        }
    }

    /** What keeps its thread from asking; empty if nothing does. */
    public Optional<String> trouble() {
        return loop.trouble(PATIENCE);
    }

    /** One step of the thread. */
    long poll() throws SQLException {
        if (waiting.isEmpty()) {
            pauses.reset();
            return IDLE;
        }
        // each new waiter wakes the thread; a hundred of them must not be a hundred statements
        long early = SHORTEST - (System.nanoTime() - lastPoll);
        if (early > 0) {
            return early;
        }
        lastPoll = System.nanoTime();
        List<UUID> settled = new ArrayList<>();
        Whereabouts.at("waiting for a database connection");
        try (Reading reading = Reading.open(dataSource, NETWORK_TIMEOUT)) {
            Whereabouts.at("in the database");
            reader.statuses(reading.connection(), waiting.keySet()).forEach((id, status) -> {
                if (!Codes.isUndecided(status)) {
                    settled.add(id);
                }
            });
        }
        decided(settled);
        if (settled.isEmpty()) {
            return pauses.nextNanos();
        }
        pauses.reset();
        return SHORTEST;
    }

    /** Ends the thread and lets everybody go. */
    @Override
    public void close() {
        closed = true;
        loop.stop();
        waiting.values().forEach(entry -> entry.latch.countDown());
        waiting.clear();
    }
}
