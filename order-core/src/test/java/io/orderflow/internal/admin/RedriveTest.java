package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.DeadLetterResult.Refusal;
import io.orderflow.DeadLetterTally;
import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A parked order comes back with its id, once. */
class RedriveTest extends DatabaseContract {
    private final AtomicInteger hints = new AtomicInteger();
    private DeadLetterOffice office;
    private LetterBox box;

    @BeforeEach
    void open() {
        office = shop().deadLetters(Duration.ofSeconds(60), hints::incrementAndGet);
        box = new LetterBox(shop()).stocked();
    }

    @Test
    void aParkedOrderWaitsAgainAndIsDecidedOnce() {
        OrderEntry order = order(1, 1, 2);
        String id = box.park(order);
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
        box.abandonedAttempt(order);
        assertEquals(new DeadLetterResult.Done(id, Optional.of(order.id())), office.redrive(id.toUpperCase(), "me"));
        assertEquals("4", box.status(order));
        assertEquals(0, shop().count("orderflow_dead_letter"));
        assertEquals(0, shop().count("orderflow_attempt"));
        assertEquals(1, hints.get());
        assertTrue(shop().audit().ok(), "a group names it");
        assertEquals(new DeadLetterResult.Gone(id), office.redrive(id, "me"));
        assertEquals(1, hints.get(), "nothing waits again");
        assertEquals(1, box.recover());
        assertEquals(0, box.recover());
        shop().decide(List.of(order));
        assertEquals("1", box.status(order));
        assertEquals(999_980, shop().wallets().find(1).orElseThrow().balance());
    }

    /** The group that carried it may be there still. */
    @Test
    void soIsOneThatHadNoRowBeforeItWasParked() {
        OrderEntry order = order(1, 1, 1);
        OrderEntry other = order(1, 1, 1);
        shop().journalGroup(List.of(order, other));
        String id = box.parkFromFrame(order);
        assertInstanceOf(DeadLetterResult.Done.class, office.redrive(id, "me"));
        assertTrue(shop().audit().ok());
        assertEquals(1, box.recover());
        shop().decide(List.of(order, other));
        assertEquals("1 1", box.status(order) + " " + box.status(other));
        assertEquals(0, box.recover());
        shop().takeOutDecidedGroups();
        assertEquals(0, shop().count("orderflow_pending"));
    }

    @Test
    void aFrameThatComesFirstDecidesIt() {
        OrderEntry order = order(1, 1, 1);
        String id = box.park(order);
        shop().decide(List.of(order));
        assertEquals("3", box.status(order), "as long as it is parked, its frames are nothing");
        office.redrive(id, "me");
        shop().decide(List.of(order));
        assertEquals("1", box.status(order));
        assertEquals(0, box.recover());
    }

    @Test
    void oneThatIsParkedAgainCanBeBroughtBackAgain() {
        OrderEntry order = order(1, 1, 1);
        String id = box.park(order);
        office.redrive(id, "me");
        assertEquals(id, box.parkAgain(order, DeadLetterReason.CRASHED_WORKER, 2));
        DeadLetter again = office.find(id).orElseThrow().letter();
        assertEquals(DeadLetterReason.CRASHED_WORKER, again.reason());
        assertEquals(OptionalInt.of(2), again.attempts());
        assertTrue(shop().audit().ok());
        assertInstanceOf(DeadLetterResult.Done.class, office.redrive(id, "me"));
        assertEquals(1, box.recover());
        assertEquals("1", box.status(order));
    }

    /** What is kept of a stranger's message may be cut, and names no order. */
    @Test
    void aStrangersMessageWithTheSameBytesKeepsNoOrderFromComingBack() {
        OrderEntry order = order(1, 1, 1);
        String id = box.bury(DeadLetterReason.UNAUTHENTICATED, LetterBox.frame(order));
        assertEquals(id, box.park(order));
        assertTrue(shop().audit().ok(), () -> shop().audit().toString());
        assertEquals(
                Optional.of(order.id()), office.find(id).orElseThrow().letter().orderId());
        assertEquals(id, box.bury(DeadLetterReason.UNAUTHENTICATED, LetterBox.frame(order)));
        assertInstanceOf(DeadLetterResult.Done.class, office.redrive(id, "me"));
        assertEquals(1, box.recover());
    }

