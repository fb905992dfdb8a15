package io.orderflow.internal.worker;

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
import io.orderflow.internal.worker.ScriptedQueue.Call;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker between queue and database, step by step: W1, W2, W4 and W5. */
class WorkerTest extends BenchTests {
    @AfterEach
    void check() {
        bench.checkShop();
    }

    @Test
    void aFrameIsDecidedAckedAndToldOfInThisOrder() throws InterruptedException {
        OrderEntry one = order();
        OrderEntry two = order();
        Delivery frame = bench.queue.send(one, two);
        List<List<Delivery>> ackedWhenTold = new ArrayList<>();
        bench.events.whenTold = () -> ackedWhenTold.add(List.copyOf(bench.queue.acked));
        Worker worker = bench.worker();
        assertEquals(0, worker.runOnce());
        bench.assertStatus(OrderStatus.COMPLETED, one, two);
        assertEquals(List.of(frame), bench.queue.acked);
        assertEquals(List.of("committed 2"), bench.events.all);
        assertEquals(List.of(List.of()), ackedWhenTold);
        assertEquals(
                List.of(Step.RECEIVED, Step.LOCKED, Step.NUMBERED, Step.WRITTEN, Step.COMMITTED, Step.ACKED),
                bench.steps);
        worker.close();
    }

    @Test
    void recoveryLeavesAloneWhatAWorkerHolds() throws InterruptedException {
        bench.config =
                WorkerConfig.builder().maxBatch(2).batchWait(Duration.ZERO).build();
        bench.queue.send(orders(3), 0);
        Worker worker = bench.worker();
        worker.runOnce();
        bench.state.nothingReceived();
        assertEquals(Duration.ofSeconds(10), bench.state.recoveryAge(), "one order of the frame is left");
        bench.drain(worker);
        bench.state.nothingReceived();
        assertEquals(Duration.ofSeconds(1), bench.state.recoveryAge());
        worker.close();
    }

    @Test
    void whatAWorkerGivesBackIsNotHeld() throws InterruptedException {
        bench.config =
                WorkerConfig.builder().maxBatch(2).batchWait(Duration.ZERO).build();
        bench.queue.send(orders(3), 0);
        Worker worker = bench.worker();
        worker.runOnce();
        worker.close();
        bench.state.nothingReceived();
        assertEquals(Duration.ofSeconds(1), bench.state.recoveryAge());
    }

    @Test
    void noTransactionIsOpenWhenListenersHearOfIt() throws InterruptedException {
        OrderEntry order = order();
        bench.queue.send(order);
        List<Integer> seen = new ArrayList<>();
        // another connection waits for no lock and sees the verdict
        bench.events.whenTold = () -> {
            seen.add(bench.status(order));
            shop.execute("UPDATE " + shop.tables().wallet() + " SET balance = balance WHERE buyer = 1");
        };
        Worker worker = bench.worker();
        worker.runOnce();
        assertEquals(List.of(1), seen);
        worker.close();
    }

    @Test
    void anIdleWorkerHoldsNoConnection() throws InterruptedException {
        bench.queue.send(order());
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(0, shop.dataSource().openConnections());
        worker.close();
    }

