package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.LockingReads;
import io.orderflow.internal.journal.JournalException.Fate;
import io.orderflow.internal.journal.JournalOutcome.Duplicate;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The journal's rules J1 to J4 on a database; J5 has a test of its own. */
class RowJournalTest extends DatabaseContract {
    /** One lock wait of 1 s, and what else a loaded machine needs. */
    private static final Duration ONE_WAIT = Duration.ofMillis(2_500);

    private RowJournal journal;

    @BeforeEach
    void openJournal() {
        journal = new RowJournal(
                shop().tables(), () -> shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
    }

    @AfterEach
    void giveBack() {
        journal.idle();
    }

    @Test
    void aGroupIsWrittenAsPendingRowsAndTheirGroupWithOneCommit() throws JournalException {
        List<OrderEntry> group = ofManyBuyers(500);
        Collections.shuffle(group, new Random(1));
        journal.probe();
        List<String> statements = new ArrayList<>();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT) {
                statements.add(sql.split(" \\(")[0]);
            }
        });
        assertEquals(Collections.nCopies(500, JournalOutcome.WRITTEN), journal.write(group));
        assertEquals(List.of("INSERT INTO orderflow_orders", "INSERT INTO orderflow_pending", "COMMIT"), statements);
        assertEquals(List.of("0 500"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
    }

    @Test
    void outcomesComeInTheOrderGiven() throws JournalException {
        OrderEntry written = order(1, 1, 1);
        OrderEntry same = order(1, 1, 2);
        OrderEntry other = order(1, 1, 3);
        OrderEntry changed = withContentOf(other, 4);
        journal.write(List.of(other, same));
        assertEquals(
                List.of("Conflict", "Written", "Duplicate"), names(journal.write(List.of(changed, written, same))));
        assertEquals(
                List.of("Duplicate", "Duplicate", "Duplicate"), names(journal.write(List.of(same, other, written))));
        assertEquals(3, shop().count("orderflow_orders"));
    }

    @Test
    void aDuplicateCarriesTheOrderAsItIsNow() throws JournalException {
        shop().inventory().define(1, 7, 100, "define");
        shop().wallets().open(1, 100, "open");
        OrderEntry decided = order(1, 1, 3);
        OrderEntry pending = order(1, 1, 2);
        journal.write(List.of(decided, pending));
        shop().decide(List.of(decided));
        List<JournalOutcome> outcomes = journal.write(List.of(pending, decided));
        Order first = ((Duplicate) outcomes.get(0)).order();
        Order second = ((Duplicate) outcomes.get(1)).order();
        assertEquals(OrderStatus.PENDING, first.status());
        assertEquals(pending.id(), first.id());
        assertEquals(OrderStatus.COMPLETED, second.status());
        assertEquals(21, second.total());
    }

    @Test
    void anUncommittedRowOfAnotherCostsOneWaitAndOnlyItsOwnOrder() throws Exception {
        List<OrderEntry> group = ofManyBuyers(50);
        OrderEntry stuck = group.get(20);
        OrderEntry known = group.get(30);
        journal.write(List.of(known));
        try (Connection foreign = shop().foreign()) {
            insert(foreign, stuck);
            long start = System.nanoTime();
            List<String> outcomes = names(journal.write(group));
            assertWithin(ONE_WAIT, start);
            assertEquals("Stuck", outcomes.get(20));
            assertEquals("Duplicate", outcomes.get(30));
            assertEquals(48, Collections.frequency(outcomes, "Written"));
            assertEquals(49, shop().count("orderflow_orders"));
            foreign.rollback();
        }
    }

    @Test
    void aCommittedRowThatAnotherHoldsIsADuplicateOrAConflict() throws Exception {
        OrderEntry held = order(1, 1, 1);
        OrderEntry other = order(1, 1, 2);
        journal.write(List.of(held, other));
        try (Connection foreign = shop().foreign();
                Statement lock = foreign.createStatement()) {
            lock.executeUpdate("UPDATE orderflow_orders SET reason = reason");
            long start = System.nanoTime();
            assertEquals(
                    List.of("Written", "Duplicate", "Conflict"),
                    names(journal.write(List.of(order(1, 1, 3), held, withContentOf(other, 9)))));
            assertWithin(ONE_WAIT, start);
            foreign.rollback();
        }
    }

    @Test
    void settlingNeverWaits() throws Exception {
        OrderEntry stuck = order(1, 1, 1);
        OrderEntry free = order(1, 1, 2);
        try (Connection foreign = shop().foreign()) {
            insert(foreign, stuck);
            assertEquals(List.of("Stuck"), names(journal.write(List.of(stuck))));
            long start = System.nanoTime();
            assertEquals(List.of("Stuck", "Written"), names(journal.settle(List.of(stuck, free))));
            assertWithin(Duration.ofMillis(900), start);
            foreign.rollback();
        }
    }

    @Test
    void aStuckOrderSettlesWithTheOtherTransaction() throws Exception {
        List<OrderEntry> stuck = List.of(order(1, 1, 1), order(1, 1, 2), order(1, 1, 3));
        try (Connection foreign = shop().foreign();
                Connection another = shop().foreign()) {
            insert(foreign, stuck.get(0));
            insert(foreign, withContentOf(stuck.get(1), 9));
            insert(another, stuck.get(2));
            assertEquals(List.of("Stuck", "Stuck", "Stuck"), names(journal.write(stuck)));
            foreign.commit();
            another.rollback();
        }
        assertEquals(List.of("Duplicate", "Conflict", "Written"), names(journal.settle(stuck)));
    }

    @Test
    void anOrderThatLosesAgainAndAgainWaitsApart() throws JournalException {
        AtomicInteger tries = new AtomicInteger();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("INSERT")) {
                tries.incrementAndGet();
                throw FaultPlan.deadlock();
            }
        });
        OrderEntry order = order(1, 1, 1);
        assertEquals(List.of("Stuck"), names(journal.write(List.of(order))));
        assertEquals(5, tries.get());
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(List.of("Written"), names(journal.settle(List.of(order))));
    }

    /** The slow way reads with dirty reads for a moment. */
    @Test
    void whateverADriverThrowsTheSessionIsNotUsedAgain() throws Exception {
        Session session = shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS);
        journal = new RowJournal(shop().tables(), () -> session, Telemetry.NONE);
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("SELECT id FROM")) {
                throw new IllegalStateException("injected: the driver has a bug");
            }
        });
        JournalException thrown = assertThrows(JournalException.class, () -> journal.settle(List.of(order(1, 1, 1))));
        assertEquals(Fate.NOTHING_WRITTEN, thrown.fate());
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(0, shop().dataSource().openConnections());
    }

    @Test
    void anOrderThatIsFreedDuringTheWaitIsWrittenAtOnce() throws Exception {
        OrderEntry stuck = order(1, 1, 1);
        try (Connection foreign = shop().foreign()) {
            insert(foreign, stuck);
            CompletableFuture<Void> released = new CompletableFuture<>();
            shop().dataSource().setPlan((step, sql) -> {
                if (step == Step.BEFORE_EXECUTE && sql.startsWith("INSERT")) {
                    CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
                            .execute(() -> {
                                try {
                                    foreign.rollback();
                                    released.complete(null);
                                } catch (SQLException e) {
                                    released.completeExceptionally(e);
                                }
                            });
                }
            });
            assertEquals(List.of("Written"), names(journal.write(List.of(stuck))));
            released.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aLostCommitLeavesTheFateUnknownAndTheRowsTell() throws JournalException {
        List<OrderEntry> group = ofManyBuyers(10);
        journal.probe();
        shop().dataSource().setPlan(FaultPlan.nth(Step.AFTER_COMMIT, 1));
        assertEquals(Fate.UNKNOWN, fateOf(() -> journal.write(group)));
        assertEquals(10, shop().count("orderflow_orders"));
        assertEquals(Collections.nCopies(10, "Duplicate"), names(journal.write(group)));
    }

    @Test
    void aConnectionLostBeforeTheCommitWritesNothing() throws JournalException {
        List<OrderEntry> group = ofManyBuyers(10);
        for (int statement = 1; statement <= 2; statement++) {
            journal.probe();
            shop().dataSource().setPlan(FaultPlan.nth(Step.AFTER_EXECUTE, statement));
            assertEquals(Fate.NOTHING_WRITTEN, fateOf(() -> journal.write(group)));
            assertEquals(0, shop().count("orderflow_orders"));
        }
        assertEquals(Collections.nCopies(10, JournalOutcome.WRITTEN), journal.write(group));
    }

    @Test
    void aConnectionLostOnTheWayOutWritesNothingAndTheSameGroupIsWrittenLater() throws JournalException {
        List<OrderEntry> group = ofManyBuyers(10);
        journal.probe();
        shop().dataSource().setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1));
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(() -> journal.write(group)));
        assertEquals(0, shop().count("orderflow_orders"));
        assertEquals(Collections.nCopies(10, "Written"), names(journal.write(group)));
    }

    static Stream<SQLException> refusals() {
        return Stream.of(
                FaultPlan.readOnly(),
                new SQLException("injected: the table is full", "HY000", 1114),
                new SQLException("injected: the packet is too large", "S1000", 1153));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aServerThatRefusesWritesNothing(SQLException refusal) throws JournalException {
        List<OrderEntry> group = ofManyBuyers(3);
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("INSERT")) {
                throw refusal;
            }
        });
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(() -> journal.write(group)));
        assertEquals(0, shop().count("orderflow_orders"));
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(Collections.nCopies(3, "Written"), names(journal.write(group)));
    }

    @Test
    void withoutAConnectionNothingIsWritten() throws JournalException {
        List<OrderEntry> group = ofManyBuyers(3);
        shop().dataSource().setPlan(FaultPlan.nth(Step.GET_CONNECTION, 1));
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(() -> journal.write(group)));
        assertEquals(Collections.nCopies(3, "Written"), names(journal.write(group)));
    }

    /** The slow way reads with dirty reads for a moment; no failure there may leave the session so. */
    @Test
    void aFailureOnTheSlowWayLeavesTheSessionAsItWas() throws Exception {
        OrderEntry stuck = order(1, 1, 1);
        Session session = shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS);
        journal = new RowJournal(shop().tables(), () -> session, Telemetry.NONE);
        try (Connection foreign = shop().foreign()) {
            insert(foreign, stuck);
            shop().dataSource().setPlan((step, sql) -> {
                if (step == Step.BEFORE_EXECUTE && sql.startsWith("SELECT id FROM")) {
                    throw FaultPlan.lockWaitTimeout();
                }
            });
            assertEquals(Fate.NOTHING_WRITTEN, fateOf(() -> journal.settle(List.of(stuck))));
            foreign.rollback();
        }
        Connection used = session.connection();
        assertTrue(used.isClosed() || used.getTransactionIsolation() == Connection.TRANSACTION_READ_COMMITTED);
    }

    @Test
    void aProbeIsOneStatementAndOneCommitAndWritesNothing() throws JournalException {
        List<String> before = shop().read("SELECT * FROM orderflow_schema_version ORDER BY id");
        journal.probe();
        List<String> statements = new ArrayList<>();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT) {
                statements.add(sql.split(" ")[0]);
            }
        });
        journal.probe();
        assertEquals(List.of("UPDATE", "COMMIT"), statements);
        assertEquals(before, shop().read("SELECT * FROM orderflow_schema_version ORDER BY id"));
    }

    @Test
    void aProbeFailsOnAServerThatIsReadOnly() {
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("UPDATE")) {
                throw FaultPlan.readOnly();
            }
        });
        JournalException refused = assertThrows(JournalException.class, journal::probe);
        assertEquals(Fate.NOTHING_WRITTEN, refused.fate());
        assertTrue(refused.getMessage().contains("read-only"), refused::getMessage);
    }

    /** A worker that is frozen in a transaction with an unknown product holds the guard; intake must not notice. */
    @Test
    void aGuardThatSomebodyHoldsStopsNeitherProbeNorFirstContact() throws Exception {
        try (Session frozen = shop().session()) {
            new LockingReads(shop().tables(), frozen).lockGuard();
            VerifiedSessions unverified = new VerifiedSessions(shop().dataSource(), shop().tables(), false);
            journal = new RowJournal(
                    shop().tables(), () -> unverified.open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
            journal.probe();
        }
    }

    @Test
    void createdAtIsTheDatabasesClockInUtc() throws Exception {
        OrderEntry order = order(1, 1, 1);
        journal.write(List.of(order));
        Instant createdAt =
                ((Duplicate) journal.write(List.of(order)).get(0)).order().createdAt();
        Duration age = Duration.between(createdAt, Instant.now());
        assertTrue(age.abs().compareTo(Duration.ofMinutes(1)) < 0, () -> "age " + age);
    }

    private interface Call {
        Object run() throws JournalException;
    }

    private static Fate fateOf(Call call) {
        return assertThrows(JournalException.class, call::run).fate();
    }

    private void insert(Connection foreign, OrderEntry order) throws SQLException {
        try (Statement statement = foreign.createStatement()) {
            String now = Dialect.of(foreign).utcNow();
            statement.executeUpdate(OrderInsert.rows(shop().tables(), now, Codes.PENDING, List.of(order)));
            statement.executeUpdate(
                    OrderInsert.group(shop().tables(), now, OrderIds.next(), GroupKind.WRITTEN, List.of(order)));
        }
    }

    private static void assertWithin(Duration bound, long start) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(bound) <= 0, () -> "took " + took);
    }

    private static OrderEntry withContentOf(OrderEntry order, int quantity) {
        return OrderEntry.of(
                OrderRequest.of(order.buyer()).id(order.id()).line(1, quantity).build());
    }

    private static List<OrderEntry> ofManyBuyers(int count) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(order(i, 1, 1));
        }
        return orders;
    }

    private static List<String> names(List<JournalOutcome> outcomes) {
        return outcomes.stream()
                .map(outcome -> outcome.getClass().getSimpleName())
                .toList();
    }
}