    @Test
    void whatIsNoParkedOrderIsRefusedAndStays() {
        OrderEntry parked = order(1, 1, 1);
        box.park(parked);
        OrderEntry stranger = order(1, 1, 1);
        refused(Refusal.NO_ORDER, box.bury(DeadLetterReason.UNDECODABLE, new byte[] {1}));
        refused(Refusal.NO_ORDER, box.bury(DeadLetterReason.UNAUTHENTICATED, LetterBox.frame(stranger)));
        refused(
                Refusal.NO_ORDER,
                box.bury(DeadLetterReason.FOREIGN_SHOP, LetterBox.frame(LetterBox.OTHER_SHOP, stranger)));
        refused(Refusal.OTHER_CONTENT, box.conflict(parked));
        assertEquals("3", box.status(parked));
        assertEquals(0, hints.get());
    }

    private void refused(Refusal why, String id) {
        DeadLetterResult result = office.redrive(id, "me");
        assertEquals(
                why, assertInstanceOf(DeadLetterResult.Refused.class, result).refusal());
        assertTrue(office.find(id).isPresent());
    }

    /** It would be parked again. */
    @ParameterizedTest
    @ValueSource(strings = {"request = x'ff'", "fingerprint = x'00112233445566778899aabbccddeeff'"})
    void whatThisReleaseCannotReadStaysParked(String damage) {
        OrderEntry order = order(1, 1, 1);
        shop().journalRows(List.of(order));
        shop().execute("UPDATE orderflow_orders SET " + damage);
        box.parkAgain(order, DeadLetterReason.POISON, 1);
        String id = box.only(DeadLetterFilter.ALL);
        refused(Refusal.UNREADABLE, id);
        assertTrue(office.redrive(id, "me").toString().contains("mend the row"));
        assertEquals("3", box.status(order));
    }

    /** What was set aside is what the row had then, and no frame. */
    @Test
    void aRowThatCouldNotBeReadComesBackOnceItCanBeRead() {
        OrderEntry order = order(1, 1, 1);
        shop().journalRows(List.of(order));
        shop().execute("UPDATE orderflow_orders SET request = x'ff'");
        box.parkAgain(order, DeadLetterReason.POISON, 1);
        String id = box.only(DeadLetterFilter.ALL);
        shop().execute("UPDATE orderflow_orders SET request = x'"
                + HexFormat.of().formatHex(order.request()) + "'");
        DeadLetterResult discarded = office.discard(id, "me");
        assertEquals(
                Refusal.PARKED,
                assertInstanceOf(DeadLetterResult.Refused.class, discarded).refusal());
        assertEquals(new DeadLetterResult.Done(id, Optional.of(order.id())), office.redrive(id, "me"));
        assertEquals(1, box.recover());
        assertEquals("1", box.status(order));
    }

    /** As long as it is damaged, a frame of the order is another content than the row's. */
    @Test
    void anOrderWhoseFingerprintIsDamagedIsParkedThoughItsFrameWasAConflict() {
        OrderEntry order = order(1, 1, 1);
        shop().journalRows(List.of(order));
        shop().execute("UPDATE orderflow_orders SET fingerprint = x'00112233445566778899aabbccddeeff'");
        box.with(session -> new DeadLetters(shop().tables()).bury(session, List.of(DeadLetters.conflict(order))));
        String id = box.parkAgain(order, DeadLetterReason.POISON, 1);
        DeadLetterResult discarded = office.discard(id, "me");
        assertEquals(
                Refusal.PARKED,
                assertInstanceOf(DeadLetterResult.Refused.class, discarded).refusal());
        shop().execute("UPDATE orderflow_orders SET fingerprint = x'"
                + HexFormat.of().formatHex(order.fingerprint().toBytes()) + "'");
        assertInstanceOf(DeadLetterResult.Done.class, office.redrive(id, "me"));
        assertEquals(1, box.recover());
    }

