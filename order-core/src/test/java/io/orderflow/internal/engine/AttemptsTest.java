package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims on orders that are tried apart, and the leases of the claims. */
class AttemptsTest extends DatabaseContract {
    private static final Duration LEASE = Duration.ofMinutes(5);

    private final UUID id = OrderIds.next();
    private Attempts mine;
    private Attempts theirs;
    private Session session;

    @BeforeEach
    void open() {
        mine = new Attempts(shop().tables(), LEASE, UUID.randomUUID());
        theirs = new Attempts(shop().tables(), LEASE, UUID.randomUUID());
        session = shop().session();
    }

    @AfterEach
    void giveBack() {
        // states that a test gave to orders are not the engine's
        shop().execute("UPDATE orderflow_orders SET status = " + Codes.PENDING);
        session.close();
    }

    /** Lets time pass for all claims. */
    private void age(Duration duration) {
        String now = session.dialect().utcNow();
        shop().execute("UPDATE orderflow_attempt SET claimed_at = "
                + session.dialect().utcBefore(duration.toMillis()).replace(now, "claimed_at"));
    }

    private long attempts() {
        return Long.parseLong(
                shop().read("SELECT attempts FROM orderflow_attempt").get(0));
    }

    @Test
    void anAttemptThatEndsLeavesNoTrace() throws SQLException {
        assertEquals(OptionalInt.of(1), mine.begin(session, id, false));
        mine.end(session, List.of(id));
        assertEquals(0, shop().count("orderflow_attempt"));
        assertEquals(OptionalInt.of(1), theirs.begin(session, id, false));
    }

    @Test
    void whoeverIsAliveIsNotCountedAndNobodyElseBegins() throws SQLException {
        assertEquals(OptionalInt.of(1), mine.begin(session, id, false));
        for (int i = 0; i < 10; i++) {
            assertEquals(OptionalInt.empty(), theirs.begin(session, id, false));
        }
        assertEquals(1, attempts());
        mine.end(session, List.of(id));
        assertEquals(OptionalInt.of(1), theirs.begin(session, id, false));
    }

    @Test
    void whoeverTakesOverWaitsForTheLeaseAndCountsOn() throws SQLException {
        assertEquals(OptionalInt.of(1), mine.begin(session, id, false));
        assertEquals(OptionalInt.empty(), theirs.begin(session, id, false));
        age(LEASE.minusSeconds(30));
        assertEquals(OptionalInt.empty(), theirs.begin(session, id, false));
        age(Duration.ofMinutes(1));
        assertEquals(OptionalInt.of(2), theirs.begin(session, id, false));
        assertEquals(OptionalInt.empty(), mine.begin(session, id, false));
        age(LEASE.plusSeconds(1));
        assertEquals(OptionalInt.of(3), mine.begin(session, id, false));
    }

    @Test
    void anOutageDoesNotCount() throws SQLException {
        assertEquals(OptionalInt.of(1), mine.begin(session, id, false));
        assertEquals(OptionalInt.of(1), mine.begin(session, id, true));
        assertEquals(OptionalInt.of(2), mine.begin(session, id, false));
        assertEquals(OptionalInt.of(2), mine.begin(session, id, true));
    }

    @Test
    void anAttemptAgainThatWasNeverWrittenIsTheFirst() throws SQLException {
        assertEquals(OptionalInt.of(1), mine.begin(session, id, true));
    }

    @Test
    void whoeverTriesAgainBeginsHisLeaseAnew() throws SQLException {
        mine.begin(session, id, false);
        age(LEASE.minusSeconds(30));
        assertEquals(OptionalInt.of(1), mine.begin(session, id, true));
        age(Duration.ofMinutes(1));
        assertEquals(OptionalInt.empty(), theirs.begin(session, id, false));
    }

