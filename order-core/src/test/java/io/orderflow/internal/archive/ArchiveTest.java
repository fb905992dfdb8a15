package io.orderflow.internal.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveSink;
import io.orderflow.ArchiveSummary;
import io.orderflow.ArchivedOrder;
import io.orderflow.AuditReport;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmResult;
import io.orderflow.FeedStart;
import io.orderflow.Order;
import io.orderflow.OrderEvent;
import io.orderflow.OrderFeeds;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.Payment;
import io.orderflow.PlaceResult;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.feed.JdbcOrderFeeds;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.OrderPlacement;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Old orders leave the tables, and everything stays as if they had not. */
class ArchiveTest extends DatabaseContract {
    private static final ArchiveConfig CONFIG =
            ArchiveConfig.builder().ordersPerSecond(1_000_000).build();

    private final List<ArchivedOrder> sink = new ArrayList<>();
    private OrderEntry named;
    private OrderEntry plain;
    private OrderEntry partly;
    private OrderEntry reserved;
    private OrderEntry pending;

    @BeforeEach
    void stock() {
        // the model has nothing to replay of what is not there; each test audits
        tampered();
        shop().inventory().define(1, 100, 1_000, "define 1");
        shop().inventory().define(2, 7, 1_000, "define 2");
        shop().wallets().open(7, 100_000, "open 7");
    }

    private void aDay() throws SQLException {
        named = keyed("cart", 2);
        plain = order(7, 1, 3);
        partly = OrderEntry.of(OrderRequest.of(7).line(1, 2).line(2, 4).build());
        OrderEntry back = order(7, 2, 5);
        OrderEntry cancelled = order(7, 1, 1);
        pending = order(7, 1, 1);
        reserved = hold();
        OrderEntry released = hold();
        OrderEntry expired = hold();
        OrderEntry confirmed = hold();
        OrderEntry outside = OrderEntry.of(OrderRequest.of(9)
                .line(2, 2)
                .payment(Payment.EXTERNAL)
                .hostData(new byte[] {1, 2})
                .build());
        shop().journal(List.of(named, cancelled));
        shop().decide(List.of(named, plain, order(8, 1, 1), outside));
        shop().decide(List.of(partly, back, reserved, released, expired, confirmed));
        shop().changes()
                .refund(RefundRequest.of(partly.id(), "money \"alone\"", new RefundLine(0, 1))
                        .withoutRestock());
        shop().changes().refund(RefundRequest.of(partly.id(), "some", new RefundLine(1, 3)));
        shop().changes().refund(RefundRequest.rest(back.id(), "all"));
        shop().changes().refund(RefundRequest.of(outside.id(), "one", new RefundLine(0, 1)));
        shop().changes().cancel(cancelled.id(), "cancel");
        shop().changes().release(released.id(), "release");
        shop().changes().confirm(confirmed.id(), "confirm");
        shop().expire(List.of(expired));
        shop().takeOutDecidedGroups();
        shop().journal(List.of(pending));
    }

    private static OrderEntry keyed(String key, int pieces) {
        return OrderEntry.of(
                OrderRequest.of(7).line(1, pieces).idempotencyKey(key).build());
    }

    private static OrderEntry hold() {
        return OrderEntry.of(
                OrderRequest.of(7).line(1, 1).holdFor(Duration.ofDays(1)).build());
    }

    private void age() {
        shop().execute("UPDATE orderflow_batch SET decided_at = '2020-01-01 00:00:00'");
    }

    private ArchiveSummary run() {
        return shop().archive().run(CONFIG, sink::addAll);
    }

    private AuditReport audited() {
        AuditReport report = shop().audit();
        assertTrue(report.ok(), report::toString);
        return report;
    }

    private Optional<Order> find(OrderEntry order) throws SQLException {
        try (Connection connection = shop().foreign()) {
            return Optional.ofNullable(new OrderReader(shop().tables())
                    .orders(connection, List.of(order.id()))
                    .get(order.id()));
        }
    }

