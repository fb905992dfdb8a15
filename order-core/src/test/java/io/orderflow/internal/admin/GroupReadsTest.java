package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.GroupJournal;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders that have no row yet, as hosts ask for them. */
class GroupReadsTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Comparator<Order> NEWEST_FIRST = Comparator.comparing(Order::createdAt)
            .thenComparing(Order::id, OrderIds.UNSIGNED)
            .reversed();

    private AcceptedOrders accepted;

    /** Of the process that accepted, and of another one. */
    private OrderReads here;

    private OrderReads elsewhere;

    @BeforeEach
    void seed() {
        accepted = new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime);
        OrderReader reader = new OrderReader(shop().tables());
        here = new OrderReads(shop().store(), reader, new CarriedOrders(shop().tables(), accepted));
        elsewhere = new OrderReads(shop().store(), reader, shop().carried());
        shop().inventory().define(1, 10, 1_000, "define");
        shop().wallets().open(1, 100_000, "open");
    }

    private void write(List<OrderEntry> orders) throws JournalException {
        write(orders, OrderIds::isMadeHere);
    }

    private void write(List<OrderEntry> orders, Predicate<UUID> nameless) throws JournalException {
        GroupJournal journal = new GroupJournal(
                shop().tables(),
                () -> shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS),
                Telemetry.NONE,
                accepted,
                nameless,
                Clock.systemUTC());
        journal.write(orders);
        journal.idle();
    }

    @Test
    void anOrderThatAGroupCarriesIsFoundHereAndElsewhere() throws JournalException {
        byte[] hostData = {0, -1, 7};
        OrderEntry order = OrderEntry.of(
                OrderRequest.of(1).line(1, 2).line(1, 1, 10).hostData(hostData).build());
        write(List.of(order(2, 1, 1), order, order(3, 1, 1)));
        for (OrderReads reads : List.of(here, elsewhere)) {
            Order found = reads.find(order.id()).orElseThrow();
            assertEquals(OrderStatus.PENDING, found.status());
            assertEquals(order.lines(), found.lines());
            assertEquals(1, found.buyer());
            assertEquals(0, found.total());
            assertEquals(Optional.empty(), found.decidedAt());
            assertArrayEquals(hostData, found.hostData());
            Duration age = Duration.between(found.createdAt(), Instant.now());
            assertTrue(age.abs().toSeconds() < 60, found::toString);
            assertEquals(Optional.empty(), reads.find(OrderIds.next()));
            assertEquals(List.of(order.id()), ids(reads.ofBuyer(1, PageRequest.first(10))));
        }
        shop().decide(List.of(order));
        for (OrderReads reads : List.of(here, elsewhere)) {
            assertEquals(
                    OrderStatus.COMPLETED, reads.find(order.id()).orElseThrow().status());
            assertEquals(List.of(order.id()), ids(reads.ofBuyer(1, PageRequest.first(10))));
        }
    }

    /** Ids of neighbours, so that one begins in the middle of two others. */
    @Test
    void whatOnlyLooksLikeAnIdIsNone() throws JournalException {
        UUID first = UUID.fromString("00000000-0000-4000-8000-000000000001");
        UUID second = UUID.fromString("00000000-0000-4000-8000-000000000002");
        write(List.of(withId(first), withId(second)), id -> true);
        UUID across = UUID.fromString("80000000-0000-0001-0000-000000004000");
        assertEquals(Optional.empty(), elsewhere.find(across));
        assertTrue(elsewhere.find(second).isPresent());
    }

    private static OrderEntry withId(UUID id) {
        return OrderEntry.of(OrderRequest.of(1).id(id).line(1, 1).build());
    }

    /** A worker decides it, and recovery takes its group out, before each of the statements of the look. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void anOrderThatIsDecidedBetweenTwoLooksIsNeverMissed(int statement) throws JournalException {
        for (OrderReads reads : List.of(here, elsewhere)) {
            OrderEntry order = order(1, 1, 1);
            write(List.of(order));
            decideBefore(statement, order);
            assertTrue(reads.find(order.id()).isPresent());
            shop().dataSource().setPlan(FaultPlan.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aPageMissesNoOrderThatIsDecidedMeanwhile(int statement) throws JournalException {
        OrderEntry order = order(1, 1, 1);
        write(List.of(order));
        decideBefore(statement, order);
        assertEquals(List.of(order.id()), ids(elsewhere.ofBuyer(1, PageRequest.first(10))));
    }

    private void decideBefore(int nth, OrderEntry order) {
        AtomicInteger statements = new AtomicInteger();
        Thread asking = Thread.currentThread();
        shop().dataSource().setPlan((step, sql) -> {
            boolean isLook = Thread.currentThread() == asking && sql.startsWith("SELECT");
            if (step == Step.BEFORE_EXECUTE && isLook && statements.incrementAndGet() == nth) {
                CompletableFuture.runAsync(() -> {
                            shop().decide(List.of(order));
                            shop().takeOutDecidedGroups();
                            accepted.decided(List.of(order.id()));
                        })
                        .join();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 500})
    void pagesOverRowsAndGroupsNeitherLoseNorRepeat(int size) throws JournalException {
        HashSet<UUID> all = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            List<OrderEntry> carried = orders(3);
            write(carried);
            shop().journalGroup(orders(2).stream()
                    .peek(order -> all.add(order.id()))
                    .toList());
            List<OrderEntry> rows = orders(2);
            shop().journalRows(rows);
            List<OrderEntry> decided = orders(2);
            write(decided);
            shop().decide(decided);
            List.of(carried, rows, decided).forEach(some -> some.forEach(order -> all.add(order.id())));
            write(List.of(order(2, 1, 1)));
        }
        for (OrderReads reads : List.of(here, elsewhere)) {
            List<Order> seen = pages(reads, size);
            assertEquals(all.size(), seen.size());
            assertEquals(all, new HashSet<>(seen.stream().map(Order::id).toList()));
            assertEquals(seen.stream().sorted(NEWEST_FIRST).toList(), seen);
        }
    }

    private static List<Order> pages(OrderReads reads, int size) {
        List<Order> seen = new ArrayList<>();
        Page<Order> page = reads.ofBuyer(1, PageRequest.first(size));
        seen.addAll(page.entries());
        while (page.next().isPresent()) {
            assertEquals(size, page.entries().size());
            page = reads.ofBuyer(1, PageRequest.after(page.next().get(), size));
            seen.addAll(page.entries());
        }
        return seen;
    }

    /** As documented. */
    @Test
    void aPageLooksIntoTheNewestGroupsAndAFindIntoAll() throws JournalException {
        OrderEntry oldest = order(1, 1, 1);
        write(List.of(oldest));
        String hour =
                kind() == TestDatabase.Kind.H2 ? "DATEADD('HOUR', -1, created_at)" : "created_at - INTERVAL 1 HOUR";
        shop().execute("UPDATE orderflow_pending SET created_at = " + hour);
        for (int i = 0; i < 199; i++) {
            shop().journalGroup(orders(1));
        }
        assertEquals(200, pages(elsewhere, 500).size());
        shop().journalGroup(orders(1));
        for (OrderReads reads : List.of(here, elsewhere)) {
            List<UUID> seen = pages(reads, 37).stream().map(Order::id).toList();
            assertEquals(200, new HashSet<>(seen).size());
            assertEquals(200, seen.size());
            assertTrue(reads.find(oldest.id()).isPresent());
        }
    }

    /** It accepted both before either was decided. */
    @Test
    void anOrderInTwoGroupsIsOne() throws JournalException {
        OrderEntry order = order(1, 1, 1);
        write(List.of(order));
        shop().journalGroup(List.of(order));
        assertEquals(List.of(order.id()), ids(elsewhere.ofBuyer(1, PageRequest.first(10))));
        assertEquals(order.id(), elsewhere.find(order.id()).orElseThrow().id());
    }

    @Test
    void awaitingEndsWithTheVerdictOfAnotherProcess() throws Exception {
        try (OrderProcessor one = processor();
                OrderProcessor two = processor()) {
            OrderRequest request = OrderRequest.of(1).line(1, 1).build();
            assertInstanceOf(SubmitResult.Accepted.class, one.submit(request));
            assertEquals(0, shop().count("orderflow_orders"));
            List<CompletableFuture<Optional<Order>>> waiting = new ArrayList<>();
            for (OrderProcessor processor : List.of(one, two)) {
                assertEquals(
                        OrderStatus.PENDING,
                        processor
                                .await(request.id(), Duration.ZERO)
                                .orElseThrow()
                                .status());
                waiting.add(CompletableFuture.supplyAsync(() -> await(processor, request.id())));
            }
            shop().decide(List.of(OrderEntry.of(request)));
            for (CompletableFuture<Optional<Order>> answer : waiting) {
                Order decided = answer.get(BOUND.toSeconds(), TimeUnit.SECONDS).orElseThrow();
                assertEquals(OrderStatus.COMPLETED, decided.status());
            }
        }
    }

    private OrderProcessor processor() {
        return OrderProcessor.builder(shop().dataSource())
                .acceptance(Acceptance.GROUP_JOURNAL)
                .build()
                .start();
    }

    private static Optional<Order> await(OrderProcessor processor, UUID id) {
        try {
            return processor.await(id, BOUND);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<UUID> ids(Page<Order> page) {
        return page.entries().stream().map(Order::id).toList();
    }
}
