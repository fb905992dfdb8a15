package io.orderflow.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterReason;
import io.orderflow.FeedPage;
import io.orderflow.FeedStart;
import io.orderflow.FeedState;
import io.orderflow.OrderEvent;
import io.orderflow.OrderEvent.Type;
import io.orderflow.OrderStatus;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the feed tells, in which order, and what becomes of numbers that are missing. */
class FeedTest extends DatabaseContract {
    private JdbcOrderFeeds feeds;
    private long start;

    @BeforeEach
    void goods() {
        feeds = shop().feeds();
        shop().inventory().define(1, 10, 100, "product 1");
        shop().inventory().define(2, 5, 100, "product 2");
        shop().wallets().open(1, 1_000, "wallet 1");
        shop().wallets().open(2, 1_000, "wallet 2");
        start = newest();
    }

    private long newest() {
        return FeedPosition.after(Long.parseLong(
                shop().read("SELECT MAX(id) FROM orderflow_batch").get(0)));
    }

    private List<OrderEvent> all() {
        return feeds.read(start, 500).events();
    }

    private List<UUID> orderIds() {
        return all().stream().map(OrderEvent::orderId).toList();
    }

    private static List<String> text(List<OrderEvent> events) {
        return events.stream()
                .map(event -> event.type() + " " + event.orderId() + " " + event.amount()
                        + event.rejectReason().map(reason -> " " + reason).orElse("")
                        + event.parkedFor().map(reason -> " " + reason).orElse("")
                        + event.reference().map(reference -> " " + reference).orElse(""))
                .toList();
    }

    @Test
    void allThatHappensIsToldInItsOrderAsItWas() throws SQLException {
        OrderEntry bought = order(1, 1, 3);
        OrderEntry tooMuch = order(2, 2, 101);
        OrderEntry unwanted = order(2, 1, 1);
        OrderEntry stuck = order(2, 2, 2);
        shop().journal(List.of(bought, tooMuch, unwanted, stuck));
        shop().decide(List.of(bought, tooMuch));
        shop().changes().cancel(unwanted.id(), "unwanted");
        shop().wallets().deposit(1, 1, "an adjustment");
        try (Session session = shop().session()) {
            DeadLetters.Parking why = new DeadLetters.Parking(DeadLetterReason.CRASHED_WORKER, "tried", 3);
            new DeadLetters(shop().tables()).park(session, stuck, why);
        }
        shop().changes().refund(RefundRequest.of(bought.id(), "one", new RefundLine(0, 1)));
        shop().deadLetters().redriveAll(DeadLetterFilter.ALL, "test", tally -> {});
        shop().decide(List.of(stuck));
        shop().changes().refund(RefundRequest.rest(bought.id(), "rest"));

        List<OrderEvent> events = all();

        assertEquals(
                List.of(
                        "COMPLETED " + bought.id() + " 30",
                        "REJECTED " + tooMuch.id() + " 0 INSUFFICIENT_STOCK",
                        "CANCELLED " + unwanted.id() + " 0 unwanted",
                        "PARKED " + stuck.id() + " 0 CRASHED_WORKER",
                        "REFUNDED " + bought.id() + " 10 one",
                        "REDRIVEN " + stuck.id() + " 0",
                        "COMPLETED " + stuck.id() + " 10",
                        "REFUNDED " + bought.id() + " 20 rest"),
                text(events));
        assertEquals(
                events.stream().map(OrderEvent::position).sorted().toList(),
                events.stream().map(OrderEvent::position).toList());
        assertEquals(OrderStatus.REFUNDED, events.get(0).order().orElseThrow().status());
        assertEquals(
                events.get(6).order().orElseThrow().decision().orElseThrow(),
                events.get(6).position());
        assertEquals(text(events), text(oneByOne()));
    }

    private List<OrderEvent> oneByOne() {
        List<OrderEvent> events = new ArrayList<>();
        long position = start;
        while (true) {
            FeedPage page = feeds.read(position, 1);
            if (page.events().isEmpty()) {
                assertEquals(newest(), page.position());
                return events;
            }
            assertTrue(page.position() > position, () -> page.toString());
            position = page.position();
            events.addAll(page.events());
        }
    }

    @Test
    void eachReasonIsTold() {
        List<OrderEntry> orders = List.of(order(9, 1, 1), order(1, 9, 1), order(1, 1, 101), order(2, 1, 100));
        shop().wallets().withdraw(2, 1_000, "poor");
        start = newest();
        shop().decide(orders);
        assertEquals(
                List.of(
                        RejectReason.UNKNOWN_BUYER,
                        RejectReason.UNKNOWN_PRODUCT,
                        RejectReason.INSUFFICIENT_STOCK,
                        RejectReason.INSUFFICIENT_FUNDS),
                all().stream().map(event -> event.rejectReason().orElseThrow()).toList());
    }