    /** Somebody changed the records by hand. */
    @Test
    void anOrderThatIsParkedUnderTwoLettersComesBackOnce() {
        OrderEntry order = order(1, 1, 1);
        shop().journalRows(List.of(order));
        String request = HexFormat.of().formatHex(order.request());
        for (String then : List.of("ff", request)) {
            shop().execute("UPDATE orderflow_orders SET status = 0, request = x'" + then + "'");
            box.parkAgain(order, DeadLetterReason.POISON, 1);
        }
        assertEquals(new DeadLetterTally(2, 0, Map.of()), office.redriveAll(DeadLetterFilter.ALL, "me", tally -> {}));
        assertEquals(1, box.recover());
        assertEquals("1", box.status(order));
    }

    /** Somebody changed the records by hand. */
    @Test
    void anOrderThatIsNotParkedIsNotDecidedAgain() {
        tampered();
        OrderEntry order = order(1, 1, 1);
        String id = box.park(order);
        shop().execute("UPDATE orderflow_orders SET status = 2, reason = 6, batch_id = 1");
        refused(Refusal.NOT_PARKED, id);
        assertEquals("2", box.status(order));
    }

    @Test
    void aRowThatIsHeldIsWaitedForAndWithoutAnAnswerNothingIsDone() throws Exception {
        OrderEntry order = order(1, 1, 1);
        String id = box.park(order);
        DeadLetterOffice impatient = shop().deadLetters(Duration.ofSeconds(1), hints::incrementAndGet);
        try (Connection other = shop().foreign();
                Statement statement = other.createStatement()) {
            statement.executeQuery(
                    "SELECT id FROM orderflow_orders WHERE id = " + SqlText.id(order.id()) + " FOR UPDATE");
            StoreUnavailableException late =
                    assertThrows(StoreUnavailableException.class, () -> impatient.redrive(id, "me"));
            assertTrue(late.getMessage().contains("of 1 dead letters"), late::getMessage);
            assertEquals("3", box.status(order));
            CompletableFuture<DeadLetterResult> waiting = CompletableFuture.supplyAsync(() -> office.redrive(id, "me"));
            other.rollback();
            // the one that was given up may have been on its way still
            waiting.get(60, TimeUnit.SECONDS);
        }
        Eventually.await(
                "the one that was given up gives its connection back",
                Duration.ofSeconds(60),
                () -> shop().dataSource().openConnections() == 0,
                () -> shop().dataSource().openConnections() + " connections are out");
        assertEquals("4", box.status(order));
        assertEquals(1, box.recover());
    }

    @Test
    void aFailureLeavesItParked() {
        OrderEntry order = order(1, 1, 1);
        String id = box.park(order);
        for (int statement = 1; statement <= 6; statement++) {
            // the fourth and those after it write; an outage is not tried again
            shop().dataSource().setPlan(FaultPlan.nth(Step.AFTER_EXECUTE, statement + 3, RedriveTest::away));
            assertThrows(StoreUnavailableException.class, () -> office.redrive(id, "me"));
            shop().dataSource().setPlan(FaultPlan.NONE);
            assertEquals("3", box.status(order));
            assertEquals(1, shop().count("orderflow_dead_letter"));
        }
        office.redrive(id, "me");
        assertEquals(1, box.recover());
    }

    private static SQLException away() {
        return new SQLException("injected: the server is full", "HY000", 1114);
    }

