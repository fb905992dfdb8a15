package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.letter;
import static io.orderflow.internal.worker.Bench.order;
import static io.orderflow.internal.worker.Bench.orderOfLines;
import static io.orderflow.internal.worker.Bench.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.OrderPlacement;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orders that no frame delivers: what is due when, claims, suspects (R1 to R5). */
class RecoveryTest extends BenchTests {
    private static final int POISON = 2;
    private static final int CRASHED_WORKER = 3;
    private static final Duration SECOND = Duration.ofSeconds(1);

    @AfterEach
    void check() {
        bench.checkShop();
    }

    private void place(List<OrderEntry> entries) throws SQLException {
        try (Connection host = shop.foreign()) {
            for (OrderEntry entry : entries) {
                new OrderPlacement(
                                shop.tables(),
                                new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime),
                                id -> java.util.Optional.empty())
                        .place(host, entry);
            }
            host.commit();
        }
    }

    @Test
    void aPlacedOrderIsDueAtOnceWhateverTheQueueDoes() throws SQLException {
        OrderEntry order = order();
        bench.busy(Duration.ofMillis(5_000));
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        place(List.of(order));
        assertEquals(0, recovery.runOnce());
        recovery.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of("committed 1"), bench.events.all);
        bench.drain(recovery);
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void itLooksForPlacedOrdersFourTimesASecond() {
        shop.journal(orders(1));
        Recovery recovery = bench.recovery();
        assertEquals(Duration.ofMillis(250).toNanos(), recovery.runOnce());
        assertEquals(Duration.ofMillis(250).toNanos(), recovery.runOnce());
        assertEquals(0, shop.dataSource().openConnections());
        recovery.close();
    }

    @Test
    void itLooksTwiceASecondWhereNothingIsPending() throws SQLException {
        Recovery recovery = bench.recovery();
        assertEquals(Duration.ofMillis(250).toNanos(), recovery.runOnce());
        assertEquals(Duration.ofMillis(500).toNanos(), recovery.runOnce());
        assertEquals(Duration.ofMillis(500).toNanos(), recovery.runOnce());
        assertEquals(0, shop.dataSource().openConnections());
        OrderEntry order = order();
        place(List.of(order));
        assertEquals(0, recovery.runOnce());
        recovery.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    @Test
    void whatCouldNotBePublishedAndIsDecidedKeepsItFromNoRest() {
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        bench.unpublished.set(true);
        assertEquals(Duration.ofMillis(250).toNanos(), recovery.runOnce());
        assertFalse(bench.unpublished.get());
        assertEquals(Duration.ofMillis(500).toNanos(), recovery.runOnce());
        recovery.close();
    }

    @Test
    void aClaimThatADeadWorkerLeftOnADecidedOrderGoesWhereNothingIsPending() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        shop.decide(List.of(order));
        shop.takeOutDecidedGroups();
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.claimedBySomeoneElse(order, 0, Bench.CLAIM);
        bench.age(Bench.LEASE.dividedBy(4));
        bench.drain(recovery);
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void whatCannotBeLookedAtIsSearched() throws SQLException {
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        shop.dataSource().setPlan(FaultPlan.nth(FaultPlan.Step.BEFORE_EXECUTE, 1));
        OrderEntry order = order();
        place(List.of(order));
        assertEquals(0, recovery.runOnce(), "the look failed, and the search after it did not");
        recovery.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    @Test
    void aPlacedOrderWaitsForOnePieceOfOthersAndNotForAll() throws SQLException {
        List<OrderEntry> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(orderOfLines(Limits.LINES));
        }
        shop.journal(many);
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        recovery.runOnce();
        OrderEntry placed = order();
        place(List.of(placed));
        bench.pass(Duration.ofMillis(100));
        recovery.runOnce();
        recovery.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, placed);
        assertTrue(shop.read("SELECT 1 FROM " + shop.tables().orders() + " WHERE status = 0")
                        .size()
                > 40);
        bench.drain(recovery);
        assertEquals(List.of(), shop.read("SELECT 1 FROM " + shop.tables().orders() + " WHERE status = 0"));
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void withTheQueueAwayEverythingIsDueAtOnce() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(Duration.ofMillis(50).toNanos(), recovery.runOnce());
        recovery.close();
    }

    @Test
    void aPieceIsNoLargerThanABatchMayBe() {
        bench.config = WorkerConfig.builder().maxBatch(3).build();
        List<OrderEntry> entries = orders(7);
        shop.journal(entries);
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, entries.toArray(new OrderEntry[0]));
        assertEquals(List.of("committed 3", "committed 3", "committed 1"), bench.events.all);
        recovery.close();
    }

    @Test
    void withTheQueueEmptyAnOrderIsDueAfterASecond() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.state.nothingReceived();
        Recovery recovery = bench.recovery();
        // the database's clock goes on while a test runs, hence the wide margins
        bench.age(Duration.ofSeconds(-10));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, order);
        bench.age(Duration.ofSeconds(11));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    /** Another worker finds nothing on the queue meanwhile. */
    @Test
    void whatAWorkerHoldsIsLeftToIt() throws InterruptedException {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.queue.send(order);
        Worker worker = bench.worker();
        shop.dataSource().setPlan((step, sql) -> {
            if (sql.startsWith("SELECT id, status")) {
                throw FaultPlan.lost(step);
            }
        });
        bench.step(worker);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.state.nothingReceived();
        bench.age(Duration.ofSeconds(5));
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, order);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
        worker.close();
    }

    @Test
    void withTheQueueBusyAnOrderIsDueAfterTenSeconds() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.busy(Duration.ofMillis(100));
        Recovery recovery = bench.recovery();
        bench.age(Duration.ofSeconds(2));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, order);
        bench.age(Duration.ofSeconds(8));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    @Test
    void withAQueueThatIsBehindAnOrderIsDueAfterTwiceTheAgeOfItsFrames() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.busy(Duration.ofMillis(20_000));
        Recovery recovery = bench.recovery();
        bench.age(Duration.ofSeconds(20));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, order);
        bench.age(Duration.ofSeconds(20));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    @Test
    void aFrameThatCameInTimeNeitherLengthensNorShortensTheWait() throws InterruptedException {
        OrderEntry lost = order();
        shop.journal(List.of(lost));
        bench.age(Duration.ofSeconds(4));
        OrderEntry carried = order();
        shop.journal(List.of(carried));
        receive(carried);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, lost);
        bench.age(Duration.ofSeconds(7));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, lost, carried);
        recovery.close();
    }

    /** A frame of this order comes, and is decided. */
    private void receive(OrderEntry carried) throws InterruptedException {
        bench.queue.send(carried);
        Worker worker = bench.worker();
        worker.runOnce();
        worker.close();
    }

    @Test
    void howFarTheQueueIsBehindIsSeenInTheTimesOfItsOrders() throws InterruptedException {
        OrderEntry lost = order();
        OrderEntry carried = order();
        shop.journal(List.of(carried, lost));
        bench.age(Duration.ofSeconds(20));
        receive(carried);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, lost);
        bench.age(Duration.ofSeconds(15));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, lost);
        bench.age(Duration.ofSeconds(10));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, lost);
        recovery.close();
    }

    @Test
    void noAgeOfAFrameKeepsRecoveryForLongerThanTwoMinutes() {
        OrderEntry lost = order();
        shop.journal(List.of(lost));
        bench.busy(Duration.ofDays(3));
        bench.age(Duration.ofSeconds(100));
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, lost);
        bench.age(Duration.ofSeconds(20));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, lost);
        recovery.close();
    }

    @Test
    void anOrderFromTheFutureIsDue() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.age(Duration.ofHours(-1));
        bench.busy(Duration.ofMillis(0));
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    @Test
    void whatTheIntakeCouldNotPublishIsDueAtOnceAndWhatComesLaterIsNot() {
        List<OrderEntry> unpublished = orders(700);
        shop.journal(unpublished.subList(0, 500));
        shop.journal(unpublished.subList(500, 700));
        bench.busy(Duration.ofHours(1));
        bench.unpublished.set(true);
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        OrderEntry later = order();
        bench.age(Duration.ofMinutes(10));
        shop.journal(List.of(later));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, unpublished.toArray(new OrderEntry[0]));
        bench.assertStatus(OrderStatus.PENDING, later);
        assertFalse(bench.unpublished.get());
        assertEquals(Duration.ofMillis(250).toNanos(), recovery.runOnce());
        bench.unpublished.set(true);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, later);
        recovery.close();
    }

    @Test
    void whatIsNotCaughtUpWithIsHandedOnAtTheEnd() {
        shop.journal(orders(2));
        bench.busy(Duration.ofMillis(0));
        bench.unpublished.set(true);
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        assertFalse(bench.unpublished.get());
        recovery.close();
        assertTrue(bench.unpublished.get());
        assertEquals(List.of(), bench.attempts(), "claims of one who ended well");
        Recovery next = bench.recovery("next");
        bench.drain(next);
        assertEquals(
                2,
                shop.read("SELECT 1 FROM " + shop.tables().orders() + " WHERE status = 1")
                        .size());
        next.close();
    }

    @Test
    void ordersOfManyLinesAreDecidedInPieces() {
        List<OrderEntry> entries = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            entries.add(orderOfLines(Limits.LINES));
        }
        shop.journal(entries);
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        assertEquals(List.of("committed 20", "committed 10"), bench.events.all);
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void rowsThatOthersHoldAreLeftOutAndDoNotHideTheRowsBehindThem() throws SQLException {
        List<OrderEntry> locked = orders(500);
        shop.journalRows(locked);
        bench.age(SECOND);
        List<OrderEntry> behind = orders(3);
        shop.journal(behind);
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        try (Connection frozen = shop.foreign();
                Statement statement = frozen.createStatement()) {
            statement.executeQuery("SELECT id FROM " + shop.tables().orders() + " WHERE id <> "
                    + SqlText.id(behind.get(0).id()) + " AND id <> "
                    + SqlText.id(behind.get(1).id()) + " AND id <> "
                    + SqlText.id(behind.get(2).id()) + " FOR UPDATE");
            bench.drain(recovery);
            bench.assertStatus(OrderStatus.COMPLETED, behind.toArray(new OrderEntry[0]));
            bench.assertStatus(OrderStatus.PENDING, locked.get(0), locked.get(499));
            int commits = bench.steps.size();
            bench.drain(recovery);
            bench.drain(recovery);
            assertEquals(commits, bench.steps.size(), "it tries the same rows again and again");
            frozen.rollback();
        }
        bench.pass(SECOND);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, locked.toArray(new OrderEntry[0]));
        recovery.close();
    }

    /** So many were forgotten all at once: the search began with them again, for ever. */
    @Test
    void manyRowsThatOthersHoldDoNotHideTheRowsBehindThem() throws SQLException {
        List<OrderEntry> held = orders(3_000);
        for (int from = 0; from < held.size(); from += 500) {
            shop.journal(held.subList(from, from + 500));
        }
        bench.age(Duration.ofSeconds(10));
        OrderEntry behind = Bench.order();
        shop.journal(List.of(behind));
        bench.age(Duration.ofSeconds(30));
        Recovery recovery = bench.recovery();
        try (Connection stranger = shop.foreign();
                Statement statement = stranger.createStatement()) {
            statement.executeQuery("SELECT id FROM " + shop.tables().orders() + " WHERE id <> "
                    + SqlText.id(behind.id()) + " FOR UPDATE");
            for (int i = 0; i < 40 && bench.status(behind) <= 0; i++) {
                recovery.runOnce();
            }
            bench.assertStatus(OrderStatus.COMPLETED, behind);
            stranger.rollback();
        }
        bench.pass(Duration.ofSeconds(1));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, held.toArray(new OrderEntry[0]));
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void twoSideBySideDecideEachOrderOnce() {
        List<OrderEntry> entries = orders(1_100);
        shop.journal(entries.subList(0, 500));
        shop.journal(entries.subList(500, 1_000));
        shop.journal(entries.subList(1_000, 1_100));
        bench.state.unreachable();
        Recovery one = bench.recovery("one");
        Recovery two = bench.recovery("two");
        for (int i = 0; i < 20; i++) {
            bench.nanos += Math.min(one.runOnce(), two.runOnce());
        }
        bench.assertStatus(OrderStatus.COMPLETED, entries.toArray(new OrderEntry[0]));
        int decided = bench.events.starting("committed").stream()
                .mapToInt(event -> Integer.parseInt(event.substring("committed ".length())))
                .sum();
        assertEquals(1_100, decided);
        assertEquals(List.of(), bench.attempts());
        one.close();
        two.close();
    }

    @Test
    void whatAnotherOneClaimsBetweenSearchAndClaimIsLeftToHim() {
        List<OrderEntry> entries = orders(2);
        shop.journal(entries);
        bench.state.unreachable();
        boolean[] done = {false};
        shop.dataSource().setPlan((step, sql) -> {
            if (!done[0] && sql.startsWith("INSERT INTO " + shop.tables().attempt())) {
                done[0] = true;
                bench.claimedBySomeoneElse(entries.get(1), 0, Duration.ZERO);
            }
        });
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, entries.get(0));
        bench.assertStatus(OrderStatus.PENDING, entries.get(1));
        assertEquals(List.of("0"), bench.attempts());
        recovery.close();
    }

    @Test
    void claimsOfTheDeadAreTakenOverAfterTheLeaseAndTriedOneByOne() {
        List<OrderEntry> entries = orders(12);
        shop.journal(entries);
        bench.state.unreachable();
        for (OrderEntry entry : entries) {
            bench.claimedBySomeoneElse(entry, 0, Bench.CLAIM.minusSeconds(5));
        }
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PENDING, entries.toArray(new OrderEntry[0]));
        bench.age(Duration.ofSeconds(5).plus(Bench.LEASE.dividedBy(4)));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, entries.toArray(new OrderEntry[0]));
        assertEquals(12, bench.events.all.stream().filter("committed 1"::equals).count());
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void anOrderThatKillsWhoeverDecidesItIsParkedAndItsNeighboursAreDecided() {
        List<OrderEntry> entries = orders(4);
        OrderEntry killer = entries.get(2);
        shop.journal(entries);
        bench.state.unreachable();
        shop.dataSource().setPlan((step, sql) -> {
            if (sql.contains("SKIP LOCKED") && sql.contains(SqlText.id(killer.id()))) {
                throw new OutOfMemoryError("as the test wants");
            }
        });
        int deaths = 0;
        for (int life = 0; life < 12; life++) {
            Recovery recovery = bench.recovery("life-" + life);
            try {
                bench.drain(recovery);
            } catch (OutOfMemoryError e) {
                deaths++;
            }
            bench.age(Bench.CLAIM.plusSeconds(1));
        }
        assertEquals(4, deaths);
        bench.assertStatus(OrderStatus.PARKED, killer);
        bench.assertStatus(OrderStatus.COMPLETED, entries.get(0), entries.get(1), entries.get(3));
        assertEquals(1, bench.deadLetters().size());
        assertEquals(letter(CRASHED_WORKER, killer), bench.deadLetters().get(0));
        assertEquals(List.of(), bench.attempts());
    }

    @Test
    void theMemoryOfAKillerThatOnlyTheQueueHasIsKept() {
        OrderEntry killer = order();
        bench.claimedBySomeoneElse(killer, 2, Bench.CLAIM.multipliedBy(3));
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.age(Bench.CLAIM);
        bench.drain(recovery);
        assertEquals(List.of("2"), bench.attempts());
        recovery.close();
    }

    @Test
    void anOutageNeverCountsAsAnAttemptAndLeavesNoClaims() {
        for (int n = 1; n <= 60; n++) {
            List<OrderEntry> entries = orders(2);
            shop.journal(entries);
            bench.claimedBySomeoneElse(entries.get(0), 3, Bench.CLAIM.plusSeconds(1));
            shop.execute("UPDATE " + shop.tables().attempt() + " SET attempts = 2");
            bench.state.unreachable();
            FaultPlan.Step[] steps = FaultPlan.Step.values();
            shop.dataSource().setPlan(FaultPlan.nth(steps[n % steps.length], 1 + n / steps.length));
            Recovery recovery = bench.recovery();
            bench.drain(recovery);
            shop.dataSource().setPlan(FaultPlan.NONE);
            bench.drain(recovery);
            bench.assertStatus(OrderStatus.COMPLETED, entries.toArray(new OrderEntry[0]));
            assertEquals(List.of(), bench.attempts(), "after fault " + n);
            recovery.close();
        }
        assertEquals(List.of(), bench.deadLetters());
    }

    /** A recovery that met an Error at this step and went on. */
    private Recovery failedBy(Step fatal) {
        boolean[] thrown = {false};
        bench.atStep = step -> {
            if (step == fatal && !thrown[0]) {
                thrown[0] = true;
                throw new StackOverflowError("as the test wants");
            }
        };
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        assertThrows(StackOverflowError.class, recovery::runOnce);
        bench.drain(recovery);
        return recovery;
    }

    @Test
    void anErrorInTheMiddleOfATransactionIsNotTakenForAVerdict() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.state.unreachable();
        Recovery recovery = failedBy(Step.WRITTEN);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    @Test
    void anErrorRightAfterTheCommitLeavesNoClaim() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.state.unreachable();
        Recovery recovery = failedBy(Step.COMMITTED);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void anUnreadableRequestIsParkedWithItsBytesAndTheOthersGoOn() {
        List<OrderEntry> entries = orders(9);
        shop.journalRows(entries);
        OrderEntry garbled = entries.get(3);
        OrderEntry foreign = entries.get(6);
        shop.execute(
                "UPDATE " + shop.tables().orders() + " SET request = x'010203' WHERE id = " + SqlText.id(garbled.id()));
        StringBuilder other = new StringBuilder();
        SqlText.hex(other, order(7, 7, 7).request());
        shop.execute("UPDATE " + shop.tables().orders() + " SET request = " + other + " WHERE id = "
                + SqlText.id(foreign.id()));
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PARKED, garbled, foreign);
        assertEquals(
                7,
                shop.read("SELECT 1 FROM " + shop.tables().orders() + " WHERE status = 1")
                        .size());
        assertEquals(List.of("committed 7"), bench.events.starting("committed"));
        assertEquals(2, bench.events.starting("deadLettered POISON").size());
        assertTrue(bench.deadLetters().containsAll(List.of(letter(POISON, garbled), letter(POISON, foreign))));
        assertEquals(
                List.of(garbled.id().toString().replace("-", "") + "010203"),
                shop.read("SELECT LOWER(RAWTOHEX(body)) FROM " + shop.tables().deadLetter() + " WHERE length = 19"));
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void aPieceThatFailsIsHalvedUntilTheCulpritIsAlone() {
        List<OrderEntry> entries = orders(11);
        OrderEntry culprit = entries.get(7);
        shop.journal(entries);
        bench.state.unreachable();
        shop.dataSource().setPlan(bench.whenDecided(culprit, Bench::dataError));
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PARKED, culprit);
        assertEquals(
                10,
                shop.read("SELECT 1 FROM " + shop.tables().orders() + " WHERE status = 1")
                        .size());
        assertEquals(List.of(letter(POISON, culprit)), bench.deadLetters());
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    /** An order that was alone in work then was parked for it. */
    @Test
    void aSearchForPlacedOrdersThatFailsBetweenPiecesIsNoOrdersFault() {
        List<OrderEntry> entries = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            entries.add(orderOfLines(Limits.LINES));
        }
        shop.journal(entries);
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        recovery.runOnce();
        assertEquals(List.of("committed 20"), bench.events.all);
        failSearches();
        for (int i = 0; i < 20; i++) {
            bench.pass(Duration.ofSeconds(31));
            recovery.runOnce();
        }
        assertEquals(20, bench.events.starting("broken recovery").size());
        assertEquals(List.of(), bench.deadLetters());
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.pass(Duration.ofSeconds(31));
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, entries.toArray(new OrderEntry[0]));
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    private void failSearches() {
        String search = "FROM " + shop.tables().pending() + " WHERE kind = ";
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.contains(search)) {
                throw Bench.dataError();
            }
        });
    }

    /** They grow to 30 s, and a server ends what is silent for 8 s. */
    @Test
    void aSearchThatFailsKeepsNoConnectionDuringItsLongPauses() {
        failSearches();
        Recovery recovery = bench.recovery();
        for (int i = 0; i < 5; i++) {
            bench.nanos += recovery.runOnce();
            assertEquals(i + 1, bench.events.starting("broken recovery").size());
            assertEquals(0, shop.dataSource().openConnections());
        }
        recovery.close();
    }

    @Test
    void anOutagePausesItAndItIsToldOnceThatItGoesOn() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.state.unreachable();
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        Recovery recovery = bench.recovery();
        int tries = 0;
        for (int i = 0; i < 20; i++) {
            long pause = recovery.runOnce();
            assertTrue(pause > 0 && pause <= Bench.SECOND);
            assertEquals(pause, recovery.runOnce(), "a hint cuts the pause short");
            bench.nanos += pause;
            tries++;
        }
        assertEquals(tries, bench.events.starting("paused recovery").size());
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(1, bench.events.starting("resumed").size());
        recovery.close();
        assertEquals("ended recovery", bench.events.all.get(bench.events.all.size() - 1));
    }

    @Test
    void aWorkerAndRecoveryOnTheSameOrderDecideItOnce() throws InterruptedException {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.queue.send(order);
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        Worker worker = bench.worker();
        worker.runOnce();
        bench.drain(recovery);
        assertEquals(List.of("committed 1"), bench.events.all);
        assertEquals(1, bench.queue.acked.size());
        worker.close();
        recovery.close();
    }
}
