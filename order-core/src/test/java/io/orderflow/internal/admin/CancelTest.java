package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.CancelOutcome;
import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.CancelResult.Cancelled;
import io.orderflow.CancelResult.Conflict;
import io.orderflow.CancelResult.Duplicate;
import io.orderflow.CancelResult.NotFound;
import io.orderflow.CancelResult.TooLate;
import io.orderflow.DeadLetterReason;
import io.orderflow.InvalidOrderException;
import io.orderflow.Order;
import io.orderflow.OrderChanges;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.StoreUnavailableException;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.RetryBatchException;
import io.orderflow.internal.journal.PendingOrders;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.Insist;
import io.orderflow.model.RulesContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pending orders are cancelled, with rows and without. {@code -Dcancel.rounds=10000} tries longer. */
class CancelTest extends RulesContract {
    private static final int ROUNDS = Integer.getInteger("cancel.rounds", 60);

    /** One of the two may be the quicker one for a while. */
    private static final int MOST_ROUNDS = 10 * ROUNDS;

    private static final Duration BOUND = Duration.ofSeconds(30);

    private OrderChanges changes;

    @BeforeEach
    void open() {
        changes = shop().changes();
        shop().inventory().define(1, 100, 1_000_000, "define 1");
        shop().wallets().open(7, 100_000_000, "open 7");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPendingOrderIsDecidedAsCancelled(boolean carried) throws SQLException {
        OrderEntry order = order(7, 1, 1);
        OrderEntry other = order(7, 1, 1);
        journal(carried, List.of(order, other));
        Cancelled done = assertInstanceOf(Cancelled.class, changes.cancel(order.id(), "a"));
        BatchResult batch = shop().decide(List.of(order, other));
        assertEquals(1, batch.skipped());
        assertEquals(other.id(), batch.verdicts().get(0).entry().id());
        assertTrue(batch.decision(0) > done.decision());
        assertEquals(
                List.of("6"),
                shop().read("SELECT status FROM orderflow_orders WHERE batch_id > 0 AND batch_id = "
                        + done.decision() / 1_000));
        assertEquals(99_999_900, shop().wallets().find(7).orElseThrow().balance());
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSameReferenceIsADuplicateAndAnotherOneIsTooLate(boolean carried) {
        OrderEntry order = order(7, 1, 1);
        journal(carried, List.of(order));
        Cancelled done = assertInstanceOf(Cancelled.class, changes.cancel(order.id(), "a"));
        assertEquals(new Duplicate(order.id(), 0, done.decision()), changes.cancel(order.id(), "a"));
        Order now =
                assertInstanceOf(TooLate.class, changes.cancel(order.id(), "b")).order();
        assertEquals(OrderStatus.CANCELLED, now.status());
        assertEquals(done.decision(), now.decision().getAsLong());
        assertEquals(0, now.total());
        assertEquals(1, now.lines().size());
        assertTrue(now.decidedAt().isPresent());
    }

    @Test
    void whatIsNotPendingIsTooLate() throws SQLException {
        OrderEntry completed = order(7, 1, 1);
        OrderEntry rejected = order(8, 1, 1);
        OrderEntry parked = order(7, 1, 1);
        OrderEntry unknown = order(7, 1, 1);
        shop().decide(List.of(completed, rejected));
        shop().journal(List.of(parked));
        try (Session session = shop().session()) {
            new DeadLetters(shop().tables())
                    .park(session, parked, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
        }
        assertEquals(OrderStatus.COMPLETED, late(changes.cancel(completed.id(), "a")));
        assertEquals(OrderStatus.REJECTED, late(changes.cancel(rejected.id(), "a")));
        assertEquals(new CancelResult.Parked(parked.id()), changes.cancel(parked.id(), "a"));
        assertEquals(new NotFound(unknown.id()), changes.cancel(unknown.id(), "a"));
        assertEquals(0, shop().count("orderflow_order_change"));
        assertInstanceOf(RefundResult.Refunded.class, changes.refund(RefundRequest.rest(completed.id(), "a")));
        assertEquals(new Conflict(completed.id()), changes.cancel(completed.id(), "a"));
        assertEquals(OrderStatus.REFUNDED, late(changes.cancel(completed.id(), "b")));
    }

    @Test
    void aCancelledOrderGivesNothingBack() {
        OrderEntry order = order(7, 1, 1);
        shop().journal(List.of(order));
        changes.cancel(order.id(), "a");
        assertEquals(
                new RefundResult.NotCompleted(order.id(), OrderStatus.CANCELLED),
                changes.refund(RefundRequest.rest(order.id(), "b")));
        assertEquals(new RefundResult.Conflict(order.id()), changes.refund(RefundRequest.rest(order.id(), "a")));
    }

    @Test
    void manyInOneCallWithRowsAndWithout() {
        List<OrderEntry> rows =
                orders(700).stream().map(entry -> order(7, 1, 1)).toList();
        List<OrderEntry> groups =
                orders(3).stream().map(entry -> order(7, 1, 1)).toList();
        for (int from = 0; from < rows.size(); from += 350) {
            shop().journalRows(rows.subList(from, from + 350));
        }
        shop().journalGroup(groups);
        shop().decide(rows.subList(0, 10));
        List<CancelRequest> asked = new ArrayList<>();
        rows.forEach(entry -> asked.add(new CancelRequest(entry.id(), "all")));
        groups.forEach(entry -> asked.add(new CancelRequest(entry.id(), "all")));
        asked.add(asked.get(702));
        Collections.shuffle(asked, new Random(1));
        List<CancelResult> results = changes.cancelAll(asked);
        assertEquals(693, count(results, CancelOutcome.CANCELLED));
        assertEquals(10, count(results, CancelOutcome.TOO_LATE));
        assertEquals(1, count(results, CancelOutcome.DUPLICATE));
        for (int i = 0; i < asked.size(); i++) {
            assertEquals(asked.get(i).orderId(), results.get(i).orderId());
        }
        assertEquals(693, shop().count("orderflow_order_change"));
        assertEquals(List.of(), changes.cancelAll(List.of()));
    }

    /** Recovery gives the others of the group rows, and takes the group out when all are decided. */
    @Test
    void aGroupIsUnfoldedAroundWhatWasCancelled() throws SQLException {
        List<OrderEntry> group = List.of(order(7, 1, 1), order(7, 1, 1), order(7, 1, 1));
        shop().journalGroup(group);
        changes.cancel(group.get(1).id(), "a");
        shop().execute("UPDATE orderflow_pending SET created_at = '2020-01-01 00:00:00'");
        try (Session session = shop().session()) {
            var search = new PendingOrders(shop().tables());
            var wanted = new PendingOrders.Wanted(Duration.ofSeconds(1), id -> false, 100, false);
            assertEquals(ids(List.of(group.get(0), group.get(2))), Set.copyOf(search.overdue(session, wanted)));
            new Engine(shop().tables(), step -> {}).recover(session, List.copyOf(ids(group)));
        }
        assertEquals(
                List.of("1 2", "6 1"),
                shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void afterALostConnectionTheSameAgainTells(Step step) {
        OrderEntry order = order(7, 1, 1);
        shop().journal(List.of(order));
        shop().session().close();
        // the first commit ends the look for orders without a row
        shop().dataSource().setPlan(FaultPlan.nth(step, 2));
        StoreUnavailableException doubt =
                assertThrows(StoreUnavailableException.class, () -> changes.cancel(order.id(), "a"));
        assertTrue(
                doubt.getMessage().startsWith("0 of 1 cancellations were done, the next 1 perhaps"), doubt::toString);
        CancelOutcome expected = step == Step.BEFORE_COMMIT ? CancelOutcome.CANCELLED : CancelOutcome.DUPLICATE;
        assertEquals(expected, changes.cancel(order.id(), "a").outcome());
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        OrderEntry order = order(7, 1, 1);
        assertThrows(InvalidOrderException.class, () -> changes.cancel(order.id(), ""));
        assertThrows(InvalidOrderException.class, () -> new CancelRequest(order.id(), "\0"));
    }

    /** One cancels what another decides at that moment: one of them wins, and both say the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancelAgainstDecide(boolean carried) throws Exception {
        Engine engine = new Engine(shop().tables(), step -> {});
        Random random = new Random(7);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        int cancelled = 0;
        int rounds = 0;
        try (Session session = shop().session()) {
            while (rounds < ROUNDS || (cancelled == 0 || cancelled == rounds) && rounds < MOST_ROUNDS) {
                rounds++;
                List<OrderEntry> batch = orders(1 + random.nextInt(3)).stream()
                        .map(entry -> order(7, 1, 1))
                        .toList();
                journal(carried, batch);
                OrderEntry order = batch.get(random.nextInt(batch.size()));
                CyclicBarrier gate = new CyclicBarrier(2);
                Future<CancelResult> other = thread.submit(() -> {
                    gate.await();
                    return changes.cancel(order.id(), "a");
                });
                gate.await();
                decide(engine, session, batch);
                CancelResult result = other.get();
                String status = shop().read("SELECT status FROM orderflow_orders WHERE id = " + SqlText.id(order.id()))
                        .get(0);
                assertEquals(result instanceof Cancelled ? "6" : "1", status, result::toString);
                assertTrue(result instanceof Cancelled || late(result) == OrderStatus.COMPLETED, result::toString);
                cancelled += result instanceof Cancelled ? 1 : 0;
            }
        } finally {
            thread.shutdownNow();
        }
        assertTrue(cancelled > 0 && cancelled < rounds, "cancelled " + cancelled + " of " + rounds);
    }

    /** As a worker does: the same batch again until it is done. */
    static void decide(Engine engine, Session session, List<OrderEntry> batch) throws SQLException {
        while (true) {
            try {
                engine.decide(session, batch);
                return;
            } catch (RetryBatchException e) {
                continue;
            } catch (SQLException e) {
                if (SqlFailure.of(e) != SqlFailure.CONTENTION && SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                    throw e;
                }
            } catch (RuntimeException e) {
                if (!e.getClass().getSimpleName().equals("HeldKeyException")) {
                    throw e;
                }
            }
        }
    }

    /** Through the whole of it: the frame of a cancelled order is skipped, and who waits for it is told. */
    @ParameterizedTest
    @EnumSource(Acceptance.class)
    void throughAProcessor(Acceptance acceptance) throws InterruptedException {
        try (OrderProcessor orders = OrderProcessor.builder(shop().dataSource())
                .acceptance(acceptance)
                .allowWeakQueue(true)
                .build()
                .start()) {
            List<OrderRequest> requests = orders(20).stream()
                    .map(entry -> OrderRequest.of(7).line(1, 1).build())
                    .toList();
            List<SubmitResult> accepted = Insist.onAcceptance(orders, requests);
            List<CancelResult> results = orders.changes()
                    .cancelAll(accepted.stream()
                            .limit(10)
                            .map(result -> new CancelRequest(result.orderId(), "a"))
                            .toList());
            CancelOutcome expected =
                    acceptance == Acceptance.QUEUE_ONLY ? CancelOutcome.NOT_FOUND : CancelOutcome.CANCELLED;
            assertEquals(10, count(results, expected));
            if (acceptance != Acceptance.QUEUE_ONLY) {
                assertEquals(
                        OrderStatus.CANCELLED,
                        orders.await(accepted.get(3).orderId(), BOUND)
                                .orElseThrow()
                                .status());
                SubmitResult again = orders.submit(requests.get(3));
                assertTrue(again instanceof SubmitResult.Duplicate || acceptance == Acceptance.GROUP_JOURNAL);
            }
            orders.workers(WorkerConfig.defaults()).start();
            for (SubmitResult result : accepted) {
                orders.await(result.orderId(), BOUND);
            }
            assertEquals(
                    expected == CancelOutcome.CANCELLED ? List.of("1 10", "6 10") : List.of("1 20"),
                    shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status"));
        }
    }

    private void journal(boolean carried, List<OrderEntry> orders) {
        if (carried) {
            shop().journalGroup(orders);
        } else {
            shop().journalRows(orders);
        }
    }

    private static OrderStatus late(CancelResult result) {
        return assertInstanceOf(TooLate.class, result).order().status();
    }

    private static long count(List<CancelResult> results, CancelOutcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }
}
