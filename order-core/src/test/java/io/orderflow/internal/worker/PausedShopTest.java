package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.order;
import static io.orderflow.internal.worker.Bench.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.queue.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Worker and recovery, step by step, while deciding is paused for the whole shop. */
class PausedShopTest extends BenchTests {
    /** A long one: leases and claims would end many times. */
    private static final int LOOKS = 2 * 3_600;

    private final List<Exception> retried = new ArrayList<>();

    @AfterEach
    void check() {
        assertEquals(List.of(), retried, "a pause is no failure");
        assertEquals(List.of(), bench.deadLetters());
        bench.checkShop();
    }

    private void pause() {
        bench.events.whenRetried = retried::add;
        shop.deciding().pause("duty", "test");
    }

    @Test
    void aWorkerKeepsWhatItHasAndReceivesNothingMore() throws InterruptedException {
        OrderEntry order = order();
        Delivery frame = bench.queue.send(order);
        pause();
        Worker worker = bench.worker();
        waitLong(worker);
        assertEquals(
                List.of("paused worker"), bench.events.all.stream().distinct().toList());
        int looks = bench.queue.looks.size();
        bench.queue.send(order());
        waitLong(worker);
        assertEquals(looks, bench.queue.looks.size(), "nothing is received");
        assertEquals(List.of(), bench.queue.acked);
        assertEquals(0, shop.dataSource().openConnections(), "no connection is kept");
        bench.assertStatus(OrderStatus.PENDING);
        shop.deciding().resume("duty");
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of(frame), bench.queue.acked.subList(0, 1));
        assertEquals(1, bench.events.starting("resumed").size());
        worker.close();
    }

    private void waitLong(Worker worker) throws InterruptedException {
        for (int i = 0; i < LOOKS; i++) {
            bench.step(worker);
        }
        assertTrue(bench.events.starting("committed").isEmpty(), () -> bench.events.all.toString());
    }

    @Test
    void aWorkerThatIsClosedInAPauseGivesItsFramesBack() throws InterruptedException {
        Delivery frame = bench.queue.send(order());
        pause();
        Worker worker = bench.worker();
        worker.runOnce();
        worker.close();
        assertEquals(List.of(), bench.queue.acked);
        assertEquals(List.of(frame), bench.queue.released);
    }

    /** A process that is killed in a pause leaves no claim behind, which would count as the trace of a death. */
    @Test
    void recoveryClaimsNothingInAPause() {
        List<OrderEntry> orders = orders(3);
        shop.journal(orders);
        bench.age(Duration.ofMinutes(1));
        pause();
        for (int death = 0; death < 5; death++) {
            Recovery killed = bench.recovery();
            waitLong(killed);
            assertEquals(List.of(), bench.attempts());
        }
        bench.assertStatus(OrderStatus.PENDING, orders.toArray(OrderEntry[]::new));
        shop.deciding().resume("duty");
        bench.state.nothingReceived();
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, orders.toArray(OrderEntry[]::new));
        recovery.close();
    }

    private void waitLong(Recovery recovery) {
        for (int i = 0; i < 100; i++) {
            bench.pass(Duration.ofNanos(recovery.runOnce()));
        }
        assertTrue(bench.events.starting("committed").isEmpty(), () -> bench.events.all.toString());
    }

    /** The worst case: it was in work three times when a worker died, and the next time it would be parked. */
    @Test
    void aSuspectIsNotCountedInAPause() {
        OrderEntry order = order();
        shop.journal(List.of(order));
        bench.claimedBySomeoneElse(order, 2, Bench.CLAIM.plusSeconds(1));
        bench.age(Bench.LEASE);
        pause();
        for (int death = 0; death < 5; death++) {
            Recovery killed = bench.recovery();
            waitLong(killed);
            assertEquals(List.of("2"), bench.attempts());
            bench.age(Bench.CLAIM.plusSeconds(1));
        }
        shop.deciding().resume("duty");
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        bench.drain(recovery);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    @Test
    void aWorkerThatHelpsWithTheBacklogClaimsNothingInAPause() throws InterruptedException {
        List<OrderEntry> orders = orders(1_200);
        for (int from = 0; from < orders.size(); from += 400) {
            shop.journal(orders.subList(from, from + 400));
        }
        bench.age(Duration.ofMinutes(1));
        bench.state.nothingReceived();
        Recovery recovery = bench.recovery();
        recovery.runOnce();
        Worker worker = bench.worker();
        pause();
        for (int i = 0; i < 50; i++) {
            bench.step(worker);
        }
        assertEquals(List.of(), bench.attempts());
        waitLong(recovery);
        assertEquals(List.of(), bench.attempts());
        shop.deciding().resume("duty");
        for (int i = 0; i < 10; i++) {
            bench.drain(recovery);
            bench.drain(worker);
        }
        assertEquals(1_200, shop.count("orderflow_orders WHERE status = 1"));
        worker.close();
        recovery.close();
    }
}
