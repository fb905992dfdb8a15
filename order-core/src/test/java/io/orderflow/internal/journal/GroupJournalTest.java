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
    private final List<OrderEntry> aside = new ArrayList<>();
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

    /** Each key may have been used, and one statement asks for all of them; nothing else is read. */
    @Test
    void aGroupOfOrdersWithKeysIsReadOnce() throws Exception {
        journal.probe();
        count();
        journal.write(keyed("a", "b", "c"));
        assertEquals(3, statements.size(), statements::toString);
        assertTrue(statements.get(0).startsWith("SELECT"), statements::toString);
        assertEquals(List.of("INSERT INTO orderflow_pending", "COMMIT"), statements.subList(1, 3));
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
        assertEquals(
                List.of("INSERT INTO orderflow_pending", "COMMIT"),
                statements.subList(statements.size() - 2, statements.size()),
                "the group's own commit is one of ours");
    }

    @Test
    void aKeyThatIsPendingHereIsADuplicateOrAConflictWithoutARow() throws Exception {
        OrderEntry first = keyed("a", 1);
        OrderEntry keyless = order(1, 1, 3);
        journal.write(List.of(first, keyless));
        Instant now = Instant.now();
        List<JournalOutcome> outcomes = journal.write(List.of(keyed("b", 1), keyed("a", 1), keyless));
        assertEquals(List.of("Written", "Duplicate", "Duplicate"), names(outcomes));
        Order known = order(outcomes.get(1));
        assertEquals(first.id(), known.id());
        assertEquals(OrderStatus.PENDING, known.status());
        assertEquals(first.lines(), known.lines());
        assertTrue(Duration.between(known.createdAt(), now).abs().toSeconds() < 60, known::toString);
        assertEquals(List.of("Conflict"), names(journal.write(List.of(keyed("a", 2)))));
        assertEquals(0, shop().count("orderflow_orders"));
        assertEquals(2, shop().count("orderflow_pending"));
    }

    /** What rests on nothing but a commit that was confirmed to us needs no other. */
    @Test
    void whatIsKnownFromOurselvesAloneWritesNothing() throws Exception {
        journal.write(List.of(keyed("a", 1)));
        count();
        assertEquals(List.of("Duplicate"), names(journal.write(List.of(keyed("a", 1)))));
        assertTrue(statements.stream().noneMatch(sql -> sql.startsWith("INSERT")), statements::toString);
        assertEquals("COMMIT", statements.get(statements.size() - 1), "no transaction is left open");
    }

    @Test
    void aKeyThatAnotherProcessDecidesMeanwhileIsStillKnown() throws Exception {
        OrderEntry order = keyed("a", 1);
        journal.write(List.of(order));
        // nobody tells this process
        shop().decide(List.of(order));
        assertEquals(
                OrderStatus.COMPLETED,
                order(journal.write(List.of(keyed("a", 1))).get(0)).status());
        assertEquals(List.of("Conflict"), names(journal.write(List.of(keyed("a", 2)))));
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertTrue(accepted.find(order.id()).isPresent());
        journal.write(List.of(order(1, 1, 1)));
        assertTrue(accepted.find(order.id()).isEmpty(), "its group is gone, so its row tells");
        assertEquals(List.of("Duplicate"), names(journal.write(List.of(keyed("a", 1)))));
        assertEquals(List.of("Conflict"), names(journal.write(List.of(keyed("a", 2)))));
    }

    /** A worker of this process tells of its verdict right after the commit, in the middle of a call. */
    @ParameterizedTest
    @EnumSource(names = {"BEFORE_EXECUTE", "AFTER_EXECUTE"})
    void aKeyThatIsDecidedWhileItIsLookedForIsNotAcceptedAgain(Step moment) throws Exception {
        OrderEntry order = keyed("a", 1);
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
            assertEquals(List.of("Duplicate"), names(journal.write(List.of(keyed("a", 1)))));
        } finally {
            Thread.currentThread().setName(before);
        }
    }

    @Test
    void groupsAreAskedForNowAndThenAndNotAtEachCall() throws Exception {
        journal.write(keyed("a"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        count();
        for (int i = 0; i < 5; i++) {
            journal.write(orders(1));
        }
        assertEquals(1, Collections.frequency(statements, "SELECT id FROM orderflow_pending"), statements::toString);
    }

    @Test
    void withItsMemoryFullOrdersWithKeysGoByRowsAndOthersByGroups() throws Exception {
        fillMemory();
        OrderEntry withKey = keyed("new", 1);
        OrderEntry without = order(1, 1, 1);
        assertEquals(List.of("Written", "Written"), names(journal.write(List.of(without, withKey))));
        assertEquals(
                List.of("0"),
                shop().read("SELECT status FROM orderflow_orders WHERE id = " + SqlText.id(withKey.id())));
        assertEquals(List.of("0"), kindOf(withKey));
        assertEquals(List.of("2"), kindOf(without));
        assertTrue(accepted.find(without.id()).isEmpty());
        assertEquals(List.of("Duplicate"), names(journal.write(List.of(keyed("new", 1)))));
        assertEquals(List.of("Conflict"), names(journal.write(List.of(keyed("new", 2)))));
        OrderEntry known = keyed("memory 7", 1);
        assertEquals(List.of("Duplicate"), names(journal.write(List.of(known))), "what is remembered stays so");
    }

    @Test
    void withItsMemoryFullAFailureOfTheSecondPartSaysThatNobodyKnows() throws Exception {
        fillMemory();
        journal.probe();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.contains("INSERT INTO orderflow_pending") && sql.contains("frame")) {
                throw FaultPlan.readOnly();
            }
        });
        assertEquals(Fate.UNKNOWN, fateOf(List.of(keyed("new", 1), order(1, 1, 1))));
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(List.of(order(1, 1, 1))));
        assertEquals(1, shop().count("orderflow_orders"));
    }

    private List<String> kindOf(OrderEntry order) {
        return shop().read("SELECT kind FROM orderflow_pending WHERE orders = " + SqlText.id(order.id()));
    }

    private void fillMemory() {
        List<OrderEntry> many = IntStream.range(0, AcceptedOrders.MOST)
                .mapToObj(i -> keyed("memory " + i, 1))
                .toList();
        accepted.add(OrderIds.next(), many, Instant.now());
    }

    @Test
    void largeOrdersAreSeveralRowsOfOneInsert() throws Exception {
        List<OrderEntry> large = IntStream.range(0, 40)
                .mapToObj(i -> OrderEntry.of(OrderRequest.of(1)
                        .line(1, 1)
                        .hostData(new byte[1_000])
                        .idempotencyKey("large " + i)
                        .build()))
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
            for (int statement = 1; statement <= 2; statement++) {
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
        List<OrderEntry> group = keyed("a", "b");
        journal.probe();
        shop().dataSource().setPlan(FaultPlan.nth(Step.AFTER_COMMIT, 1));
        assertEquals(Fate.UNKNOWN, fateOf(group));
        group.forEach(entry -> assertTrue(accepted.find(entry.id()).isEmpty()));
        assertEquals(1, shop().count("orderflow_pending"));
        assertEquals(List.of("Written", "Written"), names(journal.write(group)));
        assertEquals(2, shop().count("orderflow_pending"));
        shop().decide(group);
        shop().takeOutDecidedGroups();
        assertEquals(2, shop().count("orderflow_orders"));
        assertEquals(0, shop().count("orderflow_pending"));
        assertEquals(0, shop().count("orderflow_dead_letter"));
    }

    /** A host's open transaction has inserted the row of one order, and holds that of another. */
    @Test
    void whatOthersHoldIsNotWaitedFor() throws Exception {
        OrderEntry uncommitted = keyed("a", 1);
        OrderEntry locked = keyed("b", 1);
        shop().journal(List.of(locked));
        try (Connection foreign = shop().foreign();
                Statement statement = foreign.createStatement()) {
            statement.executeUpdate(OrderInsert.rows(
                    shop().tables(), Dialect.of(foreign).utcNow(), Codes.PLACED, List.of(uncommitted)));
            statement.executeQuery(
                    "SELECT id FROM orderflow_orders WHERE id = " + SqlText.id(locked.id()) + " FOR UPDATE");
            journal.probe();
            long start = System.nanoTime();
            assertEquals(
                    List.of("Written", "Duplicate", "Written"),
                    names(journal.write(List.of(uncommitted, locked, order(1, 1, 1)))));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis < 950, millis + " ms, and a lock is waited for a second");
            foreign.rollback();
        }
    }

    @Test
    void whateverADriverThrowsTheSessionIsNotUsedAgain() throws Exception {
        journal.probe();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE) {
                throw new IllegalStateException("injected: the driver has a bug");
            }
        });
        List<OrderEntry> group = keyed("a");
        assertEquals(Fate.NOTHING_WRITTEN, fateOf(group));
        assertForgotten(group);
    }

    /** Two processes accept the same key: what is decided first is the order, the other is no order of its own. */
    @Test
    void twoProcessesAcceptTheSameKeyAndItIsDecidedOnce() throws Exception {
        GroupJournal other = journal(new AcceptedOrders(AcceptedOrders.MOST, nanos::get));
        OrderEntry order = keyed("a", 1);
        assertEquals(List.of("Written"), names(journal.write(List.of(order))));
        assertEquals(List.of("Written"), names(other.write(List.of(keyed("a", 1)))));
        other.idle();
        assertEquals(List.of(order.id()), overdue());
        shop().decide(List.of(keyed("a", 1)));
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
        assertEquals(List.of("1"), shop().read("SELECT status FROM orderflow_orders"));
        assertEquals(0, shop().count("orderflow_dead_letter"));
    }

    private List<UUID> overdue() throws SQLException {
        try (Session session = shop().session()) {
            return new PendingOrders(shop().tables(), (open, lost) -> lost.forEach(aside::add))
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

    private static List<OrderEntry> keyed(String... keys) {
        return List.of(keys).stream().map(key -> keyed(key, 1)).toList();
    }

    private static List<String> names(List<JournalOutcome> outcomes) {
        return outcomes.stream()
                .map(outcome -> outcome.getClass().getSimpleName())
                .toList();
    }
}
