package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.Payment;
import io.orderflow.RefundLine;
import io.orderflow.RefundOutcome;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.RefundResult.Conflict;
import io.orderflow.RefundResult.Duplicate;
import io.orderflow.RefundResult.LimitExceeded;
import io.orderflow.RefundResult.MoreThanLeft;
import io.orderflow.RefundResult.NotCompleted;
import io.orderflow.RefundResult.NotFound;
import io.orderflow.RefundResult.Refunded;
import io.orderflow.RefundResult.UnknownLine;
import io.orderflow.StoreUnavailableException;
import io.orderflow.Wallets;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What completed orders took is given back. */
class RefundTest extends DatabaseContract {
    private static final int ROUNDS = Integer.getInteger("refund.rounds", 200);

    private OrderChanges changes;

    /** Three pieces of product 1 at 100, two of product 2 at 7, one more of product 1: 414. */
    private OrderEntry order;

    @BeforeEach
    void aCompletedOrder() {
        changes = shop().changes();
        shop().inventory().define(1, 100, 4, "define 1");
        shop().inventory().define(2, 7, 50, "define 2");
        shop().wallets().open(7, 414, "open 7");
        order = OrderEntry.of(
                OrderRequest.of(7).line(1, 3).line(2, 2).line(1, 1).build());
        shop().decide(List.of(order));
        assertBooks(0, 0, 48);
    }

    @Test
    void allOfItGoesBack() throws SQLException {
        Refunded done = (Refunded) changes.refund(rest("back"));
        assertEquals(414, done.amount());
        assertBooks(414, 4, 50);
        Order now = read(order);
        assertEquals(OrderStatus.REFUNDED, now.status());
        assertEquals(414, now.total());
        assertEquals(414, now.refunded());
        assertEquals(3, now.lines().size());
        assertTrue(done.decision() > now.decision().getAsLong());
    }

    @Test
    void pieceByPieceUntilNothingIsLeft() throws SQLException {
        assertEquals(200, amount(changes.refund(some("a", new RefundLine(0, 2)))));
        Order now = read(order);
        assertEquals(OrderStatus.COMPLETED, now.status());
        assertEquals(200, now.refunded());
        assertEquals(107, amount(changes.refund(some("b", new RefundLine(2, 1), new RefundLine(1, 1)))));
        assertEquals(new MoreThanLeft(order.id(), List.of(1, 1, 0)), changes.refund(some("c", new RefundLine(0, 2))));
        assertEquals(new MoreThanLeft(order.id(), List.of(1, 1, 0)), changes.refund(some("c", new RefundLine(2, 1))));
        assertEquals(307, read(order).refunded());
        assertEquals(107, amount(changes.refund(rest("c"))));
        assertEquals(OrderStatus.REFUNDED, read(order).status());
        assertBooks(414, 4, 50);
        assertEquals(new MoreThanLeft(order.id(), List.of(0, 0, 0)), changes.refund(rest("d")));
        assertEquals(
                List.of("2 200 200 a", "2 107 107 b", "3 107 107 c"),
                shop().read("SELECT kind, amount, credited, reference FROM orderflow_order_change ORDER BY batch_id"));
    }

    @Test
    void theMoneyAloneGoesBackWithoutRestock() throws SQLException {
        assertEquals(
                307,
                amount(changes.refund(
                        some("a", new RefundLine(0, 3), new RefundLine(1, 1)).withoutRestock())));
        assertBooks(307, 0, 48);
        assertEquals(107, amount(changes.refund(rest("b"))));
        assertBooks(414, 1, 49);
    }

    @Test
    void theSameReferenceIsDoneOnceAndNeverForSomethingElse() {
        Refunded part = (Refunded) changes.refund(some("a", new RefundLine(0, 1), new RefundLine(1, 1)));
        Refunded all = (Refunded) changes.refund(rest("b"));
        for (int again = 0; again < 2; again++) {
            assertEquals(
                    new Duplicate(order.id(), 107, part.decision()),
                    changes.refund(some("a", new RefundLine(1, 1), new RefundLine(0, 1))));
            assertEquals(new Duplicate(order.id(), 307, all.decision()), changes.refund(rest("b")));
            Conflict conflict = new Conflict(order.id());
            assertEquals(conflict, changes.refund(some("a", new RefundLine(0, 1))));
            assertEquals(conflict, changes.refund(some("a", new RefundLine(0, 1), new RefundLine(1, 2))));
            assertEquals(
                    conflict,
                    changes.refund(some("a", new RefundLine(0, 1), new RefundLine(1, 1))
                            .withoutRestock()));
            assertEquals(conflict, changes.refund(rest("a")));
            assertEquals(conflict, changes.refund(rest("b").withoutRestock()));
            assertEquals(conflict, changes.refund(some("b", new RefundLine(0, 2))));
        }
        assertBooks(414, 4, 50);
    }

