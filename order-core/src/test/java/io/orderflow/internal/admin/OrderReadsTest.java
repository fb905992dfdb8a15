package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.RejectReason;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders as the host asks for them. */
class OrderReadsTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private OrderReads reads;

    @BeforeEach
    void seed() {
        reads = new OrderReads(shop().store(), new OrderReader(shop().tables()), shop().carried());
        shop().inventory().define(1, 10, 10, "define");
        shop().wallets().open(1, 1_000, "open");
    }

    @Test
    void anOrderIsFoundInEachOfItsStates() throws SQLException {
        assertEquals(Optional.empty(), reads.find(OrderIds.next()));
        byte[] hostData = {0, -1, 7};
        OrderEntry completed = OrderEntry.of(
                OrderRequest.of(1).line(1, 2).line(1, 1, 10).hostData(hostData).build());
        OrderEntry rejected = order(1, 1, 11);
        OrderEntry parked = order(1, 1, 3);
        shop().journal(List.of(completed, rejected, parked));
        Order pending = find(completed);
        assertEquals(OrderStatus.PENDING, pending.status());
        assertEquals(List.of(OrderLine.of(1, 2), OrderLine.of(1, 1, 10)), pending.lines());
        assertEquals(OptionalLong.empty(), pending.decision());
        assertEquals(Optional.empty(), pending.decidedAt());
        assertArrayEquals(hostData, pending.hostData());

        BatchResult result = shop().decide(List.of(rejected, completed));
        Order done = find(completed);
        assertEquals(OrderStatus.COMPLETED, done.status());
        assertEquals(List.of(OrderLine.of(1, 2, 10), OrderLine.of(1, 1, 10)), done.lines());
        assertEquals(30, done.total());
        assertEquals(OptionalLong.of(result.decision(1)), done.decision());
        assertTrue(!done.decidedAt().orElseThrow().isBefore(done.createdAt()));
        assertEquals(pending.createdAt(), done.createdAt());
        assertArrayEquals(hostData, done.hostData());

        Order refused = find(rejected);
        assertEquals(OrderStatus.REJECTED, refused.status());
        assertEquals(Optional.of(RejectReason.INSUFFICIENT_STOCK), refused.rejectReason());
        assertEquals(List.of(OrderLine.of(1, 11)), refused.lines());
        assertEquals(OptionalLong.of(result.decision(0)), refused.decision());

        try (Session session = shop().session()) {
            new DeadLetters(shop().tables())
                    .park(session, parked, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
        }
        assertEquals(OrderStatus.PARKED, find(parked).status());
        assertEquals(List.of(OrderLine.of(1, 3)), find(parked).lines());
        assertEquals(Optional.empty(), find(parked).decidedAt());
    }

    @Test
    void anOrderWhoseRequestIsUnreadableIsFoundWithoutLines() {
        tampered();
        OrderEntry order = order(1, 1, 1);
        shop().journal(List.of(order));
        shop().execute("UPDATE orderflow_orders SET request = x'ff00' WHERE id = " + SqlText.id(order.id()));
        assertEquals(List.of(), find(order).lines());
        assertEquals(1, find(order).buyer());
    }

    /** Many orders share one moment, as a group of the journal does; none may be left out or come twice. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 500})
    void ordersOfABuyerComeNewestFirstInPages(int size) {
        List<UUID> expected = new ArrayList<>();
        for (int group = 0; group < 3; group++) {
            List<OrderEntry> orders = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                orders.add(OrderEntry.of(
                        OrderRequest.of(1).id(UUID.randomUUID()).line(1, 1).build()));
            }
            shop().journal(orders);
            shop().journal(List.of(order(2, 1, 1)));
            orders.stream().map(OrderEntry::id).sorted(OrderIds.UNSIGNED).forEach(id -> expected.add(id));
        }
        Collections.reverse(expected);
        shop().decide(List.of(order(2, 1, 1)));
        List<UUID> seen = new ArrayList<>();
        Page<Order> page = reads.ofBuyer(1, PageRequest.first(size));
        seen.addAll(ids(page));
        while (page.next().isPresent()) {
            assertEquals(size, page.entries().size());
            page = reads.ofBuyer(1, PageRequest.after(page.next().get(), size));
            seen.addAll(ids(page));
        }
        assertEquals(expected, seen);
        assertEquals(List.of(), reads.ofBuyer(3, PageRequest.first(size)).entries());
    }

    private static List<UUID> ids(Page<Order> page) {
        return page.entries().stream().map(Order::id).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_",
                "x",
                "2026-01-01T00:00_",
                "2026-01-01T00:00:00_no-uuid",
                "17",
                "+999999999-01-01T00:00:00_01890000-0000-7000-8000-000000000000",
                "-0044-03-15T00:00:00_01890000-0000-7000-8000-000000000000"
            })
    void aPositionThatIsNotOurs(String position) {
        assertThrows(IllegalArgumentException.class, () -> reads.ofBuyer(1, PageRequest.after(position, 1)));
    }

    @Test
    void aDatabaseThatIsAwayIsSaidSo() {
        UUID id = OrderIds.next();
        shop().dataSource().setPlan(FaultPlan.nth(Step.GET_CONNECTION, 1));
        StoreUnavailableException away = assertThrows(StoreUnavailableException.class, () -> reads.find(id));
        assertTrue(away.getMessage().startsWith("order " + id + " could not be read: "), away::getMessage);
        shop().dataSource().setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1));
        assertThrows(StoreUnavailableException.class, () -> reads.ofBuyer(1, PageRequest.first(1)));
    }

    @Test
    void awaitingEndsWithTheVerdictOfAnotherProcessOrWithTheBound() throws Exception {
        OrderEntry order = order(1, 1, 1);
        OrderEntry later = order(1, 1, 1);
        shop().journal(List.of(order));
        try (OrderProcessor processor =
                OrderProcessor.builder(shop().dataSource()).build().start()) {
            assertEquals(
                    OrderStatus.PENDING,
                    processor.await(order.id(), Duration.ZERO).orElseThrow().status());
            assertEquals(Optional.empty(), processor.await(later.id(), Duration.ofMillis(30)));
            List<CompletableFuture<Optional<Order>>> waiting = new ArrayList<>();
            for (OrderEntry entry : List.of(order, later, order)) {
                waiting.add(CompletableFuture.supplyAsync(() -> await(processor, entry.id())));
            }
            shop().decide(List.of(order, later));
            for (CompletableFuture<Optional<Order>> one : waiting) {
                Order decided = one.get(BOUND.toSeconds(), TimeUnit.SECONDS).orElseThrow();
                assertEquals(OrderStatus.COMPLETED, decided.status());
            }
            assertEquals(
                    OrderStatus.COMPLETED,
                    processor.await(order.id(), BOUND).orElseThrow().status());
        }
    }

    private static Optional<Order> await(OrderProcessor processor, UUID id) {
        try {
            return processor.await(id, BOUND);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Order find(OrderEntry order) {
        return reads.find(order.id()).orElseThrow();
    }
}
