package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.PlaceResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.RetryBatchException;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups that carry their orders and whose frames do not come. */
class UnfoldingTest extends DatabaseContract {
    private static final long BOUND = 20;

    private PendingOrders pending;
    private Session session;

    @BeforeEach
    void seed() {
        shop().inventory().define(1, 10, 10_000, "define");
        shop().wallets().open(1, 1_000_000, "open");
        pending = new PendingOrders(shop().tables());
        session = shop().session();
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    @Test
    void ordersGetRowsOfTheirOwnWithTheTimeOfTheirGroup() throws SQLException {
        List<OrderEntry> group = orders(500);
        shop().journalGroup(group);
        age(Duration.ofMinutes(10));
        List<String> time = shop().read("SELECT created_at FROM orderflow_pending");
        assertEquals(ids(group), Set.copyOf(overdue(Duration.ofMinutes(9))));
        assertEquals(time, shop().read("SELECT DISTINCT created_at FROM orderflow_orders"));
        assertEquals(List.of("0 500"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
        assertEquals(List.of("0 8000"), shop().read("SELECT kind, OCTET_LENGTH(orders) FROM orderflow_pending"));
        assertEquals(List.of("1"), shop().read("SELECT COUNT(*) FROM orderflow_pending WHERE frame IS NULL"));
        recover(overdue(Duration.ZERO));
        assertEquals(List.of("1 500"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
        assertAllGone();
    }

    @Test
    void youngGroupsAreLeftToTheQueue() throws SQLException {
        shop().journalGroup(orders(3));
        assertEquals(List.of(), overdue(Duration.ofHours(1)));
        assertEquals(0, shop().count("orderflow_orders"));
        age(Duration.ofHours(-2));
        assertEquals(3, overdue(Duration.ofHours(1)).size(), "from the future, so their clock was wrong");
    }

    @Test
    void aGroupWhoseOrdersAreAllDecidedGoesAndOneWithOneUndecidedStays() throws SQLException {
        List<OrderEntry> group = orders(500);
        shop().journalGroup(group);
        shop().journalGroup(orders(1));
        shop().decide(group.subList(0, 300));
        shop().decide(group.subList(301, 500));
        assertEquals(List.of(), overdue(Duration.ofHours(1)));
        assertEquals(2, shop().count("orderflow_pending"));
        shop().decide(group.subList(300, 301));
        assertEquals(List.of(), overdue(Duration.ofHours(1)));
        assertEquals(1, shop().count("orderflow_pending"));
    }

    @Test
    void whatIsDecidedOfAGroupKeepsItsRowAndTheRestIsUnfolded() throws SQLException {
        List<OrderEntry> group = orders(10);
        shop().journalGroup(group);
        shop().decide(group.subList(0, 4));
        assertEquals(ids(group.subList(4, 10)), Set.copyOf(overdue(Duration.ZERO)));
        assertEquals(
                List.of("0 6", "1 4"),
                shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status"));
        recover(overdue(Duration.ZERO));
        assertAllGone();
    }

    /** It harms its own order, and no other of the group. */
    @Test
    void anOrderThatAHostIsPlacingStaysInItsGroup() throws SQLException {
        List<OrderEntry> group = new ArrayList<>(orders(9));
        OrderEntry placed = order(1, 1, 1);
        group.add(5, placed);
        shop().journalGroup(group);
        List<String> id = groupIds(2);
        try (Connection host = shop().foreign()) {
            PlaceResult result = new OrderPlacement(
                            shop().tables(),
                            new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime),
                            any -> Optional.empty())
                    .place(host, placed);
            assertTrue(result instanceof PlaceResult.Placed, result::toString);
            Set<UUID> others = ids(group);
            others.remove(placed.id());
            long start = System.nanoTime();
            assertEquals(others, Set.copyOf(overdue(Duration.ZERO)));
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4), "it waits for the lock");
            assertEquals(id, groupIds(2), "who remembers the group would take its orders for decided");
            assertEquals(
                    List.of("16"), shop().read("SELECT OCTET_LENGTH(orders) FROM orderflow_pending WHERE kind = 2"));
            recover(List.copyOf(others));
            assertEquals(List.of(), overdue(Duration.ZERO));
            host.rollback();
        }
        assertEquals(List.of(placed.id()), overdue(Duration.ZERO));
        recover(List.of(placed.id()));
        assertAllGone();
    }

    @Test
    void anOrderThatAHostPlacedMeanwhileIsDecidedByThatRow() throws SQLException {
        OrderEntry order = order(1, 1, 1);
        shop().journalGroup(List.of(order));
        try (Connection host = shop().foreign()) {
            new OrderPlacement(
                            shop().tables(),
                            new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime),
                            any -> Optional.empty())
                    .place(host, order);
            assertEquals(List.of(), overdue(Duration.ZERO));
            host.commit();
        }
        overdue(Duration.ZERO);
        List<UUID> placed = pending.placed(session, id -> false, 10);
        assertEquals(List.of(order.id()), placed);
        recover(placed);
        pending.placed(session, id -> false, 10);
        assertAllGone();
        assertEquals(List.of("1"), shop().read("SELECT status FROM orderflow_orders"));
    }

    @Test
    void twoProcessesUnfoldTheSameGroupAndOneDoes() throws Exception {
        List<OrderEntry> group = orders(20);
        shop().journalGroup(group);
        Gate gate = new Gate("first", "DELETE FROM orderflow_pending");
        shop().dataSource().setPlan(gate);
        CompletableFuture<List<UUID>> first = start("first", () -> {
            try (Session own = shop().session()) {
                return new PendingOrders(shop().tables()).overdue(own, all(Duration.ZERO));
            }
        });
        await(gate.arrived);
        assertEquals(List.of(), overdue(Duration.ZERO), "the other looks at it");
        gate.opened.countDown();
        assertEquals(ids(group), Set.copyOf(first.get(BOUND, TimeUnit.SECONDS)));
        assertEquals(ids(group), Set.copyOf(overdue(Duration.ZERO)));
        assertEquals(20, shop().count("orderflow_orders"));
        assertEquals(1, shop().count("orderflow_pending"));
        recover(overdue(Duration.ZERO));
        assertAllGone();
    }

    @Test
    void whatAWorkerIsDecidingAtThatMomentIsLeftToIt() throws SQLException {
        List<OrderEntry> group = orders(10);
        shop().journalGroup(group);
        List<List<UUID>> found = new ArrayList<>();
        try (Session worker = shop().session()) {
            new Engine(shop().tables(), step -> {
                        if (step == io.orderflow.internal.engine.Step.WRITTEN) {
                            found.add(unchecked(() -> overdue(Duration.ZERO)));
                        }
                    })
                    .decide(worker, group.subList(0, 5));
        }
        assertEquals(1, found.size());
        assertEquals(ids(group.subList(5, 10)), Set.copyOf(found.get(0)));
        assertEquals(ids(group.subList(5, 10)), Set.copyOf(overdue(Duration.ZERO)));
        recover(overdue(Duration.ZERO));
        assertAllGone();
        assertEquals(List.of("1 10"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
    }

    /** The frame comes late: its worker expects no rows, and meets those that are just inserted. */
    @Test
    void aWorkerThatDecidesTheFrameWhileItIsUnfoldedDecidesItOnce() throws Exception {
        List<OrderEntry> group = orders(10);
        shop().journalGroup(group);
        Gate gate = new Gate("unfolding", "COMMIT", "DELETE FROM orderflow_pending");
        shop().dataSource().setPlan(gate);
        CompletableFuture<List<UUID>> unfolding = start("unfolding", () -> {
            try (Session own = shop().session()) {
                return new PendingOrders(shop().tables()).overdue(own, all(Duration.ZERO));
            }
        });
        await(gate.arrived);
        CountDownLatch inserting = new CountDownLatch(1);
        CompletableFuture<BatchResult> deciding = start("deciding", () -> decideUntilDone(group, inserting));
        await(inserting);
        gate.opened.countDown();
        assertEquals(10, deciding.get(BOUND, TimeUnit.SECONDS).verdicts().size());
        unfolding.get(BOUND, TimeUnit.SECONDS);
        assertEquals(List.of(), overdue(Duration.ZERO));
        assertAllGone();
        assertEquals(List.of("1 11"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
    }

    private BatchResult decideUntilDone(List<OrderEntry> orders, CountDownLatch inserting) throws SQLException {
        AtomicBoolean armed = new AtomicBoolean();
        Engine engine = new Engine(shop().tables(), step -> {
            if (step == io.orderflow.internal.engine.Step.NUMBERED && armed.get()) {
                inserting.countDown();
            }
        });
        try (Session worker = shop().sessions().open(ShopDatabase.WORKER_SETTINGS)) {
            // one that found no rows expects none
            engine.decide(worker, orders(1));
            armed.set(true);
            for (int i = 0; i < 20; i++) {
                try {
                    return engine.decide(worker, orders);
                } catch (RetryBatchException e) {
                    inserting.countDown();
                } catch (SQLException e) {
                    inserting.countDown();
                    SqlFailure failure = SqlFailure.of(e);
                    assertTrue(failure == SqlFailure.CONTENTION || failure == SqlFailure.DUPLICATE_KEY, e::toString);
                }
            }
        }
        throw new AssertionError("lost against the unfolding 20 times");
    }

    @Test
    void aGroupThatCannotBeReadIsPassedOverAndOthersGoOn() throws SQLException {
        tampered();
        List<OrderEntry> damaged = orders(2);
        List<OrderEntry> without = orders(2);
        List<OrderEntry> sound = orders(2);
        shop().journalGroup(damaged);
        shop().journalGroup(without);
        shop().journalGroup(sound);
        String first = " WHERE SUBSTRING(orders, 1, 16) = ";
        shop().execute("UPDATE orderflow_pending SET created_at = '2026-01-01 00:00:00', frame = x'00'" + first
                + SqlText.id(damaged.get(0).id()));
        shop().execute("UPDATE orderflow_pending SET created_at = '2026-01-01 00:00:01', frame = NULL" + first
                + SqlText.id(without.get(0).id()));
        for (int i = 0; i < 3; i++) {
            assertEquals(ids(sound), Set.copyOf(overdue(Duration.ZERO)));
        }
        List<String> named = shop().audit().examples();
        assertTrue(named.stream().anyMatch(text -> text.contains("cannot be read")), named::toString);
        assertTrue(named.stream().anyMatch(text -> text.contains("has no frame")), named::toString);
        // their messages come
        shop().decide(damaged);
        recover(overdue(Duration.ZERO));
        assertEquals(List.of("1 4"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
    }

    /** Whoever asks for orders of a group that cannot be read gets an answer. */
    @Test
    void anOrderOfAGroupThatCannotBeReadIsNotFound() throws SQLException {
        tampered();
        List<OrderEntry> orders = orders(2);
        shop().journalGroup(orders);
        for (String frame : List.of("x'00'", "NULL")) {
            shop().execute("UPDATE orderflow_pending SET frame = " + frame);
            try (Connection connection = shop().foreign()) {
                assertEquals(
                        Optional.empty(),
                        shop().carried().find(connection, orders.get(0).id()));
                assertEquals(List.of(), shop().carried().ofBuyer(connection, 1, Optional.empty()));
                connection.rollback();
            }
        }
    }

    @Test
    void theAgeOfAFrameIsThatOfItsGroup() throws SQLException {
        List<OrderEntry> old = orders(3);
        List<OrderEntry> young = orders(3);
        shop().journalGroup(old);
        age(Duration.ofMinutes(20));
        shop().journalGroup(young);
        age(Duration.ofMinutes(5));
        assertEquals(25, minutes(old.get(2)));
        assertEquals(5, minutes(young.get(1)));
        assertEquals(5, minutes(old.get(1), young.get(0), old.get(0)));
        assertEquals(Optional.empty(), pending.youngest(session, List.of(OrderIds.next())));
        overdue(Duration.ofMinutes(10));
        assertEquals(25, minutes(old.get(2)), "its row has the group's time");
        shop().decide(young);
        assertEquals(5, minutes(young.get(0)), "its row is as old as its verdict, its group is not");
        overdue(Duration.ofHours(1));
        List<UUID> ids = List.of(young.get(0).id());
        assertEquals(Optional.empty(), pending.youngest(session, ids), "nothing tells any more");
    }

    private long minutes(OrderEntry... orders) throws SQLException {
        List<UUID> ids = List.of(orders).stream().map(OrderEntry::id).toList();
        return pending.youngest(session, ids).orElseThrow().toMinutes();
    }

    private void assertAllGone() throws SQLException {
        assertEquals(List.of(), overdue(Duration.ZERO));
        assertEquals(0, shop().count("orderflow_pending"));
    }

    private List<UUID> overdue(Duration age) throws SQLException {
        return pending.overdue(session, all(age));
    }

    private static PendingOrders.Wanted all(Duration age) {
        return new PendingOrders.Wanted(age, id -> false, 10_000, true);
    }

    private void recover(List<UUID> ids) throws SQLException {
        new Engine(shop().tables(), step -> {}).recover(session, ids);
    }

    /** Makes all groups older. */
    private void age(Duration by) throws SQLException {
        String set = kind() == io.orderflow.testing.TestDatabase.Kind.H2
                ? "DATEADD('SECOND', " + -by.toSeconds() + ", created_at)"
                : "created_at - INTERVAL " + by.toSeconds() + " SECOND";
        shop().execute("UPDATE orderflow_pending SET created_at = " + set);
    }

    private List<String> groupIds(int kind) {
        return shop().read("SELECT CONCAT('', id) FROM orderflow_pending WHERE kind = " + kind);
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private static <T> T unchecked(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> CompletableFuture<T> start(String name, Work<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        future.complete(work.run());
                    } catch (SQLException | RuntimeException | Error e) {
                        future.completeExceptionally(e);
                    }
                },
                name);
        thread.start();
        return future;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(BOUND, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Holds a thread before a statement, or before the commit of one, until it is opened. */
    private static final class Gate implements FaultPlan {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private final String thread;
        private final String text;
        private final String after;
        private volatile boolean armed;

        Gate(String thread, String text) {
            this(thread, text, "");
        }

        Gate(String thread, String text, String after) {
            this.thread = thread;
            this.text = text;
            this.after = after;
            this.armed = after.isEmpty();
        }

        @Override
        public void reached(Step step, String sql) {
            if (!Thread.currentThread().getName().equals(thread)) {
                return;
            }
            boolean before = step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT;
            if (before && armed && sql.contains(text)) {
                arrived.countDown();
                await(opened);
            }
            armed |= !after.isEmpty() && sql.contains(after);
        }
    }
}
