package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import java.sql.SQLException;
import java.time.Duration;
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
        session.close();
    }

    /** Lets time pass for all claims. */
    private void age(Duration duration) {
        String now = session.dialect().utcNow();
        shop().execute("UPDATE orderflow_attempt SET claimed_at = "
                + session.dialect().utcBefore(duration.toMillis()).replace(now, "claimed_at"));
    }

    @Test
    void anAttemptThatEndsLeavesNoTrace() throws SQLException {
        assertEquals(1, mine.begin(session, id, false));
        mine.end(session, List.of(id));
        assertEquals(0, shop().count("orderflow_attempt"));
        assertEquals(1, theirs.begin(session, id, false));
    }

    @Test
    void whoeverGetsTheFrameCountsOnAtOnce() throws SQLException {
        assertEquals(1, mine.begin(session, id, false));
        assertEquals(2, theirs.begin(session, id, false));
        mine.end(session, List.of(id));
        assertEquals(3, mine.begin(session, id, false));
    }

    @Test
    void whoeverTakesOverWaitsForTheLeaseAndCountsOn() throws SQLException {
        assertEquals(1, mine.begin(session, id, false));
        assertEquals(OptionalInt.empty(), theirs.takeOver(session, id, false));
        age(LEASE.minusSeconds(30));
        assertEquals(OptionalInt.empty(), theirs.takeOver(session, id, false));
        age(Duration.ofMinutes(1));
        assertEquals(OptionalInt.of(2), theirs.takeOver(session, id, false));
        assertEquals(OptionalInt.empty(), mine.takeOver(session, id, false));
        age(LEASE.plusSeconds(1));
        assertEquals(OptionalInt.of(3), mine.takeOver(session, id, false));
    }

    @Test
    void anOutageDoesNotCount() throws SQLException {
        assertEquals(1, mine.begin(session, id, false));
        assertEquals(1, mine.begin(session, id, true));
        assertEquals(2, mine.begin(session, id, false));
        assertEquals(OptionalInt.of(2), mine.takeOver(session, id, true));
    }

    @Test
    void anAttemptAgainThatWasNeverWrittenIsTheFirst() throws SQLException {
        assertEquals(1, mine.begin(session, id, true));
    }

    @Test
    void allAreClaimedOrNone() throws SQLException {
        List<UUID> ids = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
        assertTrue(mine.claimAll(session, ids.subList(0, 2)));
        assertFalse(theirs.claimAll(session, ids.subList(1, 3)));
        assertEquals(2, shop().count("orderflow_attempt"));
        mine.end(session, ids);
        assertTrue(theirs.claimAll(session, ids));
    }

    @Test
    void claimingManyIsNoAttemptOfOne() throws SQLException {
        mine.claimAll(session, List.of(id));
        age(LEASE.plusSeconds(1));
        assertEquals(OptionalInt.of(1), theirs.takeOver(session, id, false));
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
        mine.claimAll(session, List.of(UUID.randomUUID(), UUID.randomUUID()));
        theirs.begin(session, id, false);
        mine.endAll(session);
        assertEquals(1, shop().count("orderflow_attempt"));
        assertEquals(OptionalInt.empty(), mine.takeOver(session, id, false));
    }

    @Test
    void claimsThatOutliveTheirLeaseAreAbandoned() throws SQLException {
        List<OrderEntry> journaled = List.of(order(1, 1, 1), order(1, 1, 1), order(1, 1, 1), order(1, 1, 1));
        shop().journal(journaled);
        List<UUID> old = journaled.subList(0, 3).stream().map(OrderEntry::id).toList();
        mine.claimAll(session, old);
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
        assertEquals(OptionalInt.empty(), theirs.takeOver(session, journaled.id(), false));
        age(Duration.ofHours(-1));
        assertEquals(List.of(journaled.id()), theirs.abandoned(session, 10));
        assertEquals(OptionalInt.of(2), theirs.takeOver(session, journaled.id(), false));
    }

    @Test
    void theClaimOnAnOrderThatOnlyTheQueueHasIsNotAbandoned() throws SQLException {
        mine.begin(session, id, false);
        age(LEASE.plusSeconds(1));
        assertEquals(List.of(), theirs.abandoned(session, 10));
        assertEquals(2, theirs.begin(session, id, false));
    }
}
