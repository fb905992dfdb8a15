package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.queue.Delivery;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stranger holds a row for long: the orders that need it wait apart, and all others go on (W7, R6). */
class WaitingOrdersTest extends BenchTests {
    private Connection stranger;

    @BeforeEach
    void setUp() throws SQLException {
        stranger = shop.foreign();
    }

    @AfterEach
    void check() throws SQLException {
        stranger.close();
        bench.checkShop();
    }

    private void hold(String table, String condition) throws SQLException {
        try (Statement statement = stranger.createStatement()) {
            statement
                    .executeQuery("SELECT * FROM " + table + " WHERE " + condition + " FOR UPDATE")
                    .close();
        }
    }

    private void letGo() throws SQLException {
        stranger.rollback();
    }

    private void run(Worker worker, int steps) throws InterruptedException {
        for (int i = 0; i < steps; i++) {
            bench.step(worker);
        }
    }

    private void run(Recovery recovery, int steps) {
        for (int i = 0; i < steps; i++) {
            // not in one expression: the time moves in the step, too
            long pause = recovery.runOnce();
            bench.nanos += pause;
        }
    }

    /** Counts how often a wait for a row ended in vain. */
    private int[] countLockWaits() {
        int[] waits = {0};
        bench.events.whenRetried = failure -> waits[0] += failure.toString().contains("imeout") ? 1 : 0;
        return waits;
    }