    @Test
    void whatIsOverGoesAndTheBooksStay() throws SQLException {
        aDay();
        audited();
        assertEquals(new ArchiveSummary(0, 0, 0, true, Optional.empty()), run());
        age();
        Order partlyBefore = find(partly).orElseThrow();
        assertEquals(10, shop().archive().count(CONFIG).archived());
        // 10 that were decided, the one that is reserved, and none that was cancelled before its decision
        assertEquals(10, shop().archive().estimate(CONFIG));
        assertEquals(List.of(), sink);
        assertEquals(new ArchiveSummary(10, 1, 0, true, Optional.empty()), run());
        Set<UUID> written = sink.stream().map(order -> order.order().id()).collect(Collectors.toSet());
        assertEquals(10, written.size());
        assertTrue(written.containsAll(List.of(named.id(), plain.id(), partly.id())));
        AuditReport report = audited();
        assertEquals(10, report.archived());
        assertEquals(2, report.orders());
        assertEquals(1, report.reserved());
        ArchivedOrder kept = sink.stream()
                .filter(order -> order.order().id().equals(partly.id()))
                .findFirst()
                .orElseThrow();
        assertEquals(partlyBefore, kept.order());
        assertEquals(
                List.of(100L, 21L),
                kept.changes().stream().map(change -> change.amount()).toList());
        assertEquals(
                List.of(false, true),
                kept.changes().stream().map(change -> change.restocked()).toList());
        assertEquals(0, shop().count("orderflow_order_change"));
        assertEquals(0, shop().count("orderflow_refund_line"));
        assertEquals(1, shop().count("orderflow_order_line"));
        assertEquals(
                List.of("1 6 5", "6 1 0"),
                shop().read("SELECT kind, size, archived FROM orderflow_batch WHERE kind <> 0 ORDER BY kind"));
        assertEquals(0, run().archived());
        shop().changes().release(reserved.id(), "late");
        shop().decide(List.of(pending));
        shop().takeOutDecidedGroups();
        age();
        assertEquals(2, run().archived());
        audited();
        assertEquals(0, shop().count("orderflow_orders"));
    }

    @Test
    void whatWasChangedLatelyStays() throws SQLException {
        aDay();
        age();
        shop().changes().refund(RefundRequest.rest(partly.id(), "today"));
        assertEquals(9, run().archived());
        assertTrue(find(partly).isPresent());
        audited();
    }

    @Test
    void anOrderOfTheJournalsGroupsStays() {
        OrderEntry waits = order(7, 1, 1);
        OrderEntry decided = order(7, 1, 1);
        shop().journalRows(List.of(waits, decided));
        shop().decide(List.of(decided));
        age();
        shop().execute("UPDATE orderflow_pending SET created_at = '2020-01-01 00:00:00'");
        assertEquals(0, run().archived());
        audited();
    }

    /** Recovery removes the claim of a dead worker by the order's row: without that it would stay for ever. */
    @Test
    void anOrderWhoseWorkerDiedStays() throws SQLException {
        aDay();
        age();
        shop().execute("INSERT INTO orderflow_attempt (order_id, attempts, owner, claimed_at) VALUES ("
                + SqlText.id(plain.id()) + ", 1, " + SqlText.id(UUID.randomUUID()) + ", '2020-01-01 00:00:00')");
        assertEquals(9, run().archived());
        assertTrue(find(plain).isPresent());
        shop().execute("DELETE FROM orderflow_attempt");
        assertEquals(1, run().archived());
        audited();
    }

