package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.letter;
import static io.orderflow.internal.worker.Bench.order;
import static io.orderflow.internal.worker.Bench.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.OrderPlacement;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.queue.Delivery;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Urgent orders while the queue or the journal has a backlog, step by step (R8, S5). */
class UrgentOrdersTest extends UrgentTests {
    private static final int POISON = 2;

    private List<Long> batchesOf(List<OrderEntry> orders) {
        return orders.stream()
                .map(order -> Long.parseLong(
                        shop.read("SELECT batch_id FROM orderflow_orders WHERE id = " + SqlText.id(order.id()))
                                .get(0)))
                .sorted()
                .distinct()
                .toList();
    }

    @Test
    void anUrgentOrderIsDecidedWhileTheQueueIsBehind() throws InterruptedException {
        Worker worker = behind(5);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        OrderEntry order = urgent();
        shop.journal(List.of(order));
        Delivery frame = bench.queue.send(order);
        bench.pass(INTERVAL);
        recovery.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(BATCH + 1, shop.count("orderflow_orders WHERE status = 1"));
        recovery.runOnce();
        assertEquals(List.of(), bench.attempts(), "no claim is left");
        bench.drain(worker);
        assertTrue(bench.queue.acked.contains(frame), "what the queue brings later is skipped");
        assertEquals(5 * BATCH + 1, shop.count("orderflow_order_line"));
        bench.drain(recovery);
        assertEquals(0, shop.count("orderflow_pending WHERE kind = 3"));
        worker.close();
        recovery.close();
    }

    @Test
    void itLooksByOneStatementEveryTwentyMillisecondsWhileTheQueueIsBehind() throws InterruptedException {
        Worker worker = behind(2);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.pass(INTERVAL);
        countLooks();
        for (int i = 1; i <= 8; i++) {
            assertEquals(INTERVAL.toNanos(), recovery.runOnce());
            assertEquals(i, looks.size());
            assertEquals(1, shop.dataSource().openConnections(), "the worker's alone");
            bench.pass(INTERVAL.dividedBy(2));
            assertEquals(INTERVAL.dividedBy(2).toNanos(), recovery.runOnce());
            assertEquals(i, looks.size(), "half of the time is no time");
            bench.pass(INTERVAL.dividedBy(2));
        }
        assertTrue(looks.stream().allMatch(sql -> sql.endsWith(" WHERE kind = 3 LIMIT 1")), looks::toString);
        bench.drain(worker);
        assertTrue(recovery.runOnce() > INTERVAL.toNanos(), "the queue is empty");
        worker.close();
        recovery.close();
    }

    @Test
    void whileTheQueueIsNotBehindNothingIsAsked() throws InterruptedException {
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        Worker worker = bench.worker();
        for (int i = 0; i < 20; i++) {
            OrderEntry order = order();
            shop.journal(List.of(order));
            bench.queue.send(order);
            worker.runOnce();
            bench.lane.accepted();
        }
        countLooks();
        recovery.runOnce();
        assertTrue(looks.size() <= 1, looks::toString);
        assertEquals(Long.MAX_VALUE, bench.lane.untilLook());
        bench.drain(worker);
        worker.close();
        recovery.close();
    }

    @Test
    void whatThisProcessAcceptedIsLookedForAtOnce() throws InterruptedException {
        Worker worker = behind(3);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        recovery.runOnce();
        OrderEntry order = urgent();
        shop.journal(List.of(order));
        recovery.runOnce();
        bench.assertStatus(OrderStatus.PENDING, order);
        bench.lane.accepted();
        assertEquals(0, bench.lane.untilLook());
        recovery.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        bench.drain(worker);
        worker.close();
        recovery.close();
    }

    /** Where no queue delivers, recovery has all of it. */
    @Test
    void aFloodOfUrgentOrdersLeavesEverySecondPieceToTheOthers() {
        List<OrderEntry> others = orders(4 * BATCH);
        shop.journal(others);
        bench.age(Duration.ofMinutes(1));
        List<OrderEntry> flood = urgent(7 * BATCH);
        shop.journal(flood);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        List<Long> first = batchesOf(flood);
        List<Long> second = batchesOf(others);
        for (int i = 0; i < second.size(); i++) {
            assertTrue(first.get(i) < second.get(i), () -> first + " " + second);
            assertTrue(second.get(i) < first.get(i + 1), () -> first + " " + second);
        }
        recovery.close();
    }

    /** There is an urgent piece at each step: what else is in the journal is looked for all the same (R5). */
    @Test
    void anEndlessFloodKeepsNobodyFromLookingForTheOthers() throws Exception {
        Worker worker = behind(3);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        OrderEntry placed = order();
        OrderEntry overdue = order();
        shop.journal(List.of(overdue));
        bench.age(Duration.ofMinutes(1));
        shop.journal(urgent(1));
        recovery.runOnce();
        try (Connection host = shop.foreign()) {
            AcceptedOrders accepted = new AcceptedOrders(AcceptedOrders.MOST, () -> bench.nanos);
            new OrderPlacement(shop.tables(), accepted, id -> Optional.empty()).place(host, placed);
            host.commit();
        }
        flood(recovery, Duration.ofMillis(400));
        bench.assertStatus(OrderStatus.COMPLETED, placed);
        flood(recovery, Duration.ofMillis(800));
        bench.assertStatus(OrderStatus.COMPLETED, overdue);
        bench.drain(recovery);
        bench.drain(worker);
        worker.close();
        recovery.close();
    }

