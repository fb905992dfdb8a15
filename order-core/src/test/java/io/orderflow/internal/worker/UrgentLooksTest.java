package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.order;
import static io.orderflow.internal.worker.Bench.orders;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When urgent orders are looked for, and how many of them at once, step by step (R8). */
class UrgentLooksTest extends UrgentTests {
    /** What is known is in memory, and each look reads all of it again. */
    @Test
    void aFloodOfUrgentOrdersIsNotReadAtOnce() {
        List<OrderEntry> flood = new ArrayList<>();
        for (int group = 0; group < 4; group++) {
            List<OrderEntry> orders = urgent(10 * BATCH);
            shop.journal(orders);
            flood.addAll(orders);
        }
        Recovery recovery = bench.recovery();
        int most = 0;
        for (int step = 0; step < 30; step++) {
            recovery.runOnce();
            bench.lane.accepted();
            bench.pass(INTERVAL);
            most = Math.max(most, bench.pieces.hidden().size());
        }
        assertTrue(most <= 6 * BATCH, "one piece in work, and five for " + most + " orders");
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, flood.toArray(OrderEntry[]::new));
        recovery.close();
    }

    /** It is found again although the other work has no end. */
    @Test
    void anUrgentOrderWhoseRowWasHeldWaitsForNoOtherWork() throws Exception {
        List<OrderEntry> others = orders(BATCH);
        shop.journal(others);
        bench.age(Duration.ofMinutes(1));
        shop.dataSource().setPlan(bench.whenDecided(others.get(0), () -> new SQLException("deadlock", "40001", 1213)));
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        recovery.runOnce();
        OrderEntry order = urgent();
        shop.journal(List.of(order));
        try (Connection stranger = shop.foreign();
                Statement statement = stranger.createStatement()) {
            statement.executeQuery("SELECT id FROM " + shop.tables().orders() + " WHERE id = " + SqlText.id(order.id())
                    + " FOR UPDATE");
            steps(recovery, 20);
            bench.assertStatus(OrderStatus.PENDING, order);
        }
        steps(recovery, 20);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        bench.assertStatus(OrderStatus.PENDING, others.toArray(OrderEntry[]::new));
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(recovery);
        recovery.close();
    }

    private void steps(Recovery recovery, int count) {
        for (int step = 0; step < count; step++) {
            bench.pass(Duration.ofNanos(recovery.runOnce()).plus(INTERVAL));
        }
    }

    /** Nobody receives then, so nobody would see that the queue is behind no more. */
    @Test
    void inAPauseNobodyLooksForUrgentOrders() throws InterruptedException {
        Worker worker = behind(3);
        shop.deciding().pause("duty", "test");
        worker.runOnce();
        Recovery recovery = bench.recovery();
        assertFewLooks(recovery);
        shop.deciding().resume("duty");
        bench.pass(Duration.ofSeconds(1));
        worker.runOnce();
        worker.runOnce();
        assertTrue(bench.lane.isBehind());
        bench.drain(worker);
        bench.drain(recovery);
        worker.close();
        recovery.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"RECEIVE", "OPEN"})
    void whileTheQueueIsAwayNobodyLooksForUrgentOrders(ScriptedQueue.Call call) throws InterruptedException {
        Worker worker = behind(1);
        Recovery recovery = bench.recovery();
        bench.queue.fail(ScriptedQueue.Call.RECEIVE, new QueueException("away"));
        if (call == ScriptedQueue.Call.OPEN) {
            bench.queue.fail(call, new QueueException("away"));
            bench.step(worker);
            // another worker of the runner had something still
            bench.lane.batchBegins(BATCH, BATCH, true);
        }
        worker.runOnce();
        assertTrue(bench.lane.untilLook() > INTERVAL.toNanos());
        bench.drain(worker);
        bench.drain(recovery);
        worker.close();
        recovery.close();
    }

    /** No more than there are without urgent orders. */
    private void assertFewLooks(Recovery recovery) {
        countLooks();
        for (long end = bench.nanos + Duration.ofSeconds(10).toNanos(); bench.nanos - end < 0; ) {
            long pause = recovery.runOnce();
            bench.pass(Duration.ofNanos(Math.max(1, Math.min(pause, Recovery.REST.toNanos()))));
        }
        assertTrue(looks.size() <= 50, () -> looks.size() + " looks in 10 s");
    }
}