    @Test
    void aKeyStaysKnownAndIsForgottenInTheEnd() throws SQLException {
        aDay();
        age();
        run();
        assertEquals(OrderStatus.ARCHIVED, find(named).orElseThrow().status());
        assertEquals(List.of(), find(named).orElseThrow().lines());
        assertTrue(find(plain).isEmpty());
        long stock = available();
        BatchResult again = shop().decide(List.of(named));
        assertEquals(1, again.skipped());
        OrderEntry other = keyed("cart", 3);
        assertEquals(1, shop().decide(List.of(other)).conflicts().size());
        assertEquals(stock, available());
        try (Connection host = shop().foreign()) {
            OrderPlacement placement = new OrderPlacement(
                    shop().tables(), new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime), id -> Optional.empty());
            PlaceResult.Duplicate duplicate =
                    assertInstanceOf(PlaceResult.Duplicate.class, placement.place(host, named));
            assertEquals(OrderStatus.ARCHIVED, duplicate.order().status());
            assertInstanceOf(PlaceResult.Conflict.class, placement.place(host, other));
            host.rollback();
        }
        assertInstanceOf(CancelResult.TooLate.class, shop().changes().cancel(named.id(), "late"));
        assertEquals(
                new RefundResult.NotCompleted(named.id(), OrderStatus.ARCHIVED),
                shop().changes().refund(RefundRequest.rest(named.id(), "late")));
        assertEquals(
                new RefundResult.NotFound(plain.id()), shop().changes().refund(RefundRequest.rest(plain.id(), "late")));
        assertInstanceOf(ConfirmResult.NotReserved.class, shop().changes().confirm(named.id(), "late"));
        audited();
        assertEquals(0, run().keysForgotten());
        age();
        assertEquals(1, run().keysForgotten());
        assertTrue(find(named).isEmpty());
        audited();
    }

    @Test
    void allIdsOrNoneAreKept() throws SQLException {
        aDay();
        age();
        shop().archive().run(ArchiveConfig.builder().keepAllIds(true).build(), sink::addAll, soFar -> {
            assertTrue(soFar.archived() > 0);
            return true;
        });
        assertEquals(OrderStatus.ARCHIVED, find(plain).orElseThrow().status());
        audited();
        OrderEntry later = keyed("later", 1);
        shop().decide(List.of(later));
        age();
        ArchiveConfig none = ArchiveConfig.builder().keepKeys(Duration.ZERO).build();
        assertEquals(10, shop().archive().run(none, sink::addAll).keysForgotten());
        assertTrue(find(later).isEmpty());
        audited();
    }

    private long available() {
        return shop().inventory().find(1).orElseThrow().available();
    }

    @Test
    void feedsAreWaitedForAndReadWhatIsLeft() throws SQLException {
        aDay();
        JdbcOrderFeeds feeds = shop().feeds();
        try (Connection host = shop().foreign()) {
            assertEquals(
                    3, feeds.feed("slow", FeedStart.BEGINNING).poll(host, 3).size());
            host.commit();
        }
        age();
        ArchiveSummary waiting = run();
        assertEquals(0, waiting.archived());
        assertEquals(Optional.of("slow"), waiting.waitsFor());
        assertTrue(feeds.reset("slow", FeedStart.NOW));
        assertEquals(10, run().archived());
        audited();
        OrderFeeds reads = feeds;
        List<OrderEvent> left = reads.read(0, 100).events();
        assertEquals(
                List.of(reserved.id()), left.stream().map(OrderEvent::orderId).toList());
        assertEquals(
                0, shop().read("SELECT id FROM orderflow_batch WHERE kind = 5").size());
        shop().decide(List.of(pending));
        assertEquals(
                List.of(pending.id()),
                reads.read(left.get(0).position(), 100).events().stream()
                        .map(OrderEvent::orderId)
                        .toList());
        feeds.close();
    }

    @Test
    void anOrderThatChangesWhileItIsWrittenStays() throws SQLException {
        aDay();
        age();
        ArchiveSink slow = orders -> {
            sink.addAll(orders);
            shop().changes().refund(RefundRequest.rest(plain.id(), "meanwhile"));
        };
        assertEquals(9, shop().archive().run(CONFIG, slow).archived());
        assertTrue(find(plain).isPresent());
        audited();
        age();
        assertEquals(1, run().archived());
        assertEquals(
                2,
                sink.stream()
                        .filter(order -> order.order().id().equals(plain.id()))
                        .count());
        audited();
    }

    @Test
    void anOrderWhoseOtherContentIsSetAsideWhileItIsWrittenStays() throws SQLException {
        aDay();
        age();
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(7).line(1, 9).id(plain.id()).build());
        ArchiveSink slow = orders -> {
            sink.addAll(orders);
            setAside(other);
        };
        assertEquals(9, shop().archive().run(CONFIG, slow).archived());
        assertTrue(find(plain).isPresent());
        audited();
    }

    private void setAside(OrderEntry other) {
        try (Session session = shop().session()) {
            new DeadLetters(shop().tables()).bury(session, List.of(DeadLetters.conflict(other)));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anOrderThatSomebodyHoldsIsLeft() throws SQLException {
        aDay();
        age();
        try (Connection stranger = shop().foreign();
                Statement statement = stranger.createStatement()) {
            statement
                    .executeQuery(
                            "SELECT id FROM orderflow_orders WHERE id = " + SqlText.id(plain.id()) + " FOR UPDATE")
                    .close();
            ArchiveSummary summary = run();
            assertEquals(9, summary.archived());
            assertEquals(2, summary.left());
            stranger.rollback();
        }
        assertEquals(1, run().archived());
        audited();
    }

    @Test
    void nothingGoesThatTheSinkDidNotKeep() throws SQLException {
        aDay();
        age();
        ArchiveSink full = orders -> {
            throw new IOException("the disk is full");
        };
        assertThrows(UncheckedIOException.class, () -> shop().archive().run(CONFIG, full));
        assertEquals(0, audited().archived());
        assertEquals(10, run().archived());
    }

    /** What archived orders took counts, also pieces that came back and went again. */
    @Test
    void theMostForEachBuyerGoesOn() {
        shop().inventory().setMaxPerBuyer(1, 5, "limit 1");
        OrderEntry first = order(7, 1, 4);
        shop().decide(List.of(first, order(7, 2, 1)));
        shop().changes()
                .refund(RefundRequest.of(first.id(), "one", new RefundLine(0, 1))
                        .withoutRestock());
        age();
        assertEquals(2, run().archived());
        audited();
        shop().decide(List.of(order(7, 1, 3), order(7, 1, 2)));
        assertEquals(List.of("1", "2"), shop().read("SELECT status FROM orderflow_orders ORDER BY status"));
        audited();
        assertTrue(shop().execute("UPDATE orderflow_opening SET amount = 2 WHERE kind = 3") == 1);
        assertFalse(shop().audit().ok());
        shop().execute("UPDATE orderflow_opening SET amount = 3 WHERE kind = 3");
        shop().inventory().removeMaxPerBuyer(1, "no limit");
        shop().inventory().setMaxPerBuyer(1, 9, "another");
        age();
        assertEquals(2, run().archived());
        audited();
    }

    @Test
    void manyGoPieceByPieceAndARunCanBeStopped() {
        List<OrderEntry> many = IntStream.range(0, 1_200)
                .mapToObj(i -> i % 3 == 0 ? keyed("key " + i, 1) : external(i, 2, 1))
                .toList();
        shop().inventory().restock(2, 1_000, "more");
        for (List<OrderEntry> batch : SqlText.pieces(many, 400)) {
            shop().decide(batch);
        }
        age();
        ArchiveSummary first = shop().archive().run(CONFIG, sink::addAll, soFar -> false);
        assertEquals(500, first.archived());
        assertFalse(first.complete());
        audited();
        assertEquals(700, run().archived());
        assertEquals(1_200, audited().archived());
        assertEquals(400, shop().count("orderflow_orders"));
        assertEquals(
                0, shop().read("SELECT id FROM orderflow_batch WHERE kind = 1").size());
    }

    @Test
    void aPieceHasSoManyOrdersAndNoMoreThanASecondsWorth() {
        shop().decide(IntStream.range(0, 7).mapToObj(i -> keyed("key " + i, 1)).toList());
        age();
        List<Integer> pieces = new ArrayList<>();
        ArchiveSink sizes = orders -> pieces.add(orders.size());
        ArchiveConfig.Builder config = ArchiveConfig.builder().keepKeys(Duration.ZERO);
        assertEquals(7, shop().archive().estimate(config.build()));
        shop().archive().run(config.ordersPerPiece(2).build(), sizes, soFar -> soFar.archived() < 4);
        assertEquals(List.of(2, 2), pieces);
        assertEquals(3, shop().archive().estimate(config.build()));
        shop().archive()
                .run(config.ordersPerPiece(500).ordersPerSecond(1).build(), sizes, soFar -> soFar.archived() == 0);
        assertEquals(List.of(2, 2, 1), pieces);
        assertEquals(
                1,
                shop().archive()
                        .count(config.build(), soFar -> soFar.archived() == 0)
                        .archived());
        audited();
    }

    @Test
    void aRunThatForgetsKeysCanBeStopped() {
        shop().decide(IntStream.range(0, 3).mapToObj(i -> keyed("key " + i, 1)).toList());
        age();
        shop().archive().run(ArchiveConfig.builder().ordersPerPiece(1).build(), sink::addAll);
        age();
        ArchiveSummary stopped = shop().archive().run(CONFIG, sink::addAll, soFar -> false);
        assertEquals(new ArchiveSummary(0, 0, 1, false, Optional.empty()), stopped);
        assertEquals(2, run().keysForgotten());
        audited();
    }

    @ParameterizedTest
    @EnumSource
    void eachStepFailsOnce(Step step) throws SQLException {
        aDay();
        age();
        for (int number = 1; ; number++) {
            AtomicInteger steps = new AtomicInteger();
            int failing = number;
            shop().dataSource().setPlan((now, sql) -> {
                if (now == step && steps.incrementAndGet() == failing) {
                    throw FaultPlan.lost(Step.BEFORE_EXECUTE);
                }
            });
            try {
                run();
            } catch (StoreUnavailableException e) {
                assertTrue(e.getMessage().contains("injected"), e::getMessage);
            } finally {
                shop().dataSource().setPlan(FaultPlan.NONE);
            }
            audited();
            if (steps.get() < failing) {
                break;
            }
        }
        run();
        assertEquals(10, audited().archived());
        assertEquals(
                10, sink.stream().map(order -> order.order().id()).distinct().count());
    }

    @Test
    void whatIsKeptIsAudited() throws SQLException {
        aDay();
        age();
        run();
        for (String change : List.of(
                "UPDATE orderflow_opening SET amount = amount + 1 WHERE kind = 1",
                "UPDATE orderflow_opening SET amount = amount - 1 WHERE kind = 2 AND subject = 1",
                "UPDATE orderflow_opening SET kind = 4 WHERE kind = 2 AND subject = 1",
                "UPDATE orderflow_opening SET buyer = 4 WHERE kind = 2 AND subject = 1",
                "UPDATE orderflow_opening SET subject = 5 WHERE kind = 2 AND subject = 1",
                "UPDATE orderflow_opening SET amount = 0 WHERE kind = 0 AND subject = 1",
                "DELETE FROM orderflow_opening WHERE kind = 1",
                "DELETE FROM orderflow_orders WHERE status = 10",
                "DELETE FROM orderflow_batch WHERE kind = 6",
                "UPDATE orderflow_orders SET request = x'01' WHERE status = 10",
                "UPDATE orderflow_orders SET reason = 1 WHERE status = 10",
                "UPDATE orderflow_orders SET status = 2 WHERE status = 10",
                "UPDATE orderflow_orders SET status = 10 WHERE status = 5",
                "UPDATE orderflow_batch SET archived = archived + 1 WHERE kind = 1",
                "UPDATE orderflow_batch SET archived = 1 WHERE kind = 6")) {
            for (String table : List.of("opening", "orders", "batch")) {
                shop().execute("DROP TABLE IF EXISTS keep_" + table);
                shop().execute("CREATE TABLE keep_" + table + " AS SELECT * FROM orderflow_" + table);
            }
            assertTrue(shop().execute(change) >= 1, change);
            assertFalse(shop().audit().ok(), change);
            for (String table : List.of("opening", "orders", "batch")) {
                shop().execute("DELETE FROM orderflow_" + table);
                shop().execute("INSERT INTO orderflow_" + table + " SELECT * FROM keep_" + table);
                shop().execute("DROP TABLE keep_" + table);
            }
            audited();
        }
    }
}
