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
import io.orderflow.CancelResult.Duplicate;
import io.orderflow.CancelResult.NotFound;
import io.orderflow.CancelResult.OtherContent;
import io.orderflow.CancelResult.TooLate;
import io.orderflow.InvalidOrderException;
import io.orderflow.Order;
import io.orderflow.OrderChanges;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.Insist;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

/** Orders are cancelled by their requests, whoever has them: a queue alone, the journal, or nobody yet. */
class CancelByRequestTest extends DatabaseContract {
    private static final int ROUNDS = Integer.getInteger("cancel.rounds", 200);
    private static final Duration BOUND = Duration.ofSeconds(30);

    private OrderChanges changes;

    @BeforeEach
    void open() {
        changes = shop().changes();
        shop().inventory().define(1, 100, 1_000_000, "define 1");
        shop().wallets().open(7, 100_000_000, "open 7");
    }

    private static OrderRequest request() {
        return OrderRequest.of(7).line(1, 1).build();
    }

    private static OrderRequest named(String key, int quantity) {
        return OrderRequest.of(7).line(1, quantity).idempotencyKey(key).build();
    }

    private static OrderEntry entry(OrderRequest request) {
        return OrderEntry.of(request);
    }

    /** As from a queue: nothing but the frame has the order. */
    @Test
    void theFrameThatComesLaterFindsItDecided() {
        OrderRequest request = request();
        OrderEntry other = order(7, 1, 1);
        assertEquals(new NotFound(request.id()), changes.cancel(request.id(), "a"));
        Cancelled done = assertInstanceOf(Cancelled.class, changes.cancel(request, "a"));
        for (int delivery = 0; delivery < 2; delivery++) {
            BatchResult batch = shop().decide(List.of(entry(request), other));
            assertEquals(1 + delivery, batch.skipped());
        }
        assertEquals(new Duplicate(request.id(), 0, done.decision()), changes.cancel(request, "a"));
        assertEquals(new Duplicate(request.id(), 0, done.decision()), changes.cancel(request.id(), "a"));
        Order now =
                assertInstanceOf(TooLate.class, changes.cancel(request, "b")).order();
        assertEquals(OrderStatus.CANCELLED, now.status());
        assertEquals(request.lines(), now.lines());
        assertEquals(done.decision(), now.decision().getAsLong());
        assertEquals(99_999_900, shop().wallets().find(7).orElseThrow().balance());
    }

    @Test
    void anOrderThatHasARowOrAGroupIsCancelledAsByItsId() {
        OrderRequest row = request();
        OrderRequest carried = request();
        shop().journalRows(List.of(entry(row)));
        shop().journalGroup(List.of(entry(carried)));
        assertInstanceOf(Cancelled.class, changes.cancel(row, "a"));
        assertInstanceOf(Cancelled.class, changes.cancel(carried, "a"));
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
        assertEquals(2, shop().count("orderflow_orders"));
    }

    /** As with a submission: the first content under an id stands, and the other one changes nothing. */
    @Test
    void anotherContentUnderTheIdChangesNothing() {
        shop().journalRows(List.of(entry(named("pending", 1))));
        UUID id = named("pending", 1).id();
        assertEquals(new OtherContent(id), changes.cancel(named("pending", 2), "a"));
        assertEquals(0, shop().count("orderflow_order_change"));
        assertInstanceOf(Cancelled.class, changes.cancel(named("pending", 1), "a"));
        assertEquals(new OtherContent(id), changes.cancel(named("pending", 2), "a"));

        OrderRequest unseen = named("unseen", 1);
        assertInstanceOf(Cancelled.class, changes.cancel(unseen, "a"));
        BatchResult batch = shop().decide(List.of(entry(named("unseen", 2))));
        assertEquals(1, batch.conflicts().size());
        assertEquals(OrderStatus.CANCELLED, late(changes.cancel(unseen, "b")));
    }

    @Test
    void ofTwoContentsInOneCallTheFirstIsWritten() {
        OrderRequest first = named("twice", 1);
        List<CancelResult> results = changes.cancelAll(List.of(
                CancelRequest.of(first, "a"),
                CancelRequest.of(named("twice", 2), "b"),
                new CancelRequest(first.id(), "a"),
                CancelRequest.of(first, "c")));
        assertEquals(
                List.of(
                        CancelOutcome.CANCELLED,
                        CancelOutcome.OTHER_CONTENT,
                        CancelOutcome.DUPLICATE,
                        CancelOutcome.TOO_LATE),
                results.stream().map(CancelResult::outcome).toList());
    }