    /** The buyer has no wallet at all. */
    @Test
    void whatSomebodyElsePaidIsRecordedAlone() throws SQLException {
        OrderEntry outside = OrderEntry.of(
                OrderRequest.of(8).line(2, 3).payment(Payment.EXTERNAL).build());
        shop().decide(List.of(outside));
        assertEquals(14, amount(changes.refund(two(outside, "a"))));
        assertEquals(14, read(outside).refunded());
        assertEquals(7, amount(changes.refund(rest(outside, "b"))));
        assertEquals(OrderStatus.REFUNDED, read(outside).status());
        assertBooks(0, 0, 48);
        assertEquals(
                List.of("14 0 a", "7 0 b"),
                shop().read("SELECT amount, credited, reference FROM orderflow_order_change ORDER BY batch_id"));
    }

    @Test
    void aReferenceBelongsToItsOrder() {
        shop().wallets().deposit(7, 7, "deposit");
        OrderEntry other = order(7, 2, 1);
        shop().decide(List.of(other));
        assertEquals(414, amount(changes.refund(rest("back"))));
        assertEquals(7, amount(changes.refund(RefundRequest.rest(other.id(), "back"))));
    }

    @Test
    void whatCannotBeGivenBackIsRefusedAndItsReferenceStaysFree() {
        OrderEntry rejected = order(7, 1, 1);
        OrderEntry pending = order(7, 2, 1);
        OrderEntry unknown = order(7, 2, 1);
        shop().decide(List.of(rejected));
        shop().journal(List.of(pending));
        assertEquals(new NotFound(unknown.id()), changes.refund(RefundRequest.rest(unknown.id(), "a")));
        assertEquals(
                new NotCompleted(rejected.id(), OrderStatus.REJECTED),
                changes.refund(RefundRequest.rest(rejected.id(), "a")));
        assertEquals(
                new NotCompleted(pending.id(), OrderStatus.PENDING),
                changes.refund(RefundRequest.rest(pending.id(), "a")));
        assertEquals(
                new UnknownLine(order.id(), 3),
                changes.refund(some("a", new RefundLine(99, 1), new RefundLine(0, 1), new RefundLine(3, 1))));
        assertEquals(new MoreThanLeft(order.id(), List.of(3, 2, 1)), changes.refund(some("a", new RefundLine(0, 4))));
        assertEquals(0, shop().count("orderflow_order_change"));
        assertEquals(414, amount(changes.refund(rest("a"))));
    }

    @Test
    void noAccountGetsMoreThanItMayHave() {
        shop().wallets().deposit(7, Limits.BALANCE - 413, "rich");
        assertEquals(new LimitExceeded(order.id()), changes.refund(rest("a")));
        shop().wallets().withdraw(7, Limits.BALANCE - 413, "poor");
        shop().inventory().restock(2, Limits.BALANCE - 49, "full");
        assertEquals(new LimitExceeded(order.id()), changes.refund(rest("a")));
        assertEquals(400, amount(changes.refund(some("b", new RefundLine(0, 3), new RefundLine(2, 1)))));
        assertEquals(new LimitExceeded(order.id()), changes.refund(rest("a")));
        assertEquals(14, amount(changes.refund(rest("a").withoutRestock())));
    }

