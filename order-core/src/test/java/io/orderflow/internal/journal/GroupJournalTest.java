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
import io.orderflow.internal.journal.JournalException.Fate;
import io.orderflow.internal.journal.JournalOutcome.Duplicate;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The journal's rules on a database, where a row is a group. */
class GroupJournalTest extends DatabaseContract {
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> statements = Collections.synchronizedList(new ArrayList<>());
    private AcceptedOrders accepted;
    private GroupJournal journal;

    @BeforeEach
    void openJournal() {
        shop().inventory().define(1, 7, 1_000, "define");
        shop().wallets().open(1, 1_000_000, "open");
        accepted = new AcceptedOrders(AcceptedOrders.MOST, nanos::get);
        journal = journal(accepted);
    }

    /** That of one process. */
    private GroupJournal journal(AcceptedOrders accepted) {
        return new GroupJournal(
                shop().tables(),
                () -> shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS),
                Telemetry.NONE,
                accepted,
                OrderIds::isMadeHere,
                Clock.systemUTC());
    }

    @AfterEach
    void giveBack() {
        journal.idle();
    }

    private void count() {
        statements.clear();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT) {
                statements.add(sql.split(" WHERE | \\(")[0]);
            }
        });
    }

    @Test
    void aGroupIsOneInsertAndOneCommitAndRecoveryFindsItsOrders() throws Exception {
        List<OrderEntry> group = new ArrayList<>(orders(500));
        Collections.shuffle(group, new Random(1));
        journal.probe();
        count();
        assertEquals(Collections.nCopies(500, JournalOutcome.WRITTEN), journal.write(group));
        assertEquals(List.of("INSERT INTO orderflow_pending", "COMMIT"), statements);
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(List.of("2 8000"), shop().read("SELECT kind, OCTET_LENGTH(orders) FROM orderflow_pending"));
        assertEquals(0, shop().count("orderflow_orders"));
        assertEquals(ids(group), Set.copyOf(overdue()));
        assertEquals(List.of("0 500"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
    }

    @Test
    void namedOrdersGetRowsBesideTheGroupOfTheOthersInOneTransaction() throws Exception {
        List<OrderEntry> nameless = orders(2);
        OrderEntry ofTheHost = withId(UUID.fromString("0190a1b2-c3d4-7e5f-8a0b-1c2d3e4f5061"));
        List<OrderEntry> group =
                List.of(nameless.get(0), keyed("a", 1), ofTheHost, nameless.get(1), withId(new UUID(5, 6)));
        journal.probe();
        count();
        assertEquals(Collections.nCopies(5, JournalOutcome.WRITTEN), journal.write(group));
        assertEquals(
                List.of(
                        "INSERT INTO orderflow_orders",
                        "INSERT INTO orderflow_pending",
                        "INSERT INTO orderflow_pending",
                        "COMMIT"),
                statements);
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(3, shop().count("orderflow_orders"));
        assertEquals(
                List.of("0 48", "2 32"),
                shop().read("SELECT kind, OCTET_LENGTH(orders) FROM orderflow_pending ORDER BY kind"));
        assertEquals(ids(group), Set.copyOf(overdue()));
        shop().decide(group);
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
    }

    @Test
    void aKeyThatHasARowIsADuplicateOrAConflictAndOneCommitOfOursComesAfterIt() throws Exception {
        OrderEntry decided = keyed("a", 1);
        OrderEntry pending = keyed("b", 1);
        OrderEntry other = keyed("c", 1);
        shop().journal(List.of(pending));
        shop().decide(List.of(decided, other));
        journal.probe();
        count();
        List<JournalOutcome> outcomes = journal.write(List.of(decided, pending, keyed("c", 2)));
        assertEquals(List.of("Duplicate", "Duplicate", "Conflict"), names(outcomes));
        assertEquals(OrderStatus.COMPLETED, order(outcomes.get(0)).status());
        assertEquals(7, order(outcomes.get(0)).total());
        assertEquals(OrderStatus.PENDING, order(outcomes.get(1)).status());
        assertEquals(
                List.of("INSERT INTO orderflow_attempt", "DELETE FROM orderflow_attempt", "COMMIT"),
                statements.subList(statements.size() - 3, statements.size()));
        count();
        assertEquals(List.of("Duplicate", "Written"), names(journal.write(List.of(decided, order(1, 1, 1)))));
        assertEquals(List.of("2"), shop().read("SELECT kind FROM orderflow_pending WHERE kind = 2"));
        assertEquals(
                List.of("INSERT INTO orderflow_pending", "COMMIT"),
                statements.subList(statements.size() - 2, statements.size()),
                "the group's own commit is one of ours");
    }

    @Test
    void anOrderThatIsPendingHereIsADuplicateOrAConflictWithoutARow() throws Exception {
        OrderEntry first = order(1, 1, 3);
        journal.write(List.of(first));
        Instant now = Instant.now();
        List<JournalOutcome> outcomes = journal.write(List.of(order(1, 1, 1), first));
        assertEquals(List.of("Written", "Duplicate"), names(outcomes));
        Order known = order(outcomes.get(1));
        assertEquals(first.id(), known.id());
        assertEquals(OrderStatus.PENDING, known.status());
        assertEquals(first.lines(), known.lines());
        assertTrue(Duration.between(known.createdAt(), now).abs().toSeconds() < 60, known::toString);
        assertEquals(List.of("Conflict"), names(journal.write(List.of(withId(first.id())))));
        assertEquals(0, shop().count("orderflow_orders"));
        assertEquals(2, shop().count("orderflow_pending"));
    }

    /** What rests on nothing but a commit that was confirmed to us needs no other. */
    @Test
    void whatIsKnownFromOurselvesAloneWritesNothing() throws Exception {
        List<OrderEntry> group = orders(1);
        journal.write(group);
        count();
        assertEquals(List.of("Duplicate"), names(journal.write(group)));
        assertTrue(statements.stream().noneMatch(sql -> sql.startsWith("INSERT")), statements::toString);
        assertEquals("COMMIT", statements.get(statements.size() - 1), "no transaction is left open");
    }

    /** As documented: without a name nothing tells of an order whose group is gone. */
    @Test
    void anOrderThatAnotherProcessDecidesMeanwhileIsKnownUntilItsGroupIsGone() throws Exception {
        List<OrderEntry> group = orders(1);
        journal.write(group);
        // nobody tells this process
        shop().decide(group);
        assertEquals(OrderStatus.COMPLETED, order(journal.write(group).get(0)).status());
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        UUID id = group.get(0).id();
        assertTrue(accepted.find(id).isPresent());
        journal.write(List.of(order(1, 1, 1)));
        assertTrue(accepted.find(id).isEmpty(), "its group is gone, so its row tells");
        assertEquals(List.of("Written"), names(journal.write(group)));
        assertEquals(1, shop().decide(group).skipped());
    }

    /** A worker of this process tells of its verdict right after the commit, in the middle of a call. */
    @ParameterizedTest
    @EnumSource(names = {"BEFORE_EXECUTE", "AFTER_EXECUTE"})
    void anOrderThatIsDecidedWhileItIsLookedForIsNotAcceptedAgain(Step moment) throws Exception {
        OrderEntry order = order(1, 1, 1);
        journal.write(List.of(order));
        shop().dataSource().setPlan((step, sql) -> {
            if (step == moment
                    && sql.contains("FROM orderflow_orders")
                    && Thread.currentThread().getName().equals("journal")
                    && accepted.find(order.id()).isPresent()) {
                Thread.currentThread().setName("worker");
                shop().decide(List.of(order));
                accepted.decided(List.of(order.id()));
                Thread.currentThread().setName("journal");
            }
        });
        String before = Thread.currentThread().getName();
        Thread.currentThread().setName("journal");
        try {
            assertEquals(List.of("Duplicate"), names(journal.write(List.of(order))));
        } finally {
            Thread.currentThread().setName(before);
        }
    }

    @Test
    void groupsAreAskedForNowAndThenAndNotAtEachCall() throws Exception {
        journal.write(orders(1));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        count();
        for (int i = 0; i < 5; i++) {
            journal.write(orders(1));
        }
        assertEquals(1, Collections.frequency(statements, "SELECT id FROM orderflow_pending"), statements::toString);
    }

    @Test
    void withItsMemoryFullNamesAreStillKnownAndOthersAreAcceptedAgain() throws Exception {
        accepted.add(OrderIds.next(), orders(AcceptedOrders.MOST), Instant.now());
        OrderEntry withKey = keyed("new", 1);
        OrderEntry without = order(1, 1, 1);
        assertEquals(List.of("Written", "Written"), names(journal.write(List.of(without, withKey))));
        assertEquals(List.of("0"), kindOf(withKey));
        assertEquals(List.of("2"), kindOf(without));
        assertTrue(accepted.find(without.id()).isEmpty());
        assertEquals(
                List.of("Duplicate", "Conflict", "Written"),
                List.of(keyed("new", 1), keyed("new", 2), without).stream()
                        .map(order -> names(written(order)).get(0))
                        .toList());
    }

    private List<JournalOutcome> written(OrderEntry order) {
        try {
            return journal.write(List.of(order));
        } catch (JournalException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFailureOfTheGroupTakesTheRowsBesideItBack() throws Exception {
        journal.probe();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.contains("INSERT INTO orderflow_pending") && sql.contains("frame")) {
                throw FaultPlan.readOnly();
            }
        });
        List<OrderEntry> group = List.of(keyed("new", 1), order(1, 1, 1));
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(group));
        assertForgotten(group);
        assertEquals(0, shop().count("orderflow_orders"));
    }

    private List<String> kindOf(OrderEntry order) {
        return shop().read("SELECT kind FROM orderflow_pending WHERE orders = " + SqlText.id(order.id()));
    }

    @Test
    void largeOrdersAreSeveralRowsOfOneInsert() throws Exception {
        List<OrderEntry> large = IntStream.range(0, 40)
                .mapToObj(i -> OrderEntry.of(
                        OrderRequest.of(1).line(1, 1).hostData(new byte[1_000]).build()))
                .toList();
        List<OrderEntry> group = new ArrayList<>(large);
        for (int i = 0; i < 40; i++) {
            OrderRequest.Builder lines = OrderRequest.of(1);
            IntStream.range(0, 100).forEach(line -> lines.line(Long.MAX_VALUE - line, 999_999, 1_000_000L));
            group.add(OrderEntry.of(lines.hostData(new byte[1_024]).build()));
        }
        count();
        assertEquals(Collections.nCopies(80, "Written"), names(journal.write(group)));
        assertEquals(1, Collections.frequency(statements, "INSERT INTO orderflow_pending"));
        assertTrue(shop().count("orderflow_pending") >= 3);
        assertEquals(
                List.of(),
                shop().read("SELECT OCTET_LENGTH(frame) FROM orderflow_pending WHERE OCTET_LENGTH(frame) > 56000"));
        assertEquals(ids(group), Set.copyOf(overdue()));
    }

    @Test
    void moreThanAFullRowIsCut() {
        List<OrderEntry> many = orders(1_001);
        List<GroupInsert.Carried> groups = GroupInsert.cut(many);
        assertEquals(
                List.of(500, 500, 1),
                groups.stream().map(group -> group.entries().size()).toList());
        assertEquals(
                many, groups.stream().flatMap(group -> group.entries().stream()).toList());
        assertEquals(3, groups.stream().map(GroupInsert.Carried::id).distinct().count());
    }

    @Test
    void nothingIsWrittenBeforeTheCommit() throws Exception {
        List<OrderEntry> group = List.of(keyed("a", 1), order(1, 1, 1));
        for (Step step : List.of(Step.BEFORE_EXECUTE, Step.AFTER_EXECUTE)) {
            for (int statement = 1; statement <= 3; statement++) {
                journal.probe();
                shop().dataSource().setPlan(FaultPlan.nth(step, statement));
                assertEquals(Fate.NOTHING_WRITTEN, fateOf(group));
                assertForgotten(group);
            }
        }
        journal.idle();
        shop().dataSource().setPlan(FaultPlan.nth(Step.GET_CONNECTION, 1));
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(group));
        assertForgotten(group);
        assertEquals(List.of("Written", "Written"), names(journal.write(group)));
    }

    private void assertForgotten(List<OrderEntry> group) {
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(0, shop().count("orderflow_orders"));
        assertEquals(0, shop().count("orderflow_pending"));
        group.forEach(entry -> assertTrue(accepted.find(entry.id()).isEmpty()));
        assertEquals(0, shop().dataSource().openConnections(), "the session that failed is not used again");
    }

    @Test
    void aServerThatRefusesWritesNothing() throws Exception {
        journal.probe();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("INSERT")) {
                throw FaultPlan.readOnly();
            }
        });
        List<OrderEntry> group = orders(3);
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(group));
        assertForgotten(group);
    }

    @Test
    void aLostCommitLeavesTheFateUnknownAndRepeatedOrdersAreDecidedOnce() throws Exception {
        List<OrderEntry> group = List.of(order(1, 1, 1), keyed("a", 1), order(1, 1, 2));
        journal.probe();
        shop().dataSource().setPlan(FaultPlan.nth(Step.AFTER_COMMIT, 1));
        assertEquals(Fate.UNKNOWN, fateOf(group));
        group.forEach(entry -> assertTrue(accepted.find(entry.id()).isEmpty()));
        assertEquals(2, shop().count("orderflow_pending"));
        assertEquals(List.of("Written", "Duplicate", "Written"), names(journal.write(group)));
        assertEquals(
                List.of("2 2"),
                shop().read("SELECT kind, COUNT(*) FROM orderflow_pending WHERE kind = 2 GROUP BY kind"));
        shop().decide(group);
        shop().takeOutDecidedGroups();
        assertEquals(3, shop().count("orderflow_orders"));
        assertEquals(0, shop().count("orderflow_pending"));
        assertEquals(0, shop().count("orderflow_dead_letter"));
    }

    /** The group's row is there from an answer that was lost, and a name of the same call is new. */
    @Test
    void aGroupThatIsThereAlreadyIsWrittenAgainBesideNewRows() throws Exception {
        List<OrderEntry> group = new ArrayList<>(orders(3));
        journal.probe();
        shop().dataSource().setPlan(FaultPlan.nth(Step.AFTER_COMMIT, 1));
        assertEquals(Fate.UNKNOWN, fateOf(group));
        group.add(keyed("new", 1));
        assertEquals(Collections.nCopies(4, "Written"), names(journal.write(group)));
        assertEquals(1, shop().count("orderflow_orders"));
        assertEquals(3, shop().count("orderflow_pending"));
        assertEquals(ids(group), Set.copyOf(overdue()));
    }

    /** A host's open transaction has inserted the row of one order, and holds that of another. */
    @Test
    void whatOthersHoldHoldsUpItsOwnNameAlone() throws Exception {
        OrderEntry uncommitted = keyed("a", 1);
        OrderEntry locked = keyed("b", 1);
        shop().journal(List.of(locked));
        try (Connection foreign = shop().foreign();
                Statement statement = foreign.createStatement()) {
            statement.executeUpdate(OrderInsert.rows(
                    shop().tables(), Dialect.of(foreign).utcNow(), Codes.PLACED, List.of(uncommitted)));
            statement.executeQuery(
                    "SELECT id FROM orderflow_orders WHERE id = " + SqlText.id(locked.id()) + " FOR UPDATE");
            assertEquals(
                    List.of("Stuck", "Duplicate", "Written", "Written"),
                    names(journal.write(List.of(uncommitted, locked, order(1, 1, 1), keyed("c", 1)))));
            long start = System.nanoTime();
            assertEquals(List.of("Written", "Written"), names(journal.write(orders(2))));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis < 950, millis + " ms, and a lock is waited for a second");
            assertEquals(List.of("Stuck"), names(journal.settle(List.of(uncommitted))));
            foreign.rollback();
        }
        assertEquals(List.of("Written"), names(journal.settle(List.of(uncommitted))));
    }

    @Test
    void whateverADriverThrowsTheSessionIsNotUsedAgain() throws Exception {
        journal.probe();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE) {
                throw new IllegalStateException("injected: the driver has a bug");
            }
        });
        List<OrderEntry> group = orders(1);
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(group));
        assertForgotten(group);
    }

    @Test
    void twoProcessesAreToldTheSameOfANameBeforeAnythingIsDecided() throws Exception {
        GroupJournal other = journal(new AcceptedOrders(AcceptedOrders.MOST, nanos::get));
        UUID ofTheHost = UUID.fromString("0190a1b2-c3d4-7e5f-8a0b-1c2d3e4f5061");
        List<OrderEntry> group = List.of(keyed("a", 1), withId(ofTheHost));
        assertEquals(List.of("Written", "Written"), names(journal.write(group)));
        assertEquals(List.of("Duplicate", "Duplicate"), names(other.write(group)));
        OrderEntry otherContent =
                OrderEntry.of(OrderRequest.of(1).id(ofTheHost).line(1, 2).build());
        assertEquals(
                List.of("Conflict", "Conflict", "Written"),
                names(other.write(List.of(keyed("a", 2), otherContent, order(1, 1, 1)))));
        other.idle();
        shop().decide(group);
        assertEquals(List.of("1 2"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
        assertEquals(0, shop().count("orderflow_dead_letter"));
    }

    private List<UUID> overdue() throws SQLException {
        try (Session session = shop().session()) {
            return new PendingOrders(shop().tables())
                    .overdue(session, new PendingOrders.Wanted(Duration.ZERO, id -> false, 10_000, true));
        }
    }

    private Fate fateOf(List<OrderEntry> group) {
        return assertThrows(JournalException.class, () -> journal.write(group)).fate();
    }

    private static Order order(JournalOutcome outcome) {
        return ((Duplicate) outcome).order();
    }

    private static OrderEntry keyed(String key, int quantity) {
        return OrderEntry.of(
                OrderRequest.of(1).idempotencyKey(key).line(1, quantity).build());
    }

    private static OrderEntry withId(UUID id) {
        return OrderEntry.of(OrderRequest.of(1).id(id).line(1, 1).build());
    }

    private static List<String> names(List<JournalOutcome> outcomes) {
        return outcomes.stream()
                .map(outcome -> outcome.getClass().getSimpleName())
                .toList();
    }
}
