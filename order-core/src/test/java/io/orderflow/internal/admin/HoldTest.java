package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmOutcome;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.ConfirmResult.Confirmed;
import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.OrderChanges;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.Payment;
import io.orderflow.PlaceResult;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.RejectReason;
import io.orderflow.ReleaseOutcome;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.ReleaseResult.Released;
import io.orderflow.StoreUnavailableException;
import io.orderflow.Wallets;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.ExpiryTransaction.Fate;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders that hold what they take: confirmed, released, cancelled and expired. */
class HoldTest extends DatabaseContract {
    private static final Duration LENGTH = Duration.ofMinutes(15);

    private OrderChanges changes;

    @BeforeEach
    void open() {
        changes = shop().changes();
        shop().inventory().define(1, 100, 1_000_000, "define 1");
        shop().inventory().define(2, 30, 1_000, "define 2");
        shop().wallets().open(7, 100_000_000, "open 7");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDecisionTakesStockAndMoney(boolean carried) throws SQLException {
        OrderEntry order = held(7);
        OrderEntry external = OrderEntry.of(OrderRequest.of(9)
                .line(2, 3)
                .payment(Payment.EXTERNAL)
                .holdFor(LENGTH)
                .build());
        OrderEntry plain = order(7, 1, 1);
        if (carried) {
            shop().journalGroup(List.of(order, external, plain));
        } else {
            shop().journalRows(List.of(order, external, plain));
        }
        BatchResult batch = shop().decide(List.of(order, external, plain));
        assertEquals(OrderStatus.RESERVED, batch.verdicts().get(0).status());
        assertEquals(OrderStatus.COMPLETED, batch.verdicts().get(2).status());
        Order now = find(order.id());
        assertEquals(OrderStatus.RESERVED, now.status());
        assertEquals(230, now.total());
        assertEquals(LENGTH, now.holdFor().orElseThrow());
        assertEquals(batch.decision(0), now.decision().getAsLong());
        // written a moment before the number is drawn
        Duration early = Duration.between(
                now.heldUntil().orElseThrow(), now.decidedAt().orElseThrow().plus(LENGTH));
        assertTrue(early.abs().compareTo(Duration.ofSeconds(30)) < 0, early::toString);
        assertEquals(99_999_670, balance());
        assertEquals(996, available(2));
        assertEquals(2, shop().count("orderflow_hold"));
        assertEquals(List.of("1 1", "5 2"), statuses());
        assertEquals(2, shop().audit().reserved());
    }

    @Test
    void aConfirmedOrderKeepsWhatItTookAndIsRefundedLikeAnyOther() throws SQLException {
        OrderEntry order = reserve(held(7));
        Confirmed done = assertInstanceOf(Confirmed.class, changes.confirm(order.id(), "a"));
        assertEquals(new ConfirmResult.Duplicate(order.id(), done.decision()), changes.confirm(order.id(), "a"));
        Order now = notReserved(changes.confirm(order.id(), "b"));
        assertEquals(OrderStatus.COMPLETED, now.status());
        assertTrue(now.decision().getAsLong() < done.decision());
        assertTrue(now.heldUntil().isEmpty());
        assertEquals(0, now.refunded());
        assertEquals(0, shop().count("orderflow_hold"));
        assertEquals(99_999_770, balance());
        assertEquals(new ReleaseResult.Conflict(order.id()), changes.release(order.id(), "a"));
        assertEquals(List.of(Fate.LEFT), shop().expire(List.of(order)));
        assertInstanceOf(CancelResult.TooLate.class, changes.cancel(order.id(), "c"));
        assertInstanceOf(RefundResult.Refunded.class, changes.refund(RefundRequest.rest(order.id(), "r")));
        assertEquals(100_000_000, balance());
        assertEquals(OrderStatus.REFUNDED, find(order.id()).status());
    }

    @Test
    void aReleasedOrderGivesEverythingBack() throws SQLException {
        OrderEntry order = reserve(held(7));
        Released done = assertInstanceOf(Released.class, changes.release(order.id(), "a"));
        assertEquals(230, done.amount());
        assertEquals(
                new ReleaseResult.Duplicate(order.id(), done.amount(), done.decision()),
                changes.release(order.id(), "a"));
        Order now = assertInstanceOf(ReleaseResult.NotReserved.class, changes.release(order.id(), "b"))
                .order();
        assertEquals(OrderStatus.CANCELLED, now.status());
        assertEquals(230, now.total());
        assertEquals(230, now.refunded());
        assertEquals(2, now.lines().size());
        givenBack();
        assertEquals(new ConfirmResult.Conflict(order.id()), changes.confirm(order.id(), "a"));
        assertEquals(
                OrderStatus.CANCELLED,
                notReserved(changes.confirm(order.id(), "c")).status());
        assertEquals(
                new RefundResult.NotCompleted(order.id(), OrderStatus.CANCELLED),
                changes.refund(RefundRequest.rest(order.id(), "r")));
        assertEquals(1, shop().audit().cancelled());
        assertHistory(230, -230);
    }

    @Test
    void aCancellationReleasesToo() throws SQLException {
        OrderEntry order = reserve(held(7));
        OrderEntry pending = held(7);
        OrderEntry carried = held(7);
        shop().journalRows(List.of(pending));
        shop().journalGroup(List.of(carried));
        List<CancelResult> results = changes.cancelAll(List.of(
                new CancelRequest(order.id(), "a"),
                new CancelRequest(pending.id(), "a"),
                new CancelRequest(carried.id(), "a")));
        assertEquals(
                List.of(230L, 0L, 0L),
                results.stream()
                        .map(result -> assertInstanceOf(CancelResult.Cancelled.class, result)
                                .amount())
                        .toList());
        assertEquals(OrderStatus.CANCELLED, find(order.id()).status());
        assertEquals(List.of("6 2", "9 1"), statuses());
        assertEquals(3, shop().audit().cancelled());
        givenBack();
        CancelResult again = changes.cancel(order.id(), "a");
        assertEquals(230, assertInstanceOf(CancelResult.Duplicate.class, again).amount());
    }

    @Test
    void anExpiredOrderIsToldToWhoeverComesLater() throws SQLException {
        OrderEntry order = reserve(held(7));
        OrderEntry external = reserve(OrderEntry.of(OrderRequest.of(9)
                .line(1, 1)
                .payment(Payment.EXTERNAL)
                .holdFor(LENGTH)
                .build()));
        OrderEntry pending = held(7);
        shop().journal(List.of(pending));
        assertEquals(List.of(Fate.EXPIRED, Fate.EXPIRED, Fate.LEFT), shop().expire(List.of(order, external, pending)));
        Order now = assertInstanceOf(ConfirmResult.Expired.class, changes.confirm(order.id(), "a"))
                .order();
        assertEquals(OrderStatus.EXPIRED, now.status());
        assertEquals(230, now.refunded());
        assertInstanceOf(ReleaseResult.Expired.class, changes.release(order.id(), "a"));
        assertEquals(
                OrderStatus.EXPIRED,
                assertInstanceOf(CancelResult.TooLate.class, changes.cancel(order.id(), "a"))
                        .order()
                        .status());
        assertEquals(List.of(Fate.LEFT), shop().expire(List.of(order)));
        givenBack();
        assertEquals(2, shop().audit().expired());
        assertHistory(230, -230);
    }

    @Test
    void whatIsNotReservedIsTold() {
        OrderEntry completed = order(7, 1, 1);
        OrderEntry rejected = held(8);
        OrderEntry pending = held(7);
        OrderEntry carried = held(7);
        OrderEntry unknown = held(7);
        shop().decide(List.of(completed, rejected));
        shop().journalRows(List.of(pending));
        shop().journalGroup(List.of(carried));
        assertEquals(
                OrderStatus.COMPLETED,
                notReserved(changes.confirm(completed.id(), "a")).status());
        assertEquals(
                OrderStatus.REJECTED,
                notReserved(changes.confirm(rejected.id(), "a")).status());
        assertEquals(
                OrderStatus.PENDING,
                notReserved(changes.confirm(pending.id(), "a")).status());
        Order waiting = notReserved(changes.confirm(carried.id(), "a"));
        assertEquals(OrderStatus.PENDING, waiting.status());
        assertEquals(LENGTH, waiting.holdFor().orElseThrow());
        assertEquals(new ConfirmResult.NotFound(unknown.id()), changes.confirm(unknown.id(), "a"));
        assertEquals(new ReleaseResult.NotFound(unknown.id()), changes.release(unknown.id(), "a"));
        assertInstanceOf(ReleaseResult.NotReserved.class, changes.release(carried.id(), "a"));
        assertEquals(0, shop().count("orderflow_order_change"));
    }

    @Test
    void manyInOneCall() {
        shop().inventory().restock(2, 1_000, "more");
        List<OrderEntry> all = orders(1_200).stream().map(entry -> held(7)).toList();
        for (int from = 0; from < all.size(); from += 400) {
            shop().decide(all.subList(from, from + 400));
        }
        List<ConfirmRequest> confirms = new ArrayList<>();
        List<ReleaseRequest> releases = new ArrayList<>();
        all.subList(0, 700).forEach(entry -> confirms.add(new ConfirmRequest(entry.id(), "all")));
        all.subList(600, 1_200).forEach(entry -> releases.add(new ReleaseRequest(entry.id(), "end")));
        confirms.add(confirms.get(3));
        Collections.shuffle(confirms, new Random(1));
        List<ConfirmResult> confirmed = changes.confirmAll(confirms);
        List<ReleaseResult> released = changes.releaseAll(releases);
        assertEquals(700, count(confirmed, result -> result.outcome() == ConfirmOutcome.CONFIRMED));
        assertEquals(1, count(confirmed, result -> result.outcome() == ConfirmOutcome.DUPLICATE));
        assertEquals(500, count(released, result -> result.outcome() == ReleaseOutcome.RELEASED));
        assertEquals(100, count(released, result -> result.outcome() == ReleaseOutcome.NOT_RESERVED));
        assertEquals(List.of("1 700", "9 500"), statuses());
        assertEquals(List.of(), changes.confirmAll(List.of()));
    }

    @Test
    void whatDoesNotFitStaysReserved() {
        OrderEntry order = reserve(held(7));
        OrderEntry other = reserve(
                OrderEntry.of(OrderRequest.of(7).line(1, 1).holdFor(LENGTH).build()));
        shop().inventory().restock(2, Limits.BALANCE - available(2), "full");
        assertEquals(new ReleaseResult.LimitExceeded(order.id()), changes.release(order.id(), "a"));
        assertEquals(new CancelResult.LimitExceeded(order.id()), changes.cancel(order.id(), "a"));
        assertEquals(List.of(Fate.TOO_MUCH, Fate.EXPIRED), shop().expire(List.of(order, other)));
        assertEquals(List.of("5 1", "7 1"), statuses());
        shop().inventory().correct(2, -1, "room");
        assertInstanceOf(Released.class, changes.release(order.id(), "a"));
    }

    /** A wallet that somebody holds keeps the others of the piece from nothing. */
    @Test
    void expiryGoesAroundWhatOthersHold() throws SQLException {
        shop().wallets().open(8, 1_000, "open 8");
        OrderEntry mine = reserve(held(7));
        OrderEntry locked = reserve(held(7));
        OrderEntry others = reserve(held(8));
        try (Connection stranger = shop().foreign()) {
            stranger.createStatement().execute("SELECT * FROM orderflow_wallet WHERE buyer = 8 FOR UPDATE");
            stranger.createStatement()
                    .execute("SELECT * FROM orderflow_orders WHERE id = x'"
                            + locked.id().toString().replace("-", "") + "' FOR UPDATE");
            assertEquals(
                    List.of(Fate.EXPIRED, Fate.LEFT, Fate.LEFT), shop().expireAround(List.of(mine, locked, others)));
            stranger.rollback();
        }
        assertEquals(List.of(Fate.LEFT, Fate.EXPIRED, Fate.EXPIRED), shop().expire(List.of(mine, locked, others)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void afterALostConnectionTheSameAgainTells(Step step) {
        OrderEntry confirmed = reserve(held(7));
        OrderEntry released = reserve(held(7));
        shop().session().close();
        shop().dataSource().setPlan(FaultPlan.nth(step, 1));
        assertThrows(StoreUnavailableException.class, () -> changes.confirm(confirmed.id(), "a"));
        // a server under which a connection was lost is verified again, which commits too
        shop().session().close();
        shop().dataSource().setPlan(FaultPlan.nth(step, 1));
        assertThrows(StoreUnavailableException.class, () -> changes.release(released.id(), "a"));
        boolean done = step == Step.AFTER_COMMIT;
        assertEquals(
                done ? ConfirmOutcome.DUPLICATE : ConfirmOutcome.CONFIRMED,
                changes.confirm(confirmed.id(), "a").outcome());
        assertEquals(
                done ? ReleaseOutcome.DUPLICATE : ReleaseOutcome.RELEASED,
                changes.release(released.id(), "a").outcome());
    }

    @Test
    void anOrderThatIsPlacedAgainIsADuplicateOfTheReservedOne() throws SQLException {
        OrderRequest request = OrderRequest.of(7)
                .line(1, 2)
                .holdFor(LENGTH)
                .idempotencyKey("cart")
                .build();
        try (OrderProcessor orders = OrderProcessor.builder(shop().dataSource()).build();
                Connection connection = shop().foreign()) {
            connection.setAutoCommit(false);
            shop().decide(List.of(OrderEntry.of(request)));
            PlaceResult.Duplicate placed =
                    assertInstanceOf(PlaceResult.Duplicate.class, orders.place(connection, request));
            assertEquals(OrderStatus.RESERVED, placed.order().status());
            assertTrue(placed.order().heldUntil().isPresent());
            connection.rollback();
        }
    }

    @Test
    void theLengthIsAPartOfTheContent() {
        UUID id = UUID.randomUUID();
        UUID name = new UUID(id.getMostSignificantBits() & ~0xf000L | 0x4000L, id.getLeastSignificantBits());
        OrderEntry first = OrderEntry.of(
                OrderRequest.of(7).id(name).line(1, 1).holdFor(LENGTH).build());
        OrderEntry longer = OrderEntry.of(OrderRequest.of(7)
                .id(name)
                .line(1, 1)
                .holdFor(LENGTH.plusMillis(1))
                .build());
        OrderEntry none = OrderEntry.of(OrderRequest.of(7).id(name).line(1, 1).build());
        shop().decide(List.of(first));
        assertEquals(List.of(longer, none), shop().decide(List.of(longer, none)).conflicts());
    }

    @Test
    void lengthsOutOfRangeAreRefused() {
        OrderRequest.Builder request = OrderRequest.of(7).line(1, 1);
        for (Duration wrong : List.of(
                Duration.ZERO,
                Duration.ofMillis(999),
                Duration.ofSeconds(-5),
                Duration.ofSeconds(2, 1),
                Duration.ofDays(90).plusMillis(1),
                Duration.ofSeconds(Long.MAX_VALUE))) {
            InvalidOrderException refused =
                    assertThrows(InvalidOrderException.class, () -> request.holdFor(wrong), wrong::toString);
            assertEquals("holdFor", refused.field());
        }
        request.holdFor(Duration.ofSeconds(1)).holdFor(Duration.ofDays(90)).build();
        assertThrows(InvalidOrderException.class, () -> changes.confirm(UUID.randomUUID(), ""));
        assertThrows(InvalidOrderException.class, () -> new ReleaseRequest(UUID.randomUUID(), "\0"));
    }

    private void givenBack() {
        assertEquals(100_000_000, balance());
        assertEquals(1_000_000, available(1));
        assertEquals(1_000, available(2));
        assertEquals(0, shop().count("orderflow_hold"));
    }

    private void assertHistory(long newest, long before) {
        List<Wallets.Entry> entries =
                shop().wallets().history(7, PageRequest.first(10)).entries();
        assertEquals(newest, entries.get(0).amount());
        assertEquals(before, entries.get(1).amount());
    }

    /** What a hold takes counts for the buyer's limit, and no more once it is given back, in whatever way. */
    @Test
    void theLimitOfABuyerCountsWhatIsHeld() throws SQLException {
        shop().inventory().define(3, 10, 100, "define 3");
        shop().inventory().setMaxPerBuyer(3, 2, "limit 3");
        OrderEntry released = reserve(limited());
        assertEquals(
                Optional.of(RejectReason.LIMIT_PER_BUYER),
                find(reserve(limited()).id()).rejectReason());
        assertInstanceOf(Released.class, changes.release(released.id(), "a"));
        OrderEntry cancelled = reserve(limited());
        assertInstanceOf(CancelResult.Cancelled.class, changes.cancel(cancelled.id(), "a"));
        OrderEntry expired = reserve(limited());
        assertEquals(List.of(Fate.EXPIRED), shop().expire(List.of(expired)));
        OrderEntry confirmed = reserve(limited());
        assertInstanceOf(Confirmed.class, changes.confirm(confirmed.id(), "a"));
        assertEquals(
                Optional.of(RejectReason.LIMIT_PER_BUYER),
                find(reserve(limited()).id()).rejectReason());
        assertInstanceOf(RefundResult.Refunded.class, changes.refund(RefundRequest.rest(confirmed.id(), "r")));
        assertEquals(OrderStatus.RESERVED, find(reserve(limited()).id()).status());
    }

    private static OrderEntry limited() {
        return OrderEntry.of(OrderRequest.of(7).line(3, 2).holdFor(LENGTH).build());
    }

    private OrderEntry reserve(OrderEntry order) {
        shop().decide(List.of(order));
        return order;
    }

    private static OrderEntry held(long buyer) {
        return OrderEntry.of(
                OrderRequest.of(buyer).line(1, 2).line(2, 1).holdFor(LENGTH).build());
    }

    private Order find(UUID id) throws SQLException {
        try (Connection connection = shop().foreign()) {
            return new OrderReader(shop().tables())
                    .orders(connection, List.of(id))
                    .get(id);
        }
    }

    private static Order notReserved(ConfirmResult result) {
        return assertInstanceOf(ConfirmResult.NotReserved.class, result).order();
    }

    private long balance() {
        return shop().wallets().find(7).orElseThrow().balance();
    }

    private long available(long product) {
        return shop().inventory().find(product).orElseThrow().available();
    }

    private List<String> statuses() {
        return shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status");
    }

    private static <R> long count(List<R> results, Predicate<R> which) {
        return results.stream().filter(which).count();
    }
}