    @Test
    void manyInOneCallSeeEachOther() {
        List<RefundRequest> asked = List.of(
                some("a", new RefundLine(0, 2)),
                some("b", new RefundLine(0, 2)),
                some("a", new RefundLine(0, 2)),
                some("a", new RefundLine(0, 1)),
                rest("c"),
                rest("d"));
        List<RefundResult> results = changes.refundAll(asked);
        assertEquals(
                List.of(
                        RefundOutcome.REFUNDED,
                        RefundOutcome.MORE_THAN_LEFT,
                        RefundOutcome.DUPLICATE,
                        RefundOutcome.CONFLICT,
                        RefundOutcome.REFUNDED,
                        RefundOutcome.MORE_THAN_LEFT),
                results.stream().map(RefundResult::outcome).toList());
        assertEquals(((Refunded) results.get(0)).decision(), ((Duplicate) results.get(2)).decision());
        assertBooks(414, 4, 50);
        assertEquals(List.of(), changes.refundAll(List.of()));
    }

    @Test
    void moreThanOneTransactionTakes() {
        shop().inventory().restock(2, 10_000, "more");
        shop().wallets().deposit(7, 7 * 1_201, "deposit");
        List<OrderEntry> orders =
                Stream.generate(() -> order(7, 2, 1)).limit(1_201).toList();
        for (int from = 0; from < orders.size(); from += 500) {
            shop().decide(orders.subList(from, Math.min(from + 500, orders.size())));
        }
        List<RefundRequest> asked = orders.stream()
                .map(entry -> RefundRequest.rest(entry.id(), "back"))
                .toList();
        assertTrue(changes.refundAll(asked).stream().allMatch(Refunded.class::isInstance));
        assertTrue(changes.refundAll(asked).stream().allMatch(Duplicate.class::isInstance));
        assertEquals(7 * 1_201, shop().wallets().find(7).orElseThrow().balance());
        assertEquals(
                List.of("2"),
                shop().read("SELECT COUNT(*) FROM orderflow_batch WHERE size = 201"),
                "one of the decisions, one of the refunds");
    }

    @Test
    void theWalletsHistoryShowsIt() {
        Refunded part = (Refunded) changes.refund(some("a", new RefundLine(1, 1)));
        Refunded all = (Refunded) changes.refund(rest("b"));
        List<Wallets.Entry> entries = new ArrayList<>();
        PageRequest page = PageRequest.first(1);
        for (int more = 0; more < 4; more++) {
            var found = shop().wallets().history(7, page);
            entries.addAll(found.entries());
            page = found.next().map(next -> PageRequest.after(next, 1)).orElse(page);
        }
        assertEquals(
                List.of(407L, 7L, -414L, 414L),
                entries.stream().map(Wallets.Entry::amount).toList());
        assertEquals(order.id(), entries.get(0).order().orElseThrow());
        assertEquals("b", entries.get(0).reference().orElseThrow());
        assertEquals(all.decision(), entries.get(0).decision());
        assertEquals(part.decision(), entries.get(1).decision());
        assertTrue(entries.get(2).reference().isEmpty());
    }

