package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.HidingDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that are there and that no read shows, as behind a proxy that reads from a replica (J5). */
class HiddenRowsTest extends DatabaseContract {
    private final AtomicInteger statements = new AtomicInteger();
    private HidingDataSource replica;
    private RowJournal journal;

    @BeforeEach
    void openJournal() {
        replica = new HidingDataSource(shop().dataSource(), shop().tables().orders());
        VerifiedSessions sessions = new VerifiedSessions(replica.dataSource(), shop().tables(), false);
        journal = new RowJournal(shop().tables(), () -> sessions.open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE) {
                statements.incrementAndGet();
            }
        });
    }

    @AfterEach
    void giveBack() {
        journal.idle();
    }

    @Test
    void aDuplicateThatCanNotBeReadWaitsApartAndTheOthersAreWritten() throws JournalException {
        List<OrderEntry> group = ofManyBuyers(100);
        journal.write(List.of(group.get(3), group.get(70)));
        List<JournalOutcome> outcomes = journal.write(group);
        for (int i = 0; i < group.size(); i++) {
            Class<?> expected = i == 3 || i == 70 ? JournalOutcome.Stuck.class : JournalOutcome.Written.class;
            assertInstanceOf(expected, outcomes.get(i), "entry " + i);
        }
        assertEquals(100, shop().count("orderflow_orders"));
        JournalOutcome.Stuck stuck = (JournalOutcome.Stuck) outcomes.get(3);
        assertTrue(stuck.why().contains("replica"), stuck::why);
    }

    @Test
    void lookingAgainDoesNotSearchAgainAndFindsTheRowWhenItShows() throws JournalException {
        OrderEntry known = order(1, 1, 1);
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(1).id(known.id()).line(1, 2).build());
        journal.write(List.of(known));
        assertInstanceOf(
                JournalOutcome.Stuck.class, journal.write(List.of(known)).get(0));
        statements.set(0);
        assertInstanceOf(
                JournalOutcome.Stuck.class, journal.settle(List.of(known)).get(0));
        assertEquals(1, statements.get(), "one read and no insert");
        replica.show();
        assertInstanceOf(
                JournalOutcome.Duplicate.class, journal.settle(List.of(known)).get(0));
        assertEquals(JournalOutcome.CONFLICT, journal.write(List.of(other)).get(0));
    }

    @Test
    void whatWasOnlyReadIsNoTransactionToKeepOpen() throws JournalException {
        OrderEntry known = order(1, 1, 1);
        journal.write(List.of(known));
        journal.write(List.of(known));
        List<String> steps = new ArrayList<>();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT) {
                steps.add(sql.split(" ")[0]);
            }
        });
        journal.settle(List.of(known));
        assertEquals(List.of("SELECT", "COMMIT"), steps);
    }

    @Test
    void aConnectionThatIsLostBehindAHalfThatWasWrittenLeavesTheFateUnknown() throws JournalException {
        List<OrderEntry> group = ofManyBuyers(4);
        journal.write(List.of(group.get(3)));
        AtomicBoolean written = new AtomicBoolean();
        AtomicBoolean committed = new AtomicBoolean();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.AFTER_EXECUTE && sql.startsWith("INSERT INTO orderflow_pending")) {
                written.set(true);
            }
            if (step == Step.AFTER_COMMIT && written.get()) {
                committed.set(true);
            }
            if (step == Step.BEFORE_EXECUTE && committed.get()) {
                throw FaultPlan.lost(step);
            }
        });
        JournalException lost = assertThrows(JournalException.class, () -> journal.write(group));
        assertEquals(JournalException.Fate.UNKNOWN, lost.fate());
        assertEquals(3, shop().count("orderflow_orders"));
    }

    @Test
    void manyOfThemAreAllFoundInTurns() throws JournalException {
        List<OrderEntry> known = ofManyBuyers(300);
        List<OrderEntry> all = new ArrayList<>(known);
        all.addAll(ofManyBuyers(200));
        journal.write(known);
        statements.set(0);
        List<JournalOutcome> outcomes = journal.write(all);
        assertTrue(statements.get() <= 80, () -> statements + " statements before all others of the buffer went on");
        int looks = 0;
        while (Collections.frequency(outcomes, JournalOutcome.WRITTEN) < 200 && ++looks < 1_000) {
            List<OrderEntry> stuck = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            List<JournalOutcome> before = new ArrayList<>(outcomes);
            for (int i = 0; i < all.size(); i++) {
                if (before.get(i) instanceof JournalOutcome.Stuck) {
                    stuck.add(all.get(i));
                    places.add(i);
                }
            }
            List<JournalOutcome> again = journal.settle(stuck);
            for (int i = 0; i < stuck.size(); i++) {
                before.set(places.get(i), again.get(i));
            }
            outcomes = before;
        }
        assertEquals(200, Collections.frequency(outcomes, JournalOutcome.WRITTEN));
        assertEquals(500, shop().count("orderflow_orders"));
    }

    @Test
    void theRepeatedOrderIsUnknownAndNobodyElseNoticesIt() {
        try (OrderProcessor orders = OrderProcessor.builder(replica.dataSource())
                // long enough that a busy machine is no outage
                .submitTimeout(Duration.ofSeconds(5))
                .journalTimeout(Duration.ofSeconds(4))
                .build()
                .start()) {
            OrderRequest repeated =
                    OrderRequest.of(1).line(1, 1).idempotencyKey("again").build();
            assertInstanceOf(SubmitResult.Accepted.class, orders.submit(repeated));
            CompletableFuture<SubmitResult> second = orders.submitAsync(repeated);
            eventually("the repeated order is answered", () -> {
                assertOthersAreAccepted(orders);
                return second.isDone();
            });
            SubmitResult.Unknown unknown = assertInstanceOf(SubmitResult.Unknown.class, second.join());
            assertTrue(unknown.cause().contains("cannot be read back"), unknown::cause);
            replica.show();
            assertInstanceOf(SubmitResult.Duplicate.class, orders.submit(repeated));
        }
    }

    private static void assertOthersAreAccepted(OrderProcessor orders) {
        assertInstanceOf(
                SubmitResult.Accepted.class,
                orders.submit(OrderRequest.of(2).line(1, 1).build()));
        assertTrue(
                orders.health().checks().stream()
                        .noneMatch(check -> check.name().equals("journal")),
                () -> orders.health().toString());
    }

    @Test
    void whoWaitsForAVerdictIsNotSentAwayBeforeItShows() {
        shop().wallets().open(1, 100, "wallet");
        shop().inventory().define(1, 100, 1, "product");
        try (OrderProcessor orders =
                OrderProcessor.builder(replica.dataSource()).build().start()) {
            SubmitResult accepted = orders.submit(OrderRequest.of(1).line(1, 1).build());
            CompletableFuture<Optional<Order>> waiting = CompletableFuture.supplyAsync(() -> await(orders, accepted));
            orders.workers(WorkerConfig.defaults()).start();
            eventually("the order is decided", () -> shop().count("orderflow_order_line") == 1);
            statements.set(0);
            eventually("the waiting one looked again", () -> statements.get() > 20 || waiting.isDone());
            assertFalse(waiting.isDone(), "told of a verdict that it cannot read, it goes on waiting");
            replica.show();
            assertEquals(OrderStatus.COMPLETED, waiting.join().orElseThrow().status());
        }
    }

    private void eventually(String what, BooleanSupplier condition) {
        Eventually.await(what, Duration.ofSeconds(60), condition, () -> statements + " statements");
    }

    private static Optional<Order> await(OrderProcessor orders, SubmitResult accepted) {
        try {
            return orders.await(accepted.orderId(), Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInsertIsTriedAgainAfterAWhile() {
        AtomicLong nanos = new AtomicLong();
        HiddenRows rows = new HiddenRows(nanos::get);
        OrderEntry order = order(1, 1, 1);
        rows.add(order.id());
        assertTrue(rows.contains(order.id()));
        nanos.set(HiddenRows.REMEMBERED);
        assertTrue(!rows.contains(order.id()));
        List<OrderEntry> many = ofManyBuyers(HiddenRows.MOST + 1);
        many.forEach(entry -> rows.add(entry.id()));
        assertTrue(!rows.contains(many.get(0).id()) && rows.contains(many.get(1).id()));
        rows.forget(many.get(1).id());
        assertTrue(!rows.contains(many.get(1).id()));
    }

    private static List<OrderEntry> ofManyBuyers(int count) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(order(i + 1, 1, 1));
        }
        return orders;
    }
}