    /** Frozen, or without the database, for longer than its lease, and then it goes on. */
    @Test
    void whoeverWasTakenForDeadAndLivesIsNotCounted() throws SQLException {
        for (int freeze = 0; freeze < 10; freeze++) {
            mine.begin(session, id, false);
            age(LEASE.plusSeconds(1));
            assertEquals(OptionalInt.of(2), theirs.begin(session, id, false));
            if (freeze % 2 == 0) {
                assertEquals(OptionalInt.empty(), mine.begin(session, id, true));
            } else {
                mine.release(session, id);
            }
            assertEquals(1, attempts());
            theirs.release(session, id);
            assertEquals(0, shop().count("orderflow_attempt"));
        }
    }

    @Test
    void anAttemptThatEndedWithoutAVerdictDoesNotCountAndThoseBeforeItDo() throws SQLException {
        mine.begin(session, id, false);
        age(LEASE.plusSeconds(1));
        assertEquals(OptionalInt.of(2), theirs.begin(session, id, false));
        theirs.release(session, id);
        theirs.release(session, id);
        assertEquals(1, attempts());
        assertEquals(OptionalInt.of(2), theirs.begin(session, id, false));
    }

    @Test
    void ofManyThoseAreClaimedThatNobodyTries() throws SQLException {
        UUID dead = UUID.randomUUID();
        UUID theirsNow = UUID.randomUUID();
        List<UUID> ids = List.of(UUID.randomUUID(), dead, theirsNow, UUID.randomUUID());
        new Attempts(shop().tables(), LEASE, UUID.randomUUID()).claim(session, List.of(dead));
        age(LEASE.plusSeconds(1));
        theirs.claim(session, List.of(theirsNow));
        for (int i = 0; i < 2; i++) {
            Attempts.Claims claims = mine.claim(session, ids);
            assertEquals(Set.of(dead), claims.abandoned());
            assertEquals(Set.of(theirsNow), claims.others());
            assertTrue(claims.isMine(ids.get(0)) && claims.isMine(ids.get(3)));
            assertFalse(claims.isMine(dead) || claims.isMine(theirsNow));
        }
        assertEquals(4, shop().count("orderflow_attempt"));
        mine.end(session, ids);
        assertEquals(2, shop().count("orderflow_attempt"));
    }

    @Test
    void claimingAgainBeginsTheLeaseAnew() throws SQLException {
        mine.claim(session, List.of(id));
        age(LEASE.minusSeconds(30));
        mine.claim(session, List.of(id));
        age(Duration.ofMinutes(1));
        assertEquals(Set.of(id), theirs.claim(session, List.of(id)).others());
    }

    @Test
    void claimingManyIsNoAttemptOfOne() throws SQLException {
        mine.claim(session, List.of(id));
        age(LEASE.plusSeconds(1));
        assertEquals(OptionalInt.of(1), theirs.begin(session, id, false));
    }

    @Test
    void onlyOnesOwnClaimsAreEnded() throws SQLException {
        mine.begin(session, id, false);
        theirs.end(session, List.of(id));
        assertEquals(1, shop().count("orderflow_attempt"));
        age(LEASE.plusSeconds(1));
        theirs.begin(session, id, false);
        mine.end(session, List.of(id));
        assertEquals(1, shop().count("orderflow_attempt"));
    }

    @Test
    void allOfOnesClaimsAreEndedAtOnce() throws SQLException {
        mine.claim(session, List.of(UUID.randomUUID(), UUID.randomUUID()));
        theirs.begin(session, id, false);
        mine.endAll(session);
        assertEquals(1, shop().count("orderflow_attempt"));
        assertEquals(OptionalInt.empty(), mine.begin(session, id, false));
    }

    @Test
    void claimsThatOutliveTheirLeaseAreAbandoned() throws SQLException {
        List<OrderEntry> journaled = List.of(order(1, 1, 1), order(1, 1, 1), order(1, 1, 1), order(1, 1, 1));
        shop().journal(journaled);
        List<UUID> old = journaled.subList(0, 3).stream().map(OrderEntry::id).toList();
        mine.claim(session, old);
        age(LEASE.plusSeconds(1));
        theirs.begin(session, journaled.get(3).id(), false);
        assertEquals(Set.copyOf(old), Set.copyOf(theirs.abandoned(session, 10)));
        assertEquals(2, theirs.abandoned(session, 2).size());
        assertEquals(Set.copyOf(old), Set.copyOf(mine.abandoned(session, 10)));
    }