    @Test
    void manyComeBackInPiecesAndTheOthersAreLeft() {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < 2 * Limits.BATCH_ORDERS + 10; i++) {
            orders.add(order(1, 1, 1));
        }
        parkAll(orders);
        box.conflict(orders.get(0));
        box.bury(DeadLetterReason.UNDECODABLE, new byte[] {1});
        List<Long> progress = new ArrayList<>();
        // the third transaction fails
        shop().dataSource().setPlan(whenReopened(3));
        StoreUnavailableException failed = assertThrows(
                StoreUnavailableException.class,
                () -> office.redriveAll(DeadLetterFilter.ALL, "me", tally -> progress.add(tally.done())));
        assertTrue(failed.getMessage().contains("1000 dead letters were brought back"), failed::getMessage);
        assertEquals(List.of(500L, 1000L), progress);
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertTrue(shop().audit().ok());
        assertEquals(new DeadLetterTally(10, 0, Map.of()), office.redriveAll(DeadLetterFilter.ALL, "me", tally -> {}));
        assertEquals(DeadLetterTally.NONE, office.redriveAll(DeadLetterFilter.ALL, "me", tally -> {}));
        assertEquals(2, LetterBox.count(office));
        int decided = 0;
        for (int found = box.recover(); found > 0; found = box.recover()) {
            decided += found;
        }
        assertEquals(orders.size(), decided);
    }

    private void parkAll(List<OrderEntry> orders) {
        shop().journalRows(orders.subList(0, 500));
        shop().journalRows(orders.subList(500, 1000));
        shop().journalRows(orders.subList(1000, orders.size()));
        orders.forEach(order -> box.parkAgain(order, DeadLetterReason.POISON, 3));
    }

    private static FaultPlan whenReopened(int number) {
        AtomicInteger seen = new AtomicInteger();
        return (step, sql) -> {
            boolean reopens = step == Step.AFTER_EXECUTE && sql.startsWith("UPDATE orderflow_orders");
            if (reopens && seen.incrementAndGet() == number) {
                throw away();
            }
        };
    }

    @Test
    void aFilterSaysWhichOfManyComeBack() {
        OrderEntry first = order(1, 1, 1);
        OrderEntry second = order(1, 1, 1);
        box.park(first);
        box.age(box.park(second), Duration.ofHours(2).toMillis());
        DeadLetterFilter conflicts = DeadLetterFilter.ALL.withReasons(DeadLetterReason.CONFLICT);
        assertEquals(DeadLetterTally.NONE, office.redriveAll(conflicts, "me", tally -> {}));
        DeadLetterFilter crashed = DeadLetterFilter.ALL.withReasons(DeadLetterReason.CRASHED_WORKER);
        assertEquals(DeadLetterTally.NONE, office.redriveAll(crashed, "me", tally -> {}));
        DeadLetterFilter young = DeadLetterFilter.ALL.withFrom(
                office.find(LetterBox.idOf(first)).orElseThrow().letter().createdAt());
        assertEquals(1, office.redriveAll(young, "me", tally -> {}).done());
        assertEquals("4 3", box.status(first) + " " + box.status(second));
        assertEquals(
                1,
                office.redriveAll(DeadLetterFilter.ALL.withOrder(second.id()), "me", tally -> {})
                        .done());
        assertEquals(2, box.recover());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two\nlines", "tab\t", "\u2028"})
    void whoAsksForItHasANameThatFitsIntoALine(String by) {
        String id = box.park(order(1, 1, 1));
        InvalidOrderException refused = assertThrows(InvalidOrderException.class, () -> office.redrive(id, by));
        assertEquals("by", refused.field());
        assertThrows(InvalidOrderException.class, () -> office.discard(id, "x".repeat(256)));
        assertThrows(InvalidOrderException.class, () -> office.redriveAll(DeadLetterFilter.ALL, by, tally -> {}));
        assertEquals(1, LetterBox.count(office));
    }

    @Test
    void whoAskedStandsInOneLineOfTheLogForEachCallThatChangedSomething() {
        List<String> letters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            letters.add(box.park(OrderEntry.of(OrderRequest.of(1)
                    .line(1, 1)
                    .hostData("confidential".getBytes(StandardCharsets.UTF_8))
                    .build())));
        }
        String noise = box.bury(DeadLetterReason.UNDECODABLE, "confidential".getBytes(StandardCharsets.UTF_8));
        List<String> log = logged(() -> {
            office.redrive(letters.get(0), "the one on duty");
            office.redrive(letters.get(0), "the one on duty");
            office.discard(letters.get(1), "the one on duty");
            office.discard(noise, "the one on duty");
            office.redriveAll(DeadLetterFilter.ALL, "the one on duty", tally -> {});
            office.redriveAll(DeadLetterFilter.ALL, "the one on duty", tally -> {});
        });
        List<String> asked = log.stream()
                .filter(line -> line.contains("asked for by the one on duty"))
                .toList();
        assertEquals(3, asked.size(), log::toString);
        assertTrue(asked.get(0).contains(letters.get(0)), asked.get(0));
        assertTrue(asked.get(1).contains(noise), asked.get(1));
        assertTrue(asked.get(2).contains("3 dead letters"), asked.get(2));
        String all = String.join("", log);
        assertFalse(all.contains("confidential") || all.contains("636f6e666964656e7469616c"), all);
        assertEquals(4, box.recover());
    }

    /** The log goes to the standard error stream. */
    private static List<String> logged(Runnable work) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