    @Test
    void aNumberThatWasRolledBackIsPassedOver() throws SQLException {
        try (Connection other = shop().foreign()) {
            draw(other);
            draw(other);
            other.rollback();
        }
        OrderEntry order = order(1, 1, 1);
        shop().decide(List.of(order));
        assertEquals(
                List.of(order.id()), all().stream().map(OrderEvent::orderId).toList());
        assertEquals(List.of("5 0"), shop().read("SELECT DISTINCT kind, size FROM orderflow_batch WHERE kind = 5"));
    }

    private static void draw(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO orderflow_batch (decided_at, size, kind, members) VALUES"
                    + " ('2026-01-01 00:00:00', 0, 0, NULL)");
        }
    }

    @Test
    void whatIsBeyondTheNewestNumberIsLeftAlone() throws SQLException {
        try (Connection other = shop().foreign()) {
            draw(other);
            assertEquals(List.of(), all());
            other.rollback();
        }
        assertEquals(0, shop().count("orderflow_batch WHERE kind = 5"));
    }

    /**
     * The first has drawn its number and is not committed while the second, which drew later, is. On H2 batches take
     * turns from the number on, and a refund does not.
     */
    @Test
    void anOpenTransactionIsWaitedFor() throws Exception {
        CountDownLatch drawn = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        OrderEntry before = order(2, 2, 1);
        OrderEntry first = order(1, 1, 1);
        OrderEntry second = kind() == TestDatabase.Kind.H2 ? before : order(2, 2, 1);
        shop().decide(List.of(before));
        CompletableFuture<Void> open = CompletableFuture.runAsync(() -> decide(first, step -> {
            if (step == Step.NUMBERED) {
                drawn.countDown();
                await(go);
            }
        }));
        await(drawn);
        if (second == before) {
            shop().changes().refund(RefundRequest.rest(before.id(), "back"));
        } else {
            shop().decide(List.of(second));
        }
        assertEquals(List.of(before.id()), orderIds());
        assertEquals(List.of(before.id()), orderIds());
        go.countDown();
        open.get();
        assertEquals(List.of(before.id(), first.id(), second.id()), orderIds());
        assertEquals(0, shop().count("orderflow_batch WHERE kind = 5"));
    }

    private void decide(OrderEntry order, Step.Watcher watcher) {
        try (Session session = shop().session()) {
            new Engine(shop().tables(), watcher).decide(session, List.of(order));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * As if a reader had taken it between the drawing and the inserting: the next one is drawn under the same locks.
     */
    @Test
    void whoDrewANumberThatIsTakenDrawsAnother() throws SQLException {
        AtomicInteger inserts = new AtomicInteger();
        AtomicInteger commits = new AtomicInteger();
        OrderEntry order = order(1, 1, 1);
        shop().journal(List.of(order));
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_COMMIT) {
                commits.incrementAndGet();
            }
            boolean insert = step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith("INSERT INTO orderflow_batch");
            if (insert && inserts.incrementAndGet() <= 2) {
                throw new SQLException("injected: duplicate entry", "23000", 1062);
            }
        });
        shop().decide(List.of(order));
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(3, inserts.get());
        assertEquals(1, commits.get());
        assertEquals(
                List.of(order.id()), all().stream().map(OrderEvent::orderId).toList());
    }

    /** The server gives a number that is there already; not on MySQL, which counts on from any row. */
    @Test
    void aNumberThatIsTakenIsNotGivenTwice() {
        OrderEntry order = order(1, 1, 1);
        if (kind() == TestDatabase.Kind.H2) {
            shop().execute("ALTER TABLE orderflow_batch ALTER COLUMN id RESTART WITH "
                    + shop().read("SELECT MAX(id) FROM orderflow_batch").get(0));
        } else if (kind() == TestDatabase.Kind.MARIADB) {
            shop().execute("INSERT INTO orderflow_batch (id, decided_at, size, kind) SELECT -1, decided_at, 0, 5 FROM"
                    + " orderflow_batch LIMIT 1");
            shop().execute("UPDATE orderflow_batch SET id = (SELECT MAX(id) FROM (SELECT id FROM orderflow_batch) b)"
                    + " + 1 WHERE id = -1");
        }
        shop().decide(List.of(order));
        shop().changes().refund(RefundRequest.rest(order.id(), "all"));
        assertEquals(
                List.of(Type.COMPLETED, Type.REFUNDED),
                all().stream().map(OrderEvent::type).toList());
    }

    @Test
    void readsInTheHostsTransaction() throws SQLException {
        List<OrderEntry> orders = List.of(order(1, 1, 1), order(2, 2, 1), order(1, 2, 1));
        shop().decide(orders);
        List<UUID> ids = orders.stream().map(OrderEntry::id).toList();
        try (Connection host = shop().foreign()) {
            assertEquals(ids, polled(host, "shipping", FeedStart.BEGINNING, 500));
            host.rollback();
            assertEquals(ids.subList(0, 2), polled(host, "shipping", FeedStart.NOW, 2));
            host.commit();
            assertEquals(ids.subList(2, 3), polled(host, "shipping", FeedStart.NOW, 2));
            assertEquals(List.of(), polled(host, "shipping", FeedStart.NOW, 2));
            host.commit();
            assertEquals(List.of(), polled(host, "late", FeedStart.NOW, 2));
            host.commit();
        }
        FeedState state = feeds.find("shipping").orElseThrow();
        assertEquals(newest(), state.position());
        assertEquals(0, state.behind());
    }

    private List<UUID> polled(Connection host, String name, FeedStart from, int max) throws SQLException {
        return feeds.feed(name, from).poll(host, max).stream()
                .map(OrderEvent::orderId)
                .toList();
    }

    @Test
    void aPollSettlesAMissingNumberOutsideTheHostsTransaction() throws SQLException {
        OrderEntry order = order(1, 1, 1);
        try (Connection host = shop().foreign();
                Connection other = shop().foreign()) {
            assertEquals(List.of(), polled(host, "shipping", FeedStart.NOW, 9));
            host.commit();
            draw(other);
            other.rollback();
            shop().decide(List.of(order));
            assertEquals(List.of(order.id()), polled(host, "shipping", FeedStart.NOW, 9));
            host.rollback();
        }
        assertEquals(1, shop().count("orderflow_batch WHERE kind = 5"));
    }

    @Test
    void oneHostPollsAtATime() throws Exception {
        shop().decide(List.of(order(1, 1, 1)));
        try (Connection first = shop().foreign();
                Connection second = shop().foreign()) {
            assertEquals(1, polled(first, "shipping", FeedStart.BEGINNING, 9).size());
            CompletableFuture<List<UUID>> waits = CompletableFuture.supplyAsync(() -> {
                try {
                    return polled(second, "shipping", FeedStart.BEGINNING, 9);
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            first.commit();
            assertEquals(List.of(), waits.get());
            second.commit();
        }
    }

    @Test
    void administersFeeds() throws SQLException {
        assertEquals(Optional.empty(), feeds.find("shipping"));
        shop().decide(List.of(order(1, 1, 1)));
        try (Connection host = shop().foreign()) {
            polled(host, "mail", FeedStart.NOW, 9);
            polled(host, "shipping", FeedStart.BEGINNING, 9);
            host.commit();
        }
        shop().decide(List.of(order(1, 1, 1)));
        List<FeedState> states = feeds.list();
        assertEquals(
                List.of("mail", "shipping"),
                states.stream().map(FeedState::name).toList());
        assertEquals(List.of(1L, 1L), states.stream().map(FeedState::behind).toList());
        assertTrue(states.stream()
                .noneMatch(state -> state.lag().isNegative() || state.lag().isZero()));
        assertTrue(feeds.reset("shipping", FeedStart.BEGINNING));
        assertTrue(feeds.reset("mail", FeedStart.NOW));
        try (Connection host = shop().foreign()) {
            assertEquals(2, polled(host, "shipping", FeedStart.NOW, 9).size());
            assertEquals(0, polled(host, "mail", FeedStart.BEGINNING, 9).size());
            host.rollback();
        }
        assertTrue(feeds.reset("mail", start));
        assertEquals(start, feeds.find("mail").orElseThrow().position());
        assertTrue(feeds.delete("mail"));
        assertTrue(!feeds.delete("mail") && !feeds.reset("mail", 0) && !feeds.reset("mail", FeedStart.NOW));
        assertThrows(IllegalArgumentException.class, () -> feeds.find("no name"));
        assertThrows(IllegalArgumentException.class, () -> feeds.feed("x'y", FeedStart.NOW));
        assertThrows(IllegalArgumentException.class, () -> feeds.read(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> feeds.read(0, 501));
    }
}