    @Test
    void whoseWalletIsHeldWaitsAndTheOthersGoOn() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        OrderEntry stuck = order(1, 1, 1);
        OrderEntry beside = order(2, 1, 1);
        Delivery frame = bench.queue.send(stuck, beside);
        Worker worker = bench.worker();
        run(worker, 4);
        bench.assertStatus(OrderStatus.COMPLETED, beside);
        assertEquals(-1, bench.status(stuck));
        int[] waits = countLockWaits();
        for (int i = 0; i < 8; i++) {
            OrderEntry later = order(3, 1, 1);
            bench.queue.send(later, order(1, 2, 1));
            run(worker, 3);
            bench.assertStatus(OrderStatus.COMPLETED, later);
        }
        assertTrue(waits[0] <= 1, () -> "others waited " + waits[0] + " times for the row");
        assertFalse(bench.queue.acked.contains(frame));
        letGo();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, stuck);
        assertEquals(9, bench.queue.acked.size());
        worker.close();
    }

    @Test
    void theSameForAHeldProductAndAHeldOrder() throws Exception {
        OrderEntry product = order(1, 5, 1);
        OrderEntry row = order(2, 1, 1);
        OrderEntry free = order(3, 1, 1);
        shop.journal(List.of(row, free));
        hold(shop.tables().stock(), "product = 5");
        hold(shop.tables().orders(), "id = " + SqlText.id(row.id()));
        bench.queue.send(product, row, free);
        Worker worker = bench.worker();
        run(worker, 6);
        bench.assertStatus(OrderStatus.COMPLETED, free);
        bench.assertStatus(OrderStatus.PENDING, row);
        assertEquals(-1, bench.status(product));
        letGo();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, product, row);
        worker.close();
    }

    @Test
    void theirFramesAreHeldAndTheirLeasesRenewedAndItIsTold() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        Delivery frame = bench.queue.send(order(1, 1, 1));
        Worker worker = bench.worker();
        run(worker, 200);
        assertTrue(bench.queue.renewed.contains(frame));
        assertEquals(1, bench.queue.consumers);
        assertTrue(bench.events.all.contains("paused worker.waiting"), bench.events.all::toString);
        letGo();
        bench.drain(worker);
        assertEquals(List.of(frame), bench.queue.acked);
        assertTrue(bench.events.all.contains("resumed worker.waiting"));
        worker.close();
    }

    @Test
    void whatTheQueueHasAgainNeedNotWaitHere() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        OrderEntry stuck = order(1, 1, 1);
        Delivery frame = bench.queue.send(stuck);
        Worker worker = bench.worker();
        run(worker, 3);
        bench.queue.leaseEnded.add(frame);
        bench.pass(Bench.LEASE);
        run(worker, 3);
        letGo();
        bench.drain(worker);
        assertEquals(-1, bench.status(stuck));
        Delivery again = bench.queue.send(List.of(stuck), 1);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, stuck);
        assertEquals(List.of(again), bench.queue.acked);
        worker.close();
    }

    @Test
    void atTheEndWhatWaitsIsGivenBack() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        Delivery frame = bench.queue.send(order(1, 1, 1), order(2, 1, 1));
        Worker worker = bench.worker();
        run(worker, 3);
        worker.close();
        assertEquals(List.of(), bench.queue.acked);
        assertEquals(List.of(frame), bench.queue.released);
    }

    /** While so many wait, nothing more is received; when the row is free, all of them are decided. */
    @Test
    void asManyWaitAsTheBoundAllows() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        Worker worker = bench.worker();
        bench.queue.send(order(1, 1, 1));
        run(worker, 3);
        for (int i = 0; i < 24; i++) {
            List<OrderEntry> many = new ArrayList<>();
            for (int j = 0; j < 500; j++) {
                many.add(order(1, 1 + j % 9, 1));
            }
            bench.queue.send(many, 0);
            run(worker, 3);
        }
        assertFalse(bench.queue.isEmpty(), "more is held than the bound allows");
        letGo();
        bench.drain(worker);
        assertEquals(25, bench.queue.acked.size());
        assertEquals(12_001, shop.count(shop.tables().orders()));
        worker.close();
    }

    /** What is no decision waits here too, when its row is held. */
    @Test
    void asManyChoresWaitAsTheBoundAllows() {
        WaitingOrders waiting = new WaitingOrders("worker", bench.context());
        for (int i = 0; i < 1_000; i++) {
            assertFalse(waiting.isFull(), "full with " + i + " chores");
            waiting.join(new Work.Release<>(order(1, 1, 1).id()));
        }
        assertTrue(waiting.isFull(), "1,000 chores are held and more is received");
        assertTrue(waiting.next().isPresent());
        assertFalse(waiting.isFull(), "one of them is in work");
    }

    /** A frame is held with all its bytes, also when one of its orders alone waits. */
    @Test
    void theFramesThatWaitHaveABoundInBytesToo() throws Exception {
        OrderEntry large = OrderEntry.of(OrderRequest.of(2)
                .line(1, 1)
                .hostData(new byte[Limits.HOST_DATA])
                .build());
        hold(shop.tables().wallet(), "buyer = 1");
        Worker worker = bench.worker();
        for (int i = 0; i < 150; i++) {
            List<OrderEntry> frame = new ArrayList<>(Collections.nCopies(230, large));
            frame.add(order(1, 1, 1));
            bench.queue.send(frame, 0);
            run(worker, 3);
        }
        assertFalse(bench.queue.isEmpty(), "more bytes are held than the bound allows");
        letGo();
        bench.drain(worker);
        assertEquals(150, bench.queue.acked.size());
        assertEquals(151, shop.count(shop.tables().orders()));
        worker.close();
    }

    @Test
    void anOrderOfARowThatIsNearlyAlwaysHeldWaitsInLineForItNowAndThen() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        OrderEntry stuck = order(1, 1, 1);
        bench.queue.send(stuck);
        Worker worker = bench.worker();
        int[] waits = countLockWaits();
        run(worker, 200);
        int seen = waits[0];
        assertTrue(seen >= 2 && seen <= 12, () -> seen + " waits in line for the row");
        letGo();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, stuck);
        worker.close();
    }

    /** Other batches have it in turn: whoever does not wait in line finds it held each time. */
    @Test
    void ordersOfARowThatIsAlwaysInUseAreSoonDecidedInLine() throws Exception {
        Worker worker = bench.worker();
        useProduct5Always();
        OrderEntry first = order(1, 5, 1);
        hold(shop.tables().wallet(), "buyer = 1");
        bench.queue.send(first, order(2, 1, 1));
        run(worker, 4);
        for (int i = 0; i < 4; i++) {
            List<OrderEntry> many = new ArrayList<>();
            for (int j = 0; j < 250; j++) {
                many.add(order(1 + j % 8, 5, 1));
            }
            bench.queue.send(many, 0);
        }
        long start = bench.nanos;
        for (int steps = 0; shop.count(shop.tables().orders()) < 1_002; steps++) {
            run(worker, 1);
            assertTrue(steps < 100, () -> shop.count(shop.tables().orders()) + " orders are decided");
        }
        Duration took = Duration.ofNanos(bench.nanos - start);
        assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, took::toString);
        bench.drain(worker);
        assertEquals(5, bench.queue.acked.size());
        worker.close();
    }

    /** Although the wallet of another order is held on and on, so that somebody waits all the time. */
    @Test
    void whatComesLaterNeedNotWaitForARowThatWasHadInLine() throws Exception {
        OrderEntry stuck = order(9, 1, 1);
        OrderEntry inLine = order(2, 5, 1);
        Worker worker = bench.worker();
        try (Connection another = shop.foreign();
                Statement statement = another.createStatement()) {
            statement.execute("SELECT * FROM " + shop.tables().wallet() + " WHERE buyer = 9 FOR UPDATE");
            hold(shop.tables().stock(), "product = 5");
            useProduct5Always();
            bench.queue.send(inLine, stuck);
            while (bench.status(inLine) < 0) {
                run(worker, 1);
            }
            OrderEntry later = order(3, 5, 1);
            bench.queue.send(later);
            run(worker, 2);
            bench.assertStatus(OrderStatus.COMPLETED, later);
            assertEquals(-1, bench.status(stuck));
            another.rollback();
        }
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, stuck);
        worker.close();
    }

    /** A stranger has it whenever somebody looks whether it is free, and lets go when somebody waits for it. */
    private void useProduct5Always() {
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.contains(shop.tables().stock())) {
                if (sql.contains("SKIP LOCKED")) {
                    hold(shop.tables().stock(), "product = 5");
                } else {
                    letGo();
                }
            }
        });
    }

    @Test
    void anOrderWhoseOwnRowIsHeldDoesNotWaitInLineSoSoon() throws Exception {
        OrderEntry stuck = order(1, 5, 1);
        shop.journal(List.of(stuck));
        int[] waits = countLockWaits();
        assertEquals(
                1, waitsWithinThreeSeconds(stuck, shop.tables().orders(), "id = " + SqlText.id(stuck.id()), waits));
        assertEquals(2, waitsWithinThreeSeconds(order(1, 5, 1), shop.tables().stock(), "product = 5", waits));
    }

    private int waitsWithinThreeSeconds(OrderEntry order, String table, String row, int[] waits) throws Exception {
        waits[0] = 0;
        hold(table, row);
        Worker worker = bench.worker();
        bench.queue.send(order);
        long start = bench.nanos;
        while (bench.nanos - start < 3 * Bench.SECOND) {
            run(worker, 1);
        }
        int waited = waits[0];
        letGo();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        worker.close();
        return waited;
    }

    /** A frame that comes again and again to one worker after the other while a stranger holds its wallet (P7). */
    @Test
    void aHeldRowNeverCountsAsAnAttempt() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        OrderEntry stuck = order(1, 1, 1);
        OrderEntry isolated = order(1, 2, 1);
        bench.claimedBySomeoneElse(isolated, 1, Bench.CLAIM.plusSeconds(1));
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            workers.add(bench.worker("worker-" + i));
        }
        for (int round = 0; round < 12; round++) {
            Worker worker = workers.get(round % 5);
            bench.queue.send(List.of(stuck, isolated), 3 + round);
            run(worker, 8);
            for (int i = 0; i < 20 && isTried(); i++) {
                run(worker, 1);
            }
            assertEquals(List.of(), bench.deadLetters());
            assertEquals(List.of("1"), bench.attempts(), "the dead one's attempt, and none of those that waited");
            bench.age(Bench.CLAIM.plusSeconds(1));
        }
        letGo();
        for (Worker worker : workers) {
            bench.drain(worker);
        }
        bench.assertStatus(OrderStatus.COMPLETED, stuck, isolated);
        assertEquals(List.of(), bench.deadLetters());
        assertEquals(List.of(), bench.attempts());
        workers.forEach(Worker::close);
    }

    /** Not for one of the rows that are gone around. */
    @Test
    void aLockWaitInTheMiddleOfAnIsolatedAttemptTakesItOffTheCount() throws Exception {
        OrderEntry isolated = order(1, 2, 1);
        bench.claimedBySomeoneElse(isolated, 1, Bench.CLAIM.plusSeconds(1));
        int[] waits = {0};
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.startsWith("INSERT INTO " + shop.tables().orderLine())) {
                waits[0]++;
                throw FaultPlan.lockWaitTimeout();
            }
        });
        Delivery frame = bench.queue.send(List.of(isolated), 3);
        Worker worker = bench.worker();
        for (int i = 0; i < 100 && waits[0] < 5; i++) {
            run(worker, 1);
        }
        run(worker, 1);
        assertEquals(5, waits[0]);
        assertEquals(List.of("1"), bench.attempts());
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, isolated);
        assertEquals(List.of(frame), bench.queue.acked);
        assertEquals(List.of(), bench.attempts());
        worker.close();
    }

    private boolean isTried() {
        return !shop.read("SELECT 1 FROM " + shop.tables().attempt() + " WHERE claimed_at > '2000-01-01 00:00:00'")
                .isEmpty();
    }

    @Test
    void settingAsideAnOrderWhoseRowIsHeldKeepsNobodyElseWaiting() throws Exception {
        OrderEntry poison = order(1, 1, 1);
        shop.journal(List.of(poison));
        int[] failures = {0};
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.startsWith("INSERT INTO " + shop.tables().orderLine())
                    && sql.contains(SqlText.id(poison.id()))) {
                if (++failures[0] == 3) {
                    hold(shop.tables().orders(), "1 = 0");
                }
                throw Bench.dataError();
            }
        });
        Delivery frame = bench.queue.send(poison);
        Worker worker = bench.worker();
        while (failures[0] < 3) {
            run(worker, 1);
        }
        hold(shop.tables().orders(), "id = " + SqlText.id(poison.id()));
        run(worker, 4);
        OrderEntry other = order(2, 1, 1);
        bench.queue.send(other);
        run(worker, 4);
        bench.assertStatus(OrderStatus.COMPLETED, other);
        bench.assertStatus(OrderStatus.PENDING, poison);
        assertFalse(bench.queue.acked.contains(frame));
        letGo();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.PARKED, poison);
        assertTrue(bench.queue.acked.contains(frame));
        worker.close();
    }

    @Test
    void recoveryLeavesThemForLaterAndDecidesTheOthers() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        hold(shop.tables().stock(), "product = 5");
        OrderEntry wallet = order(1, 1, 1);
        OrderEntry product = order(2, 5, 1);
        OrderEntry free = order(3, 1, 1);
        OrderEntry suspect = order(1, 2, 1);
        shop.journal(List.of(wallet, product, free, suspect));
        bench.claimedBySomeoneElse(suspect, 2, Bench.CLAIM.plusSeconds(1));
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, free);
        bench.assertStatus(OrderStatus.PENDING, wallet, product, suspect);
        int[] waits = countLockWaits();
        for (int i = 0; i < 4; i++) {
            bench.pass(Duration.ofSeconds(1));
            bench.drain(recovery);
        }
        assertTrue(waits[0] <= 1, () -> "all others waited " + waits[0] + " times");
        assertEquals(List.of("2"), bench.attempts());
        letGo();
        bench.age(Bench.LEASE);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, wallet, product, suspect);
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }

    @Test
    void aPieceThatHasWaitedInVainIsDecidedAroundWhatOthersHold() throws Exception {
        hold(shop.tables().wallet(), "buyer = 1");
        OrderEntry held = order(1, 1, 1);
        OrderEntry free = order(3, 1, 1);
        shop.journal(List.of(held, free));
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        run(recovery, 10);
        bench.assertStatus(OrderStatus.COMPLETED, free);
        bench.assertStatus(OrderStatus.PENDING, held);
        letGo();
        bench.age(Bench.LEASE);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, held);
        recovery.close();
    }

    /** It tried that alone again and again, and nobody decided anything of the journal meanwhile. */
    @Test
    void recoveryLeavesAnOrderForLaterThatIsToBeParkedAndWhoseRowIsHeld() throws Exception {
        OrderEntry killer = order(1, 1, 1);
        shop.journal(List.of(killer));
        bench.claimedBySomeoneElse(killer, 3, Bench.CLAIM.plusSeconds(1));
        hold(shop.tables().orders(), "id = " + SqlText.id(killer.id()));
        bench.state.unreachable();
        Recovery recovery = bench.recovery();
        run(recovery, 10);
        assertEquals(List.of("3"), bench.attempts(), "a wait in vain does not count");
        OrderEntry other = order(2, 2, 1);
        shop.journal(List.of(other));
        run(recovery, 10);
        bench.assertStatus(OrderStatus.COMPLETED, other);
        bench.assertStatus(OrderStatus.PENDING, killer);
        assertEquals(List.of(), bench.deadLetters());
        letGo();
        bench.age(Bench.LEASE);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PARKED, killer);
        assertEquals(1, bench.deadLetters().size());
        assertEquals(List.of(), bench.attempts());
        recovery.close();
    }
}