    /** What this process remembers of the stock is older than the refund. */
    @Test
    void piecesThatCameBackAreSoldAgain() throws SQLException {
        shop().wallets().deposit(7, 10_000, "rich");
        Engine engine = new Engine(shop().tables(), at -> {});
        try (Session session = shop().session()) {
            for (int warm = 0; warm < 20; warm++) {
                engine.decide(session, List.of(order(7, 2, 1), order(7, 2, 1)));
            }
            assertTrue(engine.decide(session, List.of(order(7, 1, 1), order(7, 2, 1)))
                    .verdicts()
                    .get(0)
                    .rejectReason()
                    .isPresent());
            assertEquals(414, amount(changes.refund(rest("back"))));
            for (int sold = 0; sold < 4; sold++) {
                assertTrue(engine.decide(session, List.of(order(7, 1, 1)))
                        .verdicts()
                        .get(0)
                        .completed());
            }
            assertTrue(engine.decide(session, List.of(order(7, 1, 1)))
                    .verdicts()
                    .get(0)
                    .rejectReason()
                    .isPresent());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void afterALostConnectionTheSameAgainTells(Step step) {
        // the server is verified then, and the first commit is that of the refund
        shop().session().close();
        shop().dataSource().setPlan(FaultPlan.nth(step, 1));
        StoreUnavailableException doubt =
                assertThrows(StoreUnavailableException.class, () -> changes.refund(rest("back")));
        assertEquals(
                "0 of 1 refunds were done, the next 1 perhaps; repeating is safe: injected: connection lost at " + step,
                doubt.getMessage());
        RefundOutcome expected = step == Step.BEFORE_COMMIT ? RefundOutcome.REFUNDED : RefundOutcome.DUPLICATE;
        assertEquals(expected, changes.refund(rest("back")).outcome());
        assertBooks(414, 4, 50);
    }

    @Test
    void aDeadlockIsRepeated() {
        shop().session().close();
        shop().dataSource().setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 8, FaultPlan::deadlock));
        assertEquals(414, amount(changes.refund(rest("back"))));
        assertBooks(414, 4, 50);
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        UUID id = order.id();
        assertThrows(InvalidOrderException.class, () -> RefundRequest.rest(id, ""));
        assertThrows(InvalidOrderException.class, () -> RefundRequest.rest(id, "x".repeat(Limits.KEY_LENGTH + 1)));
        assertThrows(InvalidOrderException.class, () -> new RefundLine(-1, 1));
        assertThrows(InvalidOrderException.class, () -> new RefundLine(Limits.LINES, 1));
        assertThrows(InvalidOrderException.class, () -> new RefundLine(0, 0));
        assertThrows(InvalidOrderException.class, () -> new RefundLine(0, Limits.QUANTITY + 1));
        InvalidOrderException twice =
                assertThrows(InvalidOrderException.class, () -> some("a", new RefundLine(0, 1), new RefundLine(0, 2)));
        assertTrue(twice.getMessage().contains("lines"), twice::getMessage);
    }

    /** Two threads refund the same orders in random parts: never more than there is, and each reference once. */
    @Test
    void atOnceNeverMoreThanWasTaken() throws Exception {
        shop().inventory().restock(1, 1_000_000, "more");
        shop().wallets().deposit(7, 10_000_000, "rich");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                OrderEntry first = order(7, 1, 3);
                OrderEntry second = order(7, 1, 3);
                shop().decide(List.of(first, second));
                CyclicBarrier gate = new CyclicBarrier(2);
                List<RefundRequest> there = List.of(two(first, "x"), two(second, "y"), rest(first, "same"));
                List<RefundRequest> back = List.of(rest(first, "same"), two(second, "z"), two(first, "w"));
                Future<List<RefundResult>> one = threads.submit(() -> refund(gate, there));
                Future<List<RefundResult>> two = threads.submit(() -> refund(gate, back));
                List<RefundResult> all = new ArrayList<>(one.get());
                all.addAll(two.get());
                assertEquals(300, given(all, first), all::toString);
                assertEquals(200, given(all, second), all::toString);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private List<RefundResult> refund(CyclicBarrier gate, List<RefundRequest> asked) throws Exception {
        gate.await();
        return changes.refundAll(asked);
    }

    private static long given(List<RefundResult> results, OrderEntry order) {
        return results.stream()
                .filter(result -> result.orderId().equals(order.id()) && result instanceof Refunded)
                .mapToLong(RefundTest::amount)
                .sum();
    }

    private static RefundRequest two(OrderEntry order, String reference) {
        return RefundRequest.of(order.id(), reference, new RefundLine(0, 2));
    }

    private static RefundRequest rest(OrderEntry order, String reference) {
        return RefundRequest.rest(order.id(), reference);
    }

    private RefundRequest rest(String reference) {
        return rest(order, reference);
    }

    private RefundRequest some(String reference, RefundLine first, RefundLine... more) {
        return RefundRequest.of(order.id(), reference, first, more);
    }

    private static long amount(RefundResult result) {
        return assertInstanceOf(Refunded.class, result).amount();
    }

    private Order read(OrderEntry entry) throws SQLException {
        try (Connection connection = shop().dataSource().getConnection()) {
            return new OrderReader(shop().tables())
                    .byIds(connection, List.of(entry.id()))
                    .get(entry.id())
                    .order();
        }
    }

    private void assertBooks(long balance, long first, long second) {
        assertEquals(balance, shop().wallets().find(7).orElseThrow().balance());
        assertEquals(first, shop().inventory().find(1).orElseThrow().available());
        assertEquals(second, shop().inventory().find(2).orElseThrow().available());
    }
}