    @Test
    void manyInOneCall() {
        List<OrderRequest> asked =
                Stream.generate(CancelByRequestTest::request).limit(1_200).toList();
        shop().decide(asked.stream().limit(5).map(CancelByRequestTest::entry).toList());
        List<CancelResult> results = changes.cancelAll(
                asked.stream().map(request -> CancelRequest.of(request, "all")).toList());
        assertEquals(5, results.stream().filter(TooLate.class::isInstance).count());
        assertEquals(1_195, results.stream().filter(Cancelled.class::isInstance).count());
    }

    /** The row says what holds, also to a host's own transaction. */
    @Test
    void whoPlacesItLaterIsTold() throws SQLException {
        OrderRequest request = request();
        changes.cancel(request, "a");
        try (OrderProcessor orders = OrderProcessor.builder(shop().dataSource()).build();
                Connection host = shop().foreign()) {
            PlaceResult.Duplicate known = assertInstanceOf(PlaceResult.Duplicate.class, orders.place(host, request));
            assertEquals(OrderStatus.CANCELLED, known.order().status());
            host.rollback();
        }
    }

    @Test
    void aParkedOneStays() {
        OrderRequest request = request();
        new LetterBox(shop()).parkFromFrame(entry(request));
        assertEquals(new CancelResult.Parked(request.id()), changes.cancel(request, "a"));
        assertEquals(new CancelResult.Parked(request.id()), changes.cancel(request.id(), "a"));
    }

    @Test
    void theRequestIsThatOfTheOrder() {
        assertThrows(
                InvalidOrderException.class, () -> new CancelRequest(UUID.randomUUID(), "a", Optional.of(request())));
    }

    /** One cancels what another decides at that moment without looking for its row. */
    @Test
    void cancelAgainstDecide() throws Exception {
        Engine engine = new Engine(shop().tables(), Step.Watcher.NONE);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        int cancelled = 0;
        try (Session session = shop().session()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<OrderRequest> batch = List.of(request(), request(), request());
                OrderRequest order = batch.get(round % 3);
                CyclicBarrier gate = new CyclicBarrier(2);
                Future<CancelResult> other = thread.submit(() -> {
                    gate.await();
                    return changes.cancel(order, "a");
                });
                gate.await();
                CancelTest.decide(
                        engine,
                        session,
                        batch.stream().map(CancelByRequestTest::entry).toList());
                CancelResult result = other.get();
                assertTrue(result instanceof Cancelled || late(result) == OrderStatus.COMPLETED, result::toString);
                cancelled += result instanceof Cancelled ? 1 : 0;
            }
        } finally {
            thread.shutdownNow();
        }
        assertEquals(
                100_000_000 - 100L * (3 * ROUNDS - cancelled),
                shop().wallets().find(7).orElseThrow().balance());
        assertTrue(cancelled > 0 && cancelled < ROUNDS, "cancelled " + cancelled + " of " + ROUNDS);
    }

    /** Through the whole of it, with each place that accepts; who waits for the order is told. */
    @ParameterizedTest
    @EnumSource(Acceptance.class)
    void throughAProcessor(Acceptance acceptance) throws InterruptedException {
        try (OrderProcessor orders = OrderProcessor.builder(shop().dataSource())
                .acceptance(acceptance)
                .allowWeakQueue(true)
                .build()
                .start()) {
            List<OrderRequest> requests =
                    Stream.generate(CancelByRequestTest::request).limit(20).toList();
            Insist.onAcceptance(orders, requests);
            for (OrderRequest request : requests.subList(0, 10)) {
                assertInstanceOf(Cancelled.class, orders.changes().cancel(request, "a"));
            }
            assertEquals(OrderStatus.CANCELLED, status(orders, requests.get(3)));
            OrderRequest never = named("never", 1);
            assertInstanceOf(Cancelled.class, orders.changes().cancel(never, "a"));
            if (acceptance != Acceptance.QUEUE_ONLY) {
                List<SubmitResult> late = Insist.onAcceptance(orders, List.of(never));
                assertInstanceOf(SubmitResult.Duplicate.class, late.get(0));
            }
            orders.workers(WorkerConfig.defaults()).start();
            for (OrderRequest request : requests) {
                status(orders, request);
            }
            assertEquals(
                    List.of("1 10", "6 11"),
                    shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status"));
        }
    }

    private static OrderStatus status(OrderProcessor orders, OrderRequest request) throws InterruptedException {
        return orders.await(request.id(), BOUND).orElseThrow().status();
    }

    private static OrderStatus late(CancelResult result) {
        return assertInstanceOf(TooLate.class, result).order().status();
    }
}
