package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.letter;
import static io.orderflow.internal.worker.Bench.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Step;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers help recovery with the journal's backlog (W8, S1 to S4), whatever becomes of a piece. */
class BacklogTest extends BenchTests {
    private static final int POISON = 2;
    private static final int BATCH = 2;

    @BeforeEach
    void setUp() {
        bench.config = config(BATCH);
    }

    @AfterEach
    void check() {
        bench.checkShop();
    }

    private static WorkerConfig config(int maxBatch) {
        return WorkerConfig.builder()
                .lease(Bench.LEASE)
                .batchWait(Duration.ZERO)
                .maxBatch(maxBatch)
                .build();
    }

    /** Orders that no frame carries and that are due; found by a recovery that has decided none of them. */
    private Recovery found(List<OrderEntry> backlog) {
        shop.journal(backlog);
        bench.age(Duration.ofSeconds(30));
        Recovery recovery = bench.recovery();
        assertEquals(0, recovery.runOnce());
        bench.assertStatus(OrderStatus.PENDING, array(backlog));
        return recovery;
    }

    private static OrderEntry[] array(List<OrderEntry> orders) {
        return orders.toArray(new OrderEntry[0]);
    }

    private void bothUntilRest(Recovery recovery, Worker worker) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            bench.step(worker);
            bench.drain(recovery);
        }
    }

    @Test
    void anIdleWorkerTakesOnePieceAfterTheOtherAndWaitsForNothing() throws InterruptedException {
        List<OrderEntry> backlog = orders(5);
        Recovery recovery = found(backlog);
        Worker worker = bench.worker();
        for (int i = 0; i < 3; i++) {
            assertEquals(0, worker.runOnce());
        }
        assertEquals(List.of("piece", "piece", "piece"), bench.events.kinds);
        assertEquals(List.of("committed 2", "committed 2", "committed 1"), bench.events.all);
        assertTrue(bench.queue.looks.stream().noneMatch(ScriptedQueue.Look::isIdle), bench.queue.looks::toString);
        bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
        assertEquals(List.of(), bench.attempts());
        bench.drain(worker);
        assertEquals(3, bench.events.kinds.size());
        worker.close();
        recovery.close();
    }

    @Test
    void aBusyWorkerTakesOnePieceAfterEveryFourBatches() throws InterruptedException {
        Recovery recovery = found(orders(5 * BATCH));
        for (OrderEntry order : orders(10 * BATCH)) {
            bench.queue.send(order);
        }
        Worker worker = bench.worker();
        bench.drain(worker);
        List<String> round = List.of("batch", "batch", "batch", "batch", "piece");
        List<String> expected = new ArrayList<>(round);
        expected.addAll(round);
        expected.addAll(List.of("batch", "batch"));
        expected.addAll(Collections.nCopies(3, "piece"));
        assertEquals(expected, bench.events.kinds);
        assertEquals(10 * BATCH, bench.queue.acked.size());
        worker.close();
        recovery.close();
    }

    @Test
    void afterABatchTheQueueHasAMomentBeforeAPieceIsTaken() throws InterruptedException {
        Recovery recovery = found(orders(BATCH));
        OrderEntry first = Bench.order();
        OrderEntry second = Bench.order();
        bench.queue.send(first);
        Worker worker = bench.worker();
        worker.runOnce();
        bench.queue.whenEmpty = () -> bench.queue.send(second);
        worker.runOnce();
        bench.queue.whenEmpty = () -> {};
        assertEquals(List.of("batch", "batch"), bench.events.kinds);
        ScriptedQueue.Look last = bench.queue.looks.get(bench.queue.looks.size() - 1);
        assertEquals(BacklogShare.MOMENT, last.patience());
        bench.drain(worker);
        assertEquals(List.of("batch", "batch", "piece"), bench.events.kinds);
        worker.close();
        recovery.close();
    }

    @Test
    void anOrderInAPieceIsNotFoundAgainAndWhatIsBehindItIs() throws InterruptedException {
        List<OrderEntry> backlog = orders(12 * BATCH);
        Recovery recovery = found(backlog);
        Worker worker = bench.worker();
        for (int i = 0; i < 3; i++) {
            worker.runOnce();
        }
        recovery.runOnce();
        bothUntilRest(recovery, worker);
        bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
        assertEquals(12, bench.events.kinds.size(), "each piece is decided once");
        worker.close();
        recovery.close();
    }

    @Test
    void aPieceOfManyLinesIsDecidedInParts() throws InterruptedException {
        bench.config = config(500);
        List<OrderEntry> backlog = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            backlog.add(Bench.orderOfLines(Limits.LINES));
        }
        Recovery recovery = found(backlog);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of("committed 20", "committed 20", "committed 10"), bench.events.all);
        assertEquals(List.of(), bench.attempts());
        worker.close();
        recovery.close();
    }

    @Test
    void aPoisonousPieceHoldsAWorkerUpForOneTry() throws InterruptedException {
        bench.config = config(500);
        List<OrderEntry> backlog = orders(9);
        OrderEntry culprit = backlog.get(4);
        Recovery recovery = found(backlog);
        shop.dataSource().setPlan(bench.whenDecided(culprit, Bench::dataError));
        Worker worker = bench.worker();
        assertEquals(0, worker.runOnce());
        OrderEntry order = Bench.order();
        bench.queue.send(order);
        assertEquals(0, worker.runOnce());
        bench.assertStatus(OrderStatus.COMPLETED, order);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PARKED, culprit);
        backlog.remove(culprit);
        bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
        assertEquals(List.of(letter(POISON, culprit)), bench.deadLetters());
        assertEquals(List.of(), bench.attempts());
        worker.close();
        recovery.close();
    }

    @Test
    void afterAWaitForARowInVainRecoveryIsAloneUntilItWaitsForNoneAgain() throws InterruptedException {
        bench.config = config(BATCH);
        List<OrderEntry> backlog = orders(3 * BATCH);
        OrderEntry unlucky = backlog.get(0);
        Recovery recovery = found(backlog);
        shop.dataSource()
                .setPlan(Bench.whenNamed(
                        "SELECT", unlucky, () -> new SQLException("injected: lock wait", "HYT00", 50200)));
        Worker worker = bench.worker();
        assertEquals(0, worker.runOnce());
        worker.runOnce();
        assertEquals(List.of(), bench.events.kinds, "no second piece");
        recovery.runOnce();
        shop.dataSource().setPlan(FaultPlan.NONE);
        recovery.runOnce();
        assertEquals(List.of("piece"), bench.events.kinds);
        bench.step(worker);
        assertEquals(List.of("piece"), bench.events.kinds, "it went around what others hold");
        bench.pass(Duration.ofSeconds(5));
        while (bench.events.kinds.size() < 2) {
            bench.nanos += recovery.runOnce();
        }
        bench.step(worker);
        assertEquals(3, bench.events.kinds.size());
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
        assertEquals(List.of(), bench.attempts());
        worker.close();
        recovery.close();
    }

    @Test
    void anOutageAtAnyStepOfAPieceLosesNothingAndLeavesNoClaims() throws InterruptedException {
        for (int n = 0; n < 60; n++) {
            List<OrderEntry> backlog = orders(3);
            Recovery recovery = found(backlog);
            FaultPlan.Step[] steps = FaultPlan.Step.values();
            shop.dataSource().setPlan(FaultPlan.nth(steps[n % steps.length], 1 + n / steps.length));
            Worker worker = bench.worker();
            worker.runOnce();
            worker.runOnce();
            shop.dataSource().setPlan(FaultPlan.NONE);
            bothUntilRest(recovery, worker);
            bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
            assertEquals(List.of(), bench.attempts(), "after fault " + n);
            worker.close();
            recovery.close();
        }
        assertEquals(List.of(), bench.deadLetters());
    }

    @Test
    void aWorkerThatIsKilledInTheMiddleOfAPieceLosesNothing() throws InterruptedException {
        for (Step killedAt : List.of(Step.LOCKED, Step.NUMBERED, Step.WRITTEN, Step.COMMITTED)) {
            List<OrderEntry> backlog = orders(3 * BATCH);
            Recovery recovery = found(backlog);
            Worker worker = bench.worker();
            dyingOnceAt(killedAt);
            assertThrows(OutOfMemoryError.class, worker::runOnce);
            // its process went with it, and what it had found
            Recovery next = bench.recovery("next");
            bench.drain(next);
            OrderEntry[] inWork = array(backlog.subList(0, BATCH));
            bench.assertStatus(killedAt == Step.COMMITTED ? OrderStatus.COMPLETED : OrderStatus.PENDING, inWork);
            bench.assertStatus(OrderStatus.COMPLETED, array(backlog.subList(BATCH, 3 * BATCH)));
            assertEquals(List.of("0", "0"), bench.attempts(), "what was in work, and not what was found");
            bench.age(Bench.CLAIM.plusSeconds(1));
            bench.drain(next);
            bench.assertStatus(OrderStatus.COMPLETED, inWork);
            assertEquals(List.of(), bench.attempts());
            next.close();
            recovery.close();
        }
    }

    @Test
    void anErrorThatAWorkerSurvivesLeavesThePieceToRecovery() throws InterruptedException {
        List<OrderEntry> backlog = orders(3 * BATCH);
        Recovery recovery = found(backlog);
        Worker worker = bench.worker();
        dyingOnceAt(Step.WRITTEN);
        assertThrows(OutOfMemoryError.class, worker::runOnce);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
        assertEquals(List.of(), bench.attempts());
        worker.close();
        recovery.close();
    }

    private void dyingOnceAt(Step killedAt) {
        bench.atStep = step -> {
            if (step == killedAt) {
                bench.atStep = other -> {};
                throw new OutOfMemoryError("as the test wants");
            }
        };
    }

    @Test
    void closingWithOpenPiecesLeavesThemToTheNextOne() throws InterruptedException {
        bench.unpublished.set(true);
        List<OrderEntry> backlog = orders(4 * BATCH);
        Recovery recovery = found(backlog);
        Worker worker = bench.worker();
        worker.runOnce();
        recovery.close();
        bench.drain(worker);
        worker.close();
        assertEquals(List.of("piece"), bench.events.kinds, "nothing is begun after the end");
        assertEquals(List.of(), bench.attempts());
        assertTrue(bench.unpublished.get(), "handed on");
        Recovery next = bench.recovery("next");
        bench.drain(next);
        bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
        next.close();
    }

    @Test
    void whoFailsAfterRecoverysEndTakesItsClaimsBack() throws InterruptedException {
        Supplier<SQLException> failure = Bench::dataError;
        List<OrderEntry> backlog = orders(BATCH);
        Recovery recovery = found(backlog);
        Worker worker = bench.worker();
        shop.dataSource().setPlan(bench.whenDecided(backlog.get(0), () -> {
            recovery.close();
            return failure.get();
        }));
        worker.runOnce();
        assertEquals(List.of(), bench.attempts());
        worker.close();
        shop.dataSource().setPlan(FaultPlan.NONE);
        Recovery next = bench.recovery("next");
        bench.drain(next);
        bench.assertStatus(OrderStatus.COMPLETED, array(backlog));
        next.close();
    }
}
