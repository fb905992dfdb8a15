package io.orderflow.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.FeedStart;
import io.orderflow.Health;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What health knows of feeds, and what that costs. */
class KnownFeedsTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final AtomicLong nanos = new AtomicLong();
    private KnownFeeds known;

    @BeforeEach
    void aFeedThatHasReadAll() throws SQLException {
        known = new KnownFeeds(shop().dataSource(), shop().tables(), nanos::get);
        shop().inventory().define(1, 10, 100, "product 1");
        shop().wallets().open(1, 1_000, "wallet 1");
        try (Connection host = shop().foreign()) {
            shop().feeds().feed("shipping", FeedStart.NOW).poll(host, 1);
            host.commit();
        }
    }

    private void happened(int secondsAgo) {
        shop().decide(List.of(order(1, 1, 1)));
        shop().decide(List.of(order(1, 1, 1)));
        shop().execute("UPDATE orderflow_batch SET decided_at = TIMESTAMPADD(SECOND, -" + secondsAgo + ", decided_at)");
    }

    private void leased(String until) {
        shop().execute("UPDATE orderflow_feed SET owner = X'0102030405060708090A0B0C0D0E0F10', leased_until = "
                + until);
    }

    private String late() throws SQLException {
        known.read();
        List<Health.Check> checks = known.late();
        assertEquals(1, checks.size(), checks::toString);
        assertEquals("feed-shipping", checks.get(0).name());
        assertEquals(Health.Status.DEGRADED, checks.get(0).status());
        return checks.get(0).detail();
    }

    private static void assertSays(String detail, String... words) {
        for (String word : words) {
            assertTrue(detail.contains(word), () -> word + " is not in: " + detail);
        }
    }

    @Test
    void whatNobodyReadsIsNamed() throws SQLException {
        happened(506);
        assertSays(
                late(),
                "up to 2 batches, the oldest of 20",
                "Z, 50",
                "nobody reads it: no process has its turn",
                "start what reads it, or delete the feed if nobody needs it, since the archive waits for it");
    }

    @Test
    void whoseReaderDiedIsTold() throws SQLException {
        happened(506);
        leased("'2026-01-31 12:00:00.5'");
        assertSays(
                late(),
                "nobody reads it: the turn of the last reader ended at 2026-01-31T12:00:00Z and was not given back",
                "start what reads it");
    }

    @Test
    void whoHasItsTurnAndDoesNotComeAfterIsTold() throws SQLException {
        happened(506);
        try (Connection connection = shop().foreign()) {
            leased(Dialect.of(connection).utcAfter(60_000));
        }
        String detail = late();
        assertSays(detail, "a process has its turn, until 20", "and does not come after: look at its log");
        assertTrue(!detail.contains("nobody reads"), detail);
    }

    /** A turn that ends later than any was ever given is nobody's: a clock was wrong. */
    @Test
    void aTurnFromAWrongClockIsNobodys() throws SQLException {
        happened(506);
        leased("'2099-01-31 12:00:00'");
        assertSays(late(), "nobody reads it");
    }

    @Test
    void whatIsAMomentBehindIsWell() throws SQLException {
        known.read();
        assertEquals(List.of(), known.late(), "nothing to read");
        happened(30);
        known.read();
        assertEquals(List.of(), known.late());
    }

    @Test
    void aLookAsksOnceInFiveSecondsAndWaitsForNobody() {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        happened(506);
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.contains("leased_until")) {
                asked.incrementAndGet();
                FeedTest.await(goOn);
            }
        });
        assertEquals(List.of(), known.refreshed(), "asked for by nobody before");
        Eventually.await("it is asked for", BOUND, () -> asked.get() == 1, asked::toString);
        // the server hangs, and each look returns
        assertEquals(List.of(), known.refreshed());
        assertEquals(List.of(), known.refreshed());
        goOn.countDown();
        Eventually.await("it is told", BOUND, () -> known.late().size() == 1, () -> "it is not");
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        for (int i = 0; i < 1_000; i++) {
            assertEquals(1, known.refreshed().size());
        }
        awaitNothingOpen();
        assertEquals(1, asked.get());
        nanos.incrementAndGet();
        Eventually.await(
                "it is asked for again", BOUND, () -> known.refreshed().size() == asked.get() - 1, asked::toString);
        awaitNothingOpen();
    }

    /** What was asked is known before the thread that asked gives its connection back. */
    private void awaitNothingOpen() {
        Eventually.await("nothing is open", BOUND, () -> shop().dataSource().openConnections() == 0, () -> "open");
    }

    @Test
    void whatWasKnownStaysWhileTheDatabaseIsAway() throws SQLException {
        happened(506);
        String before = late();
        AtomicInteger asked = new AtomicInteger();
        shop().dataSource().setPlan((step, sql) -> {
            asked.incrementAndGet();
            throw FaultPlan.lost(step);
        });
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertEquals(before, known.refreshed().get(0).detail());
        Eventually.await("it was asked for", BOUND, () -> asked.get() > 0, asked::toString);
        awaitNothingOpen();
        assertEquals(before, known.late().get(0).detail());
    }
}