    @Test
    void aFrameThatSpansTwoBatchesIsAckedWithItsLastOrder() throws InterruptedException {
        bench.config = WorkerConfig.builder()
                .maxBatch(2)
                .lease(Bench.LEASE)
                .batchWait(Duration.ZERO)
                .build();
        List<OrderEntry> three = orders(3);
        Delivery frame = bench.queue.send(three, 0);
        Worker worker = bench.worker();
        worker.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, three.get(0), three.get(1));
        assertEquals(List.of(), bench.queue.acked);
        worker.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, three.get(2));
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void aBatchHasAtMostFiveHundredOrders() throws InterruptedException {
        bench.queue.send(orders(400), 0);
        bench.queue.send(orders(400), 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of("committed 500", "committed 300"), bench.events.all);
        assertEquals(2, bench.queue.acked.size());
        worker.close();
    }

    @Test
    void aBatchHasAtMostTwoThousandLines() throws InterruptedException {
        List<OrderEntry> entries = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            entries.add(orderOfLines(Limits.LINES));
        }
        bench.queue.send(entries, 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of("committed 20", "committed 20", "committed 5"), bench.events.all);
        worker.close();
    }

    @Test
    void asManyFramesAreAskedForAsFillABatchAndNeverTooMany() throws InterruptedException {
        bench.config = WorkerConfig.builder()
                .maxBatch(200)
                .lease(Bench.LEASE)
                .batchWait(Duration.ZERO)
                .build();
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(128, bench.queue.looks.get(0).most());
        for (int i = 0; i < 20; i++) {
            bench.queue.send(orders(20), 0);
        }
        bench.drain(worker);
        int last = bench.queue.looks.get(bench.queue.looks.size() - 1).most();
        assertTrue(last == 10 || last == 11, () -> "frames of 20 orders, and asked for " + last);
        worker.close();
    }

    @Test
    void aDecidedOrderThatIsDeliveredAgainIsSkippedAndAcked() throws InterruptedException {
        OrderEntry order = order();
        bench.queue.send(order);
        Worker worker = bench.worker();
        bench.drain(worker);
        Delivery again = bench.queue.send(order);
        bench.drain(worker);
        assertTrue(bench.queue.acked.contains(again));
        assertEquals(List.of("committed 1", "committed 0"), bench.events.all);
        worker.close();
    }

    /** Under light load each look that brings nothing is a round trip before the order's decision. */
    @Test
    void aMessageThatEndedTheWaitAloneIsDecidedWithoutAnotherLook() throws InterruptedException {
        bench.queue.send(order());
        Worker worker = bench.worker();
        worker.runOnce();
        assertEquals(1, bench.queue.looks.size());
        assertEquals(List.of("committed 1"), bench.events.all);
        bench.queue.send(order());
        bench.queue.send(order());
        worker.runOnce();
        assertEquals(3, bench.queue.looks.size(), "two may be the beginning of many");
        worker.close();
    }

    @Test
    void anOutageStopsReceivingAndItsWorkIsDoneWhenItEnds() throws InterruptedException {
        OrderEntry order = order();
        Delivery frame = bench.queue.send(order);
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        Worker worker = bench.worker();
        int failures = 0;
        for (int i = 0; i < 20; i++) {
            long pause = worker.runOnce();
            failures += pause > 0 ? 1 : 0;
            bench.nanos += pause;
            bench.queue.send(order());
        }
        assertTrue(failures > 5, () -> "the worker does not pause: " + bench.steps);
        assertEquals(List.of(), bench.queue.acked);
        assertEquals(1, bench.queue.looks.size(), "looks for messages before the outage was seen");
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.pass(Duration.ofSeconds(1));
        worker.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of(frame), bench.queue.acked);
        bench.drain(worker);
        worker.close();
    }

    @Test
    void aPauseIsNotCutShortByBeingAskedAgain() throws InterruptedException {
        bench.queue.send(order());
        int[] asked = {0};
        shop.dataSource().setPlan((step, sql) -> {
            asked[0]++;
            throw FaultPlan.lost(step);
        });
        Worker worker = bench.worker();
        worker.runOnce();
        assertEquals(1, asked[0]);
        long pause = worker.runOnce();
        assertTrue(pause > 0 && pause <= 100_000_000, () -> "pause " + pause);
        bench.nanos += pause - 1;
        assertEquals(1, worker.runOnce());
        assertEquals(1, asked[0]);
        bench.nanos += 1;
        worker.runOnce();
        assertEquals(2, asked[0]);
        worker.close();
    }

    @Test
    void pausesGrowToASecondAndStartSmallAgain() throws InterruptedException {
        Worker worker = bench.worker();
        assertTrue(longestPause(worker, 12) > Bench.SECOND / 2);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.pass(Duration.ofSeconds(1));
        bench.drain(worker);
        assertTrue(longestPause(worker, 1) <= 100_000_000);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.pass(Duration.ofSeconds(1));
        bench.drain(worker);
        worker.close();
    }

    private long longestPause(Worker worker, int failures) throws InterruptedException {
        bench.queue.send(order());
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        long longest = 0;
        for (int i = 0; i < 2 * failures; i++) {
            long pause = worker.runOnce();
            longest = Math.max(longest, pause);
            bench.nanos += pause;
        }
        assertTrue(longest <= Bench.SECOND);
        return longest;
    }

    @Test
    void aCommitWhoseAnswerWasLostCountsOnce() throws InterruptedException {
        OrderEntry order = order();
        Delivery frame = bench.queue.send(order);
        Worker worker = bench.worker();
        shop.dataSource().setPlan(FaultPlan.nth(FaultPlan.Step.AFTER_COMMIT, 1));
        worker.runOnce();
        assertEquals(List.of(), bench.queue.acked);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void eachLostConnectionOnTheWayIsSurvived() throws InterruptedException {
        for (FaultPlan.Step step : FaultPlan.Step.values()) {
            for (int n = 1; n <= 12; n++) {
                OrderEntry order = order();
                Delivery frame = bench.queue.send(order);
                shop.dataSource().setPlan(FaultPlan.nth(step, n));
                Worker worker = bench.worker();
                bench.drain(worker);
                shop.dataSource().setPlan(FaultPlan.NONE);
                bench.assertStatus(OrderStatus.COMPLETED, order);
                assertTrue(bench.queue.acked.contains(frame), step + " " + n);
                worker.close();
            }
        }
    }

    @Test
    void anErrorInTheMiddleOfATransactionIsNotTakenForAVerdict() throws InterruptedException {
        for (Step step : List.of(Step.LOCKED, Step.NUMBERED, Step.WRITTEN, Step.COMMITTED)) {
            OrderEntry order = order();
            Delivery frame = bench.queue.send(order);
            boolean[] thrown = {false};
            bench.atStep = reached -> {
                if (reached == step && !thrown[0]) {
                    thrown[0] = true;
                    throw new StackOverflowError("as the test wants, at " + step);
                }
            };
            Worker worker = bench.worker();
            assertThrows(StackOverflowError.class, worker::runOnce);
            assertFalse(bench.queue.acked.contains(frame));
            bench.drain(worker);
            bench.assertStatus(OrderStatus.COMPLETED, order);
            assertTrue(bench.queue.acked.contains(frame), step::toString);
            worker.close();
        }
    }

    @Test
    void leasesAreRenewedAtAThirdAlsoInAnOutage() throws InterruptedException {
        Delivery frame = bench.queue.send(order());
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        Worker worker = bench.worker();
        worker.runOnce();
        bench.pass(Bench.LEASE.dividedBy(3).minusNanos(1));
        worker.runOnce();
        assertEquals(List.of(), bench.queue.renewed);
        bench.pass(Duration.ofNanos(1));
        worker.runOnce();
        assertEquals(List.of(frame), bench.queue.renewed);
        worker.runOnce();
        assertEquals(List.of(frame), bench.queue.renewed);
        bench.pass(Bench.LEASE.dividedBy(3));
        worker.runOnce();
        assertEquals(List.of(frame, frame), bench.queue.renewed);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.pass(Duration.ofSeconds(1));
        bench.drain(worker);
        worker.close();
    }

    @Test
    void aFrameWhoseLeaseWasLostIsDecidedAndNotAcked() throws InterruptedException {
        OrderEntry order = order();
        Delivery frame = bench.queue.send(order);
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        Worker worker = bench.worker();
        worker.runOnce();
        bench.queue.leaseEnded.add(frame);
        bench.pass(Bench.LEASE);
        worker.runOnce();
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.pass(Duration.ofSeconds(1));
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of(), bench.queue.acked);
        worker.close();
    }

    @Test
    void whatAnEarlierConsumerReceivedIsDecidedAndNeverAckedOnALaterOne() throws InterruptedException {
        OrderEntry order = order();
        bench.queue.send(order);
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        Worker worker = bench.worker();
        worker.runOnce();
        bench.queue.fail(Call.RENEW, new QueueException("away"));
        bench.pass(Bench.LEASE.dividedBy(3));
        worker.runOnce();
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.pass(Duration.ofSeconds(2));
        Delivery next = bench.queue.send(order());
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(2, bench.queue.consumers);
        assertEquals(List.of(next), bench.queue.acked);
        worker.close();
    }

    @Test
    void whatALostConsumerHeldIsDecidedToItsLastOrderAndRecoveryIsNoLongerKeptFromIt() throws InterruptedException {
        bench.config = WorkerConfig.builder()
                .maxBatch(2)
                .lease(Bench.LEASE)
                .batchWait(Duration.ZERO)
                .build();
        List<OrderEntry> five = orders(5);
        Delivery frame = bench.queue.send(five, 0);
        Worker worker = bench.worker();
        worker.runOnce();
        bench.queue.fail(Call.RENEW, new QueueException("away"));
        bench.pass(Bench.LEASE.dividedBy(3));
        worker.runOnce();
        bench.state.nothingReceived();
        assertEquals(Duration.ofSeconds(1), bench.state.recoveryAge(), "nothing is held any more");
        bench.pass(Duration.ofSeconds(2));
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, five.toArray(new OrderEntry[0]));
        assertFalse(bench.queue.acked.contains(frame), "the queue has it again");
        worker.close();
        assertFalse(bench.queue.released.contains(frame));
    }

    @Test
    void anAckThatFailsClosesTheConsumerAndTheFrameComesAgain() throws InterruptedException {
        OrderEntry order = order();
        bench.queue.send(order);
        bench.queue.fail(Call.ACK, new QueueException("away"));
        Worker worker = bench.worker();
        worker.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(1, bench.queue.closed);
        bench.pass(Duration.ofSeconds(1));
        Delivery again = bench.queue.send(List.of(order), 1);
        bench.drain(worker);
        assertEquals(List.of(again), bench.queue.acked);
        worker.close();
    }

    @Test
    void theQueueIsOpenedAgainWithPausesWhateverItThrows() throws InterruptedException {
        Worker worker = bench.worker();
        for (Exception failure :
                List.of(new QueueException("away"), new IllegalStateException("a bug of the adapter"))) {
            bench.queue.fail(Call.OPEN, failure);
            bench.queue.fail(Call.RECEIVE, failure);
            long first = worker.runOnce();
            assertTrue(first > 0 && first <= 50_000_000, () -> "pause " + first);
            assertFalse(bench.state.isReachable());
            assertEquals(first, worker.runOnce());
            bench.nanos += first;
            assertTrue(worker.runOnce() > 0);
            bench.pass(Duration.ofMillis(100));
            assertEquals(0, worker.runOnce());
            assertTrue(bench.state.isReachable());
            bench.queue.fail(Call.RECEIVE, failure);
            bench.step(worker);
            worker.runOnce();
        }
        assertEquals(4, bench.events.starting("resumed worker.queue").size(), bench.events.all::toString);
        worker.close();
    }

    @Test
    void aLonelyOrderIsDecidedWithoutWaitingForOthers() throws InterruptedException {
        bench.config = WorkerConfig.builder().batchWait(Duration.ofMillis(5)).build();
        Worker worker = bench.worker();
        bench.pass(Duration.ofMillis(1));
        bench.queue.send(order());
        worker.runOnce();
        assertTrue(
                bench.queue.looks.stream()
                        .allMatch(look -> look.isIdle() || look.patience().isZero()),
                bench.queue.looks::toString);
        worker.close();
    }

    @Test
    void aFlowingWorkerWaitsForItsBatchToFill() throws InterruptedException {
        bench.config = WorkerConfig.builder().batchWait(Duration.ofMillis(5)).build();
        Worker worker = bench.worker();
        bench.queue.send(orders(3), 0);
        worker.runOnce();
        bench.queue.looks.clear();
        bench.queue.send(order());
        bench.queue.whenEmpty = () -> {
            bench.queue.whenEmpty = () -> {};
            bench.pass(Duration.ofMillis(2));
            bench.queue.send(orders(2), 0);
        };
        worker.runOnce();
        assertEquals(List.of("committed 3", "committed 3"), bench.events.all);
        assertEquals(
                List.of(ScriptedQueue.IDLE, Duration.ofMillis(5), Duration.ofMillis(3)),
                bench.queue.looks.stream().map(ScriptedQueue.Look::patience).toList());
        bench.queue.looks.clear();
        bench.pass(Duration.ofMillis(11));
        bench.queue.send(orders(2), 0);
        worker.runOnce();
        assertTrue(
                bench.queue.looks.stream()
                        .allMatch(look -> look.isIdle() || look.patience().isZero()),
                bench.queue.looks::toString);
        worker.close();
    }

    @Test
    void closingFinishesTheWorkBegunAndGivesBackTheRest() throws InterruptedException {
        bench.config = WorkerConfig.builder()
                .maxBatch(2)
                .lease(Bench.LEASE)
                .batchWait(Duration.ZERO)
                .build();
        OrderEntry first = order();
        OrderEntry second = order();
        OrderEntry third = order();
        Delivery one = bench.queue.send(first);
        Delivery two = bench.queue.send(second, third);
        shop.dataSource().setPlan(FaultPlan.nth(FaultPlan.Step.BEFORE_EXECUTE, 1, FaultPlan::deadlock));
        Worker worker = bench.worker();
        worker.runOnce();
        bench.pass(Duration.ofSeconds(1));
        worker.runOnce();
        worker.close();
        bench.assertStatus(OrderStatus.COMPLETED, first, second);
        assertEquals(-1, bench.status(third));
        assertEquals(List.of(one), bench.queue.acked);
        assertEquals(List.of(two), bench.queue.released);
        assertEquals(1, bench.queue.closed);
        assertEquals(0, shop.dataSource().openConnections());
    }

    @Test
    void closingInAnOutageTriesNothingAndGivesEverythingBack() throws InterruptedException {
        Delivery frame = bench.queue.send(order());
        int[] asked = {0};
        shop.dataSource().setPlan((step, sql) -> {
            asked[0]++;
            throw FaultPlan.lost(step);
        });
        Worker worker = bench.worker();
        worker.runOnce();
        worker.close();
        assertEquals(1, asked[0]);
        assertEquals(List.of(frame), bench.queue.released);
        assertEquals(List.of("paused worker", "ended worker.queue", "ended worker"), bench.events.all);
    }

    @Test
    void anAbandonedWorkerEndsNothingMore() throws InterruptedException {
        List<OrderEntry> entries = orders(10);
        entries.forEach(entry -> bench.claimedBySomeoneElse(entry, 0, Bench.CLAIM.plusSeconds(1)));
        Delivery frame = bench.queue.send(entries, 3);
        Worker worker = bench.worker();
        worker.runOnce();
        worker.runOnce();
        worker.abandon();
        worker.close();
        assertEquals(List.of(), bench.queue.acked);
        assertEquals(List.of(frame), bench.queue.released);
        assertEquals(1, shop.count(shop.tables().orders()));
        assertEquals(10, bench.attempts().size());
    }

    @Test
    void aConsumerThatCanNotReleaseOrCloseIsLeftToItsLease() throws InterruptedException {
        bench.queue.send(orders(2), 0);
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        Worker worker = bench.worker();
        worker.runOnce();
        bench.queue.fail(Call.RELEASE, new QueueException("away"));
        bench.queue.fail(Call.CLOSE, new IllegalStateException("a bug of the adapter"));
        worker.close();
        assertEquals(1, bench.queue.closed);
        assertEquals(List.of(), bench.queue.released);
    }

    @Test
    void whateverIsThrownWhileItEndsItsConnectionGoesBack() throws InterruptedException {
        bench.queue.send(order());
        Worker worker = bench.worker();
        worker.runOnce();
        assertEquals(1, shop.dataSource().openConnections());
        bench.events.whenTold = () -> {
            throw new StackOverflowError("as the test wants");
        };
        assertThrows(StackOverflowError.class, worker::close);
        assertEquals(0, shop.dataSource().openConnections());
    }
}