    /** A search for the others is due again after each that takes long, and must not be all that recovery does. */
    @Test
    void searchesThatTakeLongKeepNoUrgentOrderWaiting() throws InterruptedException {
        Worker worker = behind(3);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        OrderEntry order = urgent();
        shop.journal(List.of(order));
        for (int step = 0; step < 4; step++) {
            bench.pass(Duration.ofSeconds(2));
            recovery.runOnce();
        }
        bench.assertStatus(OrderStatus.COMPLETED, order);
        bench.drain(recovery);
        bench.drain(worker);
        worker.close();
        recovery.close();
    }

    private void flood(Recovery recovery, Duration time) {
        for (long end = bench.nanos + time.toNanos(); bench.nanos - end < 0; bench.pass(Duration.ofMillis(10))) {
            shop.journal(urgent(1));
            bench.lane.accepted();
            recovery.runOnce();
        }
    }

    /** What is halved, or tried again and again, does not keep urgent orders waiting. */
    @Test
    void anUrgentOrderDoesNotWaitForAPieceThatIsHalved() {
        List<OrderEntry> others = orders(BATCH);
        shop.journal(others);
        bench.age(Duration.ofMinutes(1));
        shop.dataSource().setPlan(bench.whenDecided(others.get(0), Bench::dataError));
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        recovery.runOnce();
        OrderEntry order = urgent();
        shop.journal(List.of(order));
        bench.pass(INTERVAL);
        recovery.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, order);
        bench.assertStatus(OrderStatus.PENDING, others.toArray(OrderEntry[]::new));
        bench.drain(recovery);
        assertEquals(List.of(letter(POISON, others.get(0))), bench.deadLetters());
        recovery.close();
    }

    @Test
    void anUrgentOrderThatCannotBeDecidedIsParkedAndItsNeighboursAreDecided() throws InterruptedException {
        Worker worker = behind(3);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        List<OrderEntry> orders = urgent(5);
        shop.journal(orders);
        shop.dataSource().setPlan(bench.whenDecided(orders.get(2), Bench::dataError));
        bench.drain(recovery);
        assertEquals(List.of(letter(POISON, orders.get(2))), bench.deadLetters());
        assertEquals(4, shop.count("orderflow_order_line WHERE quantity = 1") - BATCH);
        bench.drain(worker);
        worker.close();
        recovery.close();
    }

    /** P7: it would kill whoever looks first, again and again. */
    @Test
    void anUrgentOrderThatWasInWorkWhenAWorkerDiedIsTriedAlone() throws InterruptedException {
        OrderEntry killer = urgent();
        shop.journal(List.of(killer));
        bench.claimedBySomeoneElse(killer, 3, Bench.CLAIM.plusSeconds(1));
        Worker worker = behind(2);
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.PARKED, killer);
        bench.drain(worker);
        worker.close();
        recovery.close();
    }

    @Test
    void aPauseHoldsUrgentOrdersToo() throws InterruptedException {
        Worker worker = behind(2);
        OrderEntry order = urgent();
        shop.journal(List.of(order));
        shop.deciding().pause("duty", "test");
        Recovery recovery = bench.recovery();
        for (int i = 0; i < 100; i++) {
            bench.pass(Duration.ofNanos(recovery.runOnce()));
        }
        bench.assertStatus(OrderStatus.PENDING, order);
        assertEquals(List.of(), bench.attempts());
        shop.deciding().resume("duty");
        bench.drain(recovery);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        bench.drain(worker);
        worker.close();
        recovery.close();
    }

    /** Two processes find the same: one of them decides it, and the other one goes on. */
    @Test
    void whatAnotherProcessTriesIsLeftToIt() throws InterruptedException {
        Worker worker = behind(2);
        OrderEntry order = urgent();
        shop.journal(List.of(order));
        bench.claimedBySomeoneElse(order, 0, Duration.ofSeconds(1));
        Recovery recovery = bench.recovery();
        int searches = 0;
        for (Duration time = Duration.ZERO; time.compareTo(Duration.ofSeconds(1)) < 0; searches++) {
            Duration pause = Duration.ofNanos(recovery.runOnce());
            bench.pass(pause);
            time = time.plus(pause);
        }
        assertTrue(searches < 20, "a second has " + searches + " steps for what cannot be decided now");
        bench.assertStatus(OrderStatus.PENDING, order);
        bench.queue.send(order);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        worker.close();
        recovery.close();
    }
}