    /** The server's clock was wrong by an hour when it was written. */
    @Test
    void aClaimFromTheFutureIsAbandoned() throws SQLException {
        OrderEntry journaled = order(1, 1, 1);
        shop().journal(List.of(journaled));
        mine.begin(session, journaled.id(), false);
        age(Duration.ofSeconds(-30));
        assertEquals(List.of(), theirs.abandoned(session, 10));
        assertEquals(OptionalInt.empty(), theirs.begin(session, journaled.id(), false));
        age(Duration.ofHours(-1));
        assertEquals(List.of(journaled.id()), theirs.abandoned(session, 10));
        assertEquals(OptionalInt.of(2), theirs.begin(session, journaled.id(), false));
    }

    @Test
    void theClaimOnAnOrderThatOnlyTheQueueHasIsNotAbandoned() throws SQLException {
        mine.begin(session, id, false);
        age(LEASE.plusSeconds(1));
        assertEquals(List.of(), theirs.abandoned(session, 10));
        assertEquals(OptionalInt.of(2), theirs.begin(session, id, false));
    }

    /** Orders of the journal: pending, placed, completed, rejected and parked. */
    private List<UUID> journaled() {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            orders.add(OrderEntry.of(OrderRequest.of(1).line(1, 1).build()));
        }
        shop().journal(orders);
        List<UUID> ids = orders.stream().map(OrderEntry::id).toList();
        List<Integer> states = List.of(Codes.PENDING, Codes.PLACED, Codes.COMPLETED, Codes.REJECTED, Codes.PARKED);
        for (int i = 0; i < 5; i++) {
            status(ids.get(i), states.get(i));
        }
        return ids;
    }

    private void status(UUID order, int status) {
        shop().execute("UPDATE orderflow_orders SET status = " + status + " WHERE id = " + SqlText.id(order));
    }

    @Test
    void whatIsDecidedIsWorthNoClaim() throws SQLException {
        List<UUID> ids = journaled();
        assertEquals(ids, mine.claimUndecided(session, ids));
        assertEquals(2, shop().count("orderflow_attempt"));
        mine.end(session, ids);
        assertEquals(List.of(), mine.claimUndecided(session, ids.subList(2, 5)));
        assertEquals(0, shop().count("orderflow_attempt"));
    }

    @Test
    void ofUndecidedOrdersThoseAreClaimedThatNobodyTries() throws SQLException {
        List<UUID> ids = journaled();
        theirs.claim(session, List.of(ids.get(0)));
        assertEquals(List.of(ids.get(1)), mine.claimUndecided(session, ids.subList(0, 2)));
        assertEquals(List.of(ids.get(1)), mine.claimUndecided(session, ids.subList(0, 2)), "again");
        assertEquals(List.of(), theirs.claimUndecided(session, List.of(ids.get(1))));
        assertEquals(List.of(ids.get(0)), theirs.claimUndecided(session, List.of(ids.get(0))));
    }

    /** Who holds an order's row keeps nobody from claiming it: the transaction that decides leaves it out. */
    @Test
    void claimingWaitsForNoOrder() throws SQLException {
        List<UUID> ids = journaled();
        try (Connection stranger = shop().foreign();
                Statement statement = stranger.createStatement()) {
            statement.executeUpdate("UPDATE orderflow_orders SET status = 1 WHERE id = " + SqlText.id(ids.get(0)));
            assertEquals(ids.subList(0, 2), mine.claimUndecided(session, ids.subList(0, 2)));
            assertEquals(2, shop().count("orderflow_attempt"));
            stranger.rollback();
        }
    }
}
