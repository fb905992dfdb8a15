package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What recovery finds in the journal, and what it takes out of the table that it searches. */
class PendingOrdersTest extends DatabaseContract {
    private final List<UUID> ids = new ArrayList<>();
    private PendingOrders pending;
    private Session session;

    /** Ten orders, the first 10 minutes old, the next 9 minutes and so on. */
    @BeforeEach
    void journal() {
        pending = new PendingOrders(shop().tables());
        session = shop().session();
        for (int i = 0; i < 10; i++) {
            OrderEntry order = order(1, 1, 1);
            ids.add(order.id());
            shop().journal(List.of(order));
            created(order.id(), (10 - i) * 60_000);
        }
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    /** Of the group that begins with the order. */
    private void created(UUID first, long millisAgo) {
        shop().execute("UPDATE orderflow_pending SET created_at = "
                + session.dialect().utcBefore(millisAgo) + " WHERE SUBSTRING(orders, 1, 16) = " + SqlText.id(first));
    }

    /** Their wallet does not exist, so that they are rejected. */
    private void decide(List<UUID> orders) throws SQLException {
        new Engine(shop().tables(), step -> {}).recover(session, orders);
    }

    private void park(UUID id) throws SQLException {
        new DeadLetters(shop().tables())
                .park(session, id, new DeadLetters.Parking(DeadLetterReason.POISON, "a test", 3));
    }

    @Test
    void theOldestComeFirstUpToTheLimit() throws SQLException {
        assertEquals(ids.subList(0, 3), olderThan(Duration.ZERO, 3));
        assertEquals(ids, olderThan(Duration.ZERO, 100));
    }

    /** More orders than are looked at together. */
    @Test
    void theLimitHoldsForAllThatASearchFinds() throws SQLException {
        for (int i = 0; i < 6; i++) {
            shop().journal(orders(500));
        }
        assertEquals(2_300, olderThan(Duration.ZERO, 2_300).size());
    }

    /** More of one moment than are read at a time. */
    @Test
    void ofGroupsOfOneMomentNoneIsPassedOver() throws SQLException {
        List<UUID> all = new ArrayList<>(ids);
        for (int i = 0; i < PendingGroups.PAGE; i++) {
            OrderEntry order = order(1, 1, 1);
            all.add(order.id());
            shop().journal(List.of(order));
        }
        shop().execute("UPDATE orderflow_pending SET created_at = "
                + session.dialect().utcNow());
        assertEquals(Set.copyOf(all), Set.copyOf(olderThan(Duration.ZERO, 1_000)));
    }

    @Test
    void noStatementAsksForMoreOrdersThanABatchHas() throws SQLException {
        for (int i = 0; i < 3; i++) {
            List<OrderEntry> group = orders(300);
            shop().journal(group);
            decide(group.stream().map(OrderEntry::id).toList());
        }
        AtomicLong most = new AtomicLong();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.contains(" FROM orderflow_orders")) {
                most.accumulateAndGet(sql.split("x'", -1).length - 1, Math::max);
            }
        });
        assertEquals(ids, olderThan(Duration.ZERO, 1_000));
        assertEquals(10, shop().count("orderflow_pending"));
        assertTrue(most.get() >= 300 && most.get() <= SqlText.PIECE, () -> most + " ids in one statement");
    }

    @Test
    void theOldestTellsHowLongItHasWaited() throws SQLException {
        Duration waited = new OldestPending(shop().tables()).age(session);
        assertEquals(10, waited.toMinutes(), waited::toString);
        park(ids.get(0));
        assertEquals(9, new OldestPending(shop().tables()).age(session).toMinutes());
        shop().execute("UPDATE orderflow_pending SET kind = 1 WHERE orders = " + SqlText.id(ids.get(1)));
        assertEquals(9, new OldestPending(shop().tables()).age(session).toMinutes());
        decide(ids.subList(1, 10));
        assertEquals(Duration.ZERO, new OldestPending(shop().tables()).age(session));
    }

    @Test
    void youngOrdersAreLeftToTheQueue() throws SQLException {
        assertEquals(ids.subList(0, 5), olderThan(Duration.ofSeconds(330), 100));
        assertEquals(List.of(), olderThan(Duration.ofHours(1), 100));
    }

    @Test
    void anOrderFromTheFutureCountsAsOldAndADriftDoesNot() throws SQLException {
        created(ids.get(7), -3_600_000);
        created(ids.get(8), -5_000);
        assertEquals(List.of(ids.get(7)), olderThan(Duration.ofHours(1), 100));
    }

    @Test
    void whatIsFromTheFutureIsFoundBehindManyThatAreYoung() throws SQLException {
        created(ids.get(7), -3_600_000);
        for (int i = 0; i < 3; i++) {
            shop().journal(orders(500));
        }
        for (int i = 0; i < 600; i++) {
            OrderEntry order = order(1, 1, 1);
            shop().journal(List.of(order));
        }
        assertEquals(List.of(ids.get(7)), olderThan(Duration.ofHours(1), 100));
    }

    @Test
    void decidedPlacedAndClaimedOrdersAreLeftOut() throws SQLException {
        shop().execute("UPDATE orderflow_pending SET kind = 1 WHERE orders = " + SqlText.id(ids.get(1)));
        new Attempts(shop().tables(), Duration.ofMinutes(1), UUID.randomUUID())
                .claim(session, List.of(ids.get(0), ids.get(2)));
        decide(ids.subList(3, 4));
        assertEquals(ids.subList(4, 10), olderThan(Duration.ZERO, 100));
        assertEquals(List.of(ids.get(1)), pending.placed(session, id -> false, 100));
    }

    @Test
    void knownOrdersDoNotCount() throws SQLException {
        List<UUID> known = ids.subList(0, 4);
        assertEquals(
                ids.subList(4, 6),
                pending.overdue(session, new PendingOrders.Wanted(Duration.ZERO, known::contains, 2, false)));
    }

    @Test
    void aGroupGoesWhenAllOfItsOrdersAreDecidedAndNotBefore() throws SQLException {
        List<OrderEntry> group = orders(500);
        shop().journal(group);
        List<UUID> inGroup = group.stream().map(OrderEntry::id).toList();
        decide(inGroup.subList(0, 300));
        decide(inGroup.subList(301, 500));
        assertEquals(List.of(inGroup.get(300)), olderThan(Duration.ZERO, 1_000).subList(10, 11));
        assertEquals(11, shop().count("orderflow_pending"));
        park(inGroup.get(300));
        assertEquals(ids, olderThan(Duration.ZERO, 1_000));
        assertEquals(10, shop().count("orderflow_pending"));
        decide(ids);
        assertEquals(List.of(), olderThan(Duration.ofHours(1), 1_000));
        assertEquals(0, shop().count("orderflow_pending"));
    }

    /** A proxy may read an order where its row has not arrived yet. */
    @Test
    void aGroupStaysWhileTheRowOfOneOfItsOrdersIsNotSeen() throws SQLException {
        StringBuilder both = new StringBuilder("x'");
        SqlText.digits(both, ids.get(0));
        SqlText.digits(both, order(1, 1, 1).id());
        shop().execute("UPDATE orderflow_pending SET orders = " + both + "' WHERE orders = " + SqlText.id(ids.get(0)));
        decide(ids.subList(0, 1));
        assertEquals(ids.subList(1, 10), olderThan(Duration.ZERO, 1_000));
        assertEquals(10, shop().count("orderflow_pending"));
        shop().execute("UPDATE orderflow_pending SET orders = " + SqlText.id(ids.get(0)) + " WHERE orders = " + both
                + "'");
        assertEquals(ids.subList(1, 10), olderThan(Duration.ZERO, 1_000));
        assertEquals(9, shop().count("orderflow_pending"));
    }

    /** Else the table would grow for as long as somebody holds a row that old orders need. */
    @Test
    void whatIsDecidedBehindOrdersThatWaitGoesToo() throws SQLException {
        for (int i = 0; i < 5; i++) {
            shop().journal(orders(500));
        }
        OrderEntry behind = order(1, 1, 1);
        shop().journal(List.of(behind));
        decide(List.of(behind.id()));
        olderThan(Duration.ofHours(1), 100);
        assertEquals(16, shop().count("orderflow_pending"));
        pending.overdue(session, new PendingOrders.Wanted(Duration.ofHours(1), id -> false, 100, true));
        assertEquals(15, shop().count("orderflow_pending"));
    }

    /** Each is a group of its own when a host placed it, and thousands may need a row that somebody holds. */
    @Test
    void whatIsDueIsFoundBehindAnyNumberOfKnownOnes() throws SQLException {
        String rows = IntStream.range(0, 6_000)
                .mapToObj(i -> "(" + SqlText.id(OrderIds.next()) + ", 1, '2026-01-01 00:00:00', "
                        + SqlText.id(ids.get(0)) + ")")
                .collect(Collectors.joining(","));
        shop().execute("INSERT INTO orderflow_pending (id, kind, created_at, orders) VALUES " + rows);
        shop().execute("UPDATE orderflow_pending SET kind = 1 WHERE orders = " + SqlText.id(ids.get(1)));
        assertEquals(List.of(ids.get(1)), pending.placed(session, ids.get(0)::equals, 10));
    }

    /** Two processes search at the same time. */
    @Test
    void aGroupThatAnotherLooksAtIsLeftToIt() throws SQLException {
        decide(ids.subList(0, 1));
        try (Connection other = shop().foreign();
                Statement statement = other.createStatement()) {
            statement.executeQuery(
                    "SELECT id FROM orderflow_pending WHERE orders = " + SqlText.id(ids.get(0)) + " FOR UPDATE");
            assertEquals(ids.subList(1, 10), olderThan(Duration.ZERO, 100));
            other.rollback();
        }
        assertEquals(ids.subList(1, 10), olderThan(Duration.ZERO, 100));
        assertEquals(9, shop().count("orderflow_pending"));
    }

    private List<UUID> olderThan(Duration age, int limit) throws SQLException {
        return pending.overdue(session, new PendingOrders.Wanted(age, id -> false, limit, false));
    }
}
