package io.orderflow.internal.feed;

import io.orderflow.FeedState;
import io.orderflow.Health;
import io.orderflow.internal.sql.Glance;
import io.orderflow.internal.sql.SideGlance;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How far the feeds of the shop are read, whoever reads them, as the database last said: for health, which waits for
 * nobody. When somebody wants to know it and the answer is older than 5 s, a thread of its own asks, one at a time, and
 * the answer is there for who comes later. What a meter has read is an answer too. Thread-safe.
 */
public final class KnownFeeds {
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** A reader that comes after is never so far behind; a killed one has lost its turn by then, with the default. */
    private static final Duration OLD = Duration.ofMinutes(1);

    private final DataSource dataSource;
    private final FeedRows rows;
    private final SideGlance glance;
    private final LongSupplier nanoTime;
    private volatile @Nullable Known known;

    /** What was said, and when that was asked for. */
    private record Known(List<FeedLook> looks, long at) {}

    /**
     * Knows nothing yet. No I/O.
     *
     * @param nanoTime the monotonic time that makes an answer old
     */
    public KnownFeeds(DataSource dataSource, Tables tables, LongSupplier nanoTime) {
        this.dataSource = dataSource;
        this.rows = new FeedRows(tables);
        this.nanoTime = nanoTime;
        this.glance = new SideGlance("orderflow-feeds", dataSource, connection -> {
            long asked = nanoTime.getAsLong();
            learn(rows.looks(connection, Optional.empty()), asked);
            return true;
        });
    }

    /**
     * Asks the database.
     *
     * @throws SQLException if it does not answer
     */
    public List<FeedState> read() throws SQLException {
        long asked = nanoTime.getAsLong();
        List<FeedLook> looks = Glance.at(dataSource, connection -> rows.looks(connection, Optional.empty()));
        learn(looks, asked);
        return looks.stream().map(FeedLook::state).toList();
    }

    /** One that took long has an older answer than what is known. */
    private synchronized void learn(List<FeedLook> looks, long asked) {
        Known last = known;
        if (last == null || asked - last.at() >= 0) {
            known = new Known(looks, asked);
        }
    }

    /** A check for each feed that is a minute behind, as far as is known. No I/O. */
    public List<Health.Check> late() {
        Known last = known;
        return last == null
                ? List.of()
                : last.looks().stream()
                        .filter(look -> look.state().lag().compareTo(OLD) >= 0)
                        .map(KnownFeeds::check)
                        .toList();
    }

    /** The same; where it is old, it is asked for meanwhile. No I/O on the caller's thread. */
    public List<Health.Check> refreshed() {
        Known last = known;
        if (last == null || nanoTime.getAsLong() - last.at() > FRESH.toNanos()) {
            glance.ask();
        }
        return late();
    }

    private static Health.Check check(FeedLook look) {
        FeedState state = look.state();
        String detail = "has not read up to " + state.behind() + " batches, the oldest of "
                + look.since().truncatedTo(ChronoUnit.SECONDS) + ", "
                + state.lag().toSeconds() + " s before this look; "
                + (look.held() ? held(state) : unread(state));
        return new Health.Check("feed-" + state.name(), Health.Status.DEGRADED, detail);
    }

    private static String held(FeedState state) {
        return "a process has its turn, until " + shown(state) + " if it does not renew that, and does not come after:"
                + " look at its log, and for a quicker handler";
    }

    private static String unread(FeedState state) {
        String who = state.leasedUntil().isPresent()
                ? "nobody reads it: the turn of the last reader ended at " + shown(state) + " and was not given back"
                : "nobody reads it: no process has its turn";
        return who + "; start what reads it, or delete the feed if nobody needs it, since the archive waits for it";
    }

    private static String shown(FeedState state) {
        return state.leasedUntil()
                .map(until -> until.truncatedTo(ChronoUnit.SECONDS))
                .map(Instant::toString)
                .orElse("");
    }
}
