package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.conflicting;
import static io.orderflow.internal.worker.Bench.order;
import static io.orderflow.internal.worker.Bench.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.worker.ScriptedQueue.Call;
import io.orderflow.model.ShopDatabase;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that are acked late, and decided again where the server that decided them is lost: W9. */
class AckDelayTest extends BenchTests {
    private static final Duration DELAY = Duration.ofSeconds(5);

    /** A replica that had nothing of what the shop decided when it was promoted. */
    private static ShopDatabase replica;

    @BeforeAll
    static void openReplica() {
        replica = ShopDatabase.open(TestDatabase.Kind.H2);
    }

    @AfterAll
    static void closeReplica() {
        replica.close();
    }

    @BeforeEach
    void delay() {
        Bench.fill(replica);
        bench.config = config(500);
    }

    private static WorkerConfig config(int maxBatch) {
        return WorkerConfig.builder()
                .maxBatch(maxBatch)
                .lease(Bench.LEASE)
                .batchWait(Duration.ZERO)
                .ackDelay(DELAY)
                .build();
    }

    @AfterEach
    void check() {
        bench.checkShop();
        replica.assertSound();
    }

    /** What is away now says so, and the replica is promoted. */
    private void failOver() {
        bench.shop.dataSource().setPlan((step, sql) -> {
            throw new SQLException("injected: away", "08001");
        });
        bench.writer = replica;
    }

    /** The time passes in which nothing comes. */
    private void rest(Worker worker, Duration time) throws InterruptedException {
        long end = bench.nanos + time.toNanos();
        while (bench.nanos - end < 0) {
            bench.step(worker);
            bench.pass(Duration.ofMillis(100));
        }
    }

    private void drainAndRest(Worker worker) throws InterruptedException {
        bench.drain(worker);
        rest(worker, DELAY.plusSeconds(2));
    }

    private List<String> decisionsAt(ShopDatabase database, List<OrderEntry> orders) {
        return database
                .read("SELECT LOWER(RAWTOHEX(id)) FROM " + database.tables().orders()
                        + " WHERE status = 1 ORDER BY batch_id, place")
                .stream()
                .filter(hex(orders)::contains)
                .toList();
    }

    private static List<String> hex(List<OrderEntry> orders) {
        return orders.stream()
                .map(order -> order.id().toString().replace("-", ""))
                .toList();
    }

    @Test
    void aFrameIsAckedWhenTheServerWasWrittenToSoLongAfterItsDecision() throws InterruptedException {
        OrderEntry order = order();
        Delivery frame = bench.queue.send(order);
        Worker worker = bench.worker();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        rest(worker, DELAY.minusSeconds(1));
        assertEquals(List.of(), bench.queue.acked);
        rest(worker, Duration.ofSeconds(2));
        assertEquals(List.of(frame), bench.queue.acked);
        assertEquals(List.of("committed 1"), bench.events.all);
        assertEquals(List.of(), bench.attempts(), "the look at the server leaves nothing");
        worker.close();
    }

    @Test
    void laterDecisionsLetEarlierFramesBeAckedWithoutALook() throws InterruptedException {
        Delivery first = bench.queue.send(order());
        Worker worker = bench.worker();
        bench.step(worker);
        bench.pass(DELAY);
        bench.queue.send(order());
        List<String> looks = new ArrayList<>();
        shop.dataSource().setPlan((step, sql) -> {
            if (sql.contains(shop.tables().attempt())) {
                looks.add(sql);
            }
        });
        bench.step(worker);
        assertEquals(List.of(first), bench.queue.acked);
        assertEquals(List.of(), looks);
        worker.close();
    }

    @Test
    void whatTheLostServerDecidedIsDecidedAgainBeforeWhatIsNew() throws InterruptedException {
        List<OrderEntry> old = orders(40);
        bench.queue.send(old.subList(0, 20), 0);
        bench.queue.send(old.subList(20, 40), 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        List<OrderEntry> fresh = orders(3);
        bench.queue.send(fresh, 0);
        failOver();
        drainAndRest(worker);
        assertEquals(hex(old), decisionsAt(replica, old));
        List<OrderEntry> all = new ArrayList<>(old);
        all.addAll(fresh);
        assertEquals(hex(all), decisionsAt(replica, all));
        assertEquals(3, bench.queue.acked.size());
        assertEquals(Set.copyOf(bench.queue.acked).size(), bench.queue.acked.size());
        worker.close();
    }

    @Test
    void anIdleWorkerFindsThatTheServerIsLost() throws InterruptedException {
        List<OrderEntry> old = orders(3);
        Delivery frame = bench.queue.send(old, 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        failOver();
        rest(worker, DELAY.plusSeconds(2));
        assertEquals(hex(old), decisionsAt(replica, old));
        assertEquals(List.of(), bench.queue.acked, "it was decided at the replica just now");
        rest(worker, DELAY);
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void aFrameOfWhichThePartIsDecidedIsDecidedAgainAsAWhole() throws InterruptedException {
        bench.config = config(2);
        List<OrderEntry> three = orders(3);
        bench.queue.send(three, 0);
        Worker worker = bench.worker();
        bench.step(worker);
        bench.assertStatus(OrderStatus.COMPLETED, three.get(0), three.get(1));
        failOver();
        drainAndRest(worker);
        bench.assertStatus(OrderStatus.COMPLETED, three.toArray(OrderEntry[]::new));
        assertEquals(1, bench.queue.acked.size());
        worker.close();
    }

    @Test
    void whatTheNewServerKnowsIsNeitherDecidedNorToldAgain() throws InterruptedException {
        List<OrderEntry> old = orders(30);
        bench.queue.send(old, 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        failOver();
        bench.queue.send(order());
        bench.drain(worker);
        List<String> told = List.copyOf(bench.events.starting("committed 3"));
        assertEquals(List.of("committed 30", "committed 30"), told, "decided at both");
        shop.dataSource().setPlan(FaultPlan.NONE);
        replica.dataSource().setPlan((step, sql) -> {
            throw new SQLException("injected: away", "08001");
        });
        bench.writer = shop;
        bench.queue.send(order());
        drainAndRest(worker);
        replica.dataSource().setPlan(FaultPlan.NONE);
        assertEquals(told, bench.events.starting("committed 3"));
        assertEquals(List.of(), bench.attempts());
        assertEquals(3, bench.queue.acked.size());
        worker.close();
    }

    @Test
    void anOrderThatWasSetAsideIsSetAsideAgainAndABadMessageIsNot() throws InterruptedException {
        OrderEntry order = order();
        bench.queue.send(order);
        bench.queue.send(conflicting(order));
        bench.queue.send(new byte[] {1, 2, 3}, 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        String letter = Bench.letter(Codes.of(DeadLetterReason.CONFLICT), order);
        assertEquals(2, bench.deadLetters().size());
        assertTrue(bench.deadLetters().contains(letter), bench.deadLetters()::toString);
        failOver();
        drainAndRest(worker);
        assertEquals(List.of(letter), bench.deadLetters());
        rest(worker, DELAY.plusSeconds(2));
        assertEquals(3, bench.queue.acked.size());
        worker.close();
    }

    @Test
    void aSecondLossInTheMiddleLosesNothing() throws InterruptedException {
        bench.config = config(10);
        List<OrderEntry> old = orders(30);
        bench.queue.send(old, 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        failOver();
        bench.pass(DELAY);
        for (int i = 0; i < 50 && decisionsAt(replica, old).isEmpty(); i++) {
            bench.step(worker);
        }
        assertEquals(10, decisionsAt(replica, old).size());
        // the third server is the first one, emptied
        shop.dataSource().setPlan(FaultPlan.NONE);
        Bench.fill(shop);
        replica.dataSource().setPlan((step, sql) -> {
            throw new SQLException("injected: away", "08001");
        });
        bench.writer = shop;
        drainAndRest(worker);
        replica.dataSource().setPlan(FaultPlan.NONE);
        assertEquals(Set.copyOf(hex(old)), Set.copyOf(decisionsAt(shop, old)));
        rest(worker, DELAY);
        assertEquals(1, bench.queue.acked.size());
        worker.close();
    }

    @Test
    void closingGivesBackWhatIsNotAcked() throws InterruptedException {
        Delivery frame = bench.queue.send(order());
        Worker worker = bench.worker();
        bench.drain(worker);
        worker.close();
        assertEquals(List.of(), bench.queue.acked);
        assertEquals(List.of(frame), bench.queue.released);
    }

    @Test
    void leasesOfWhatIsKeptAreRenewed() throws InterruptedException {
        bench.config = WorkerConfig.builder()
                .lease(Duration.ofSeconds(2))
                .ackDelay(DELAY)
                .build();
        Delivery frame = bench.queue.send(order());
        Worker worker = bench.worker();
        bench.drain(worker);
        rest(worker, Duration.ofSeconds(3));
        assertTrue(bench.queue.renewed.size() >= 3, () -> bench.queue.renewed.size() + " renewals");
        bench.queue.leaseEnded.add(frame);
        rest(worker, Duration.ofSeconds(4));
        assertEquals(List.of(), bench.queue.acked, "somebody else may have it");
        worker.close();
    }

    @Test
    void whatAnEarlierConnectionBroughtIsNotAcked() throws InterruptedException {
        bench.queue.send(order());
        Worker worker = bench.worker();
        bench.drain(worker);
        bench.queue.fail(Call.RECEIVE, new QueueException("injected: away"));
        drainAndRest(worker);
        assertEquals(List.of(), bench.queue.acked);
        worker.close();
    }

    @Test
    void recoveryLooksForOrdersAsIfNothingWereKept() throws InterruptedException {
        bench.queue.send(order());
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(Duration.ofSeconds(1), bench.state.recoveryAge());
        worker.close();
    }

    @Test
    void nothingMoreIsReceivedThanTheQueueGives() throws InterruptedException {
        bench.queue.mostHeld = 2;
        bench.queue.send(order());
        bench.queue.send(order());
        Worker worker = bench.worker();
        bench.step(worker);
        OrderEntry third = order();
        bench.queue.send(third);
        rest(worker, Duration.ofSeconds(1));
        assertEquals(-1, bench.status(third));
        assertEquals(
                List.of("paused worker.acks"),
                bench.events.starting("paused").stream().distinct().toList());
        rest(worker, DELAY.plusSeconds(2));
        bench.assertStatus(OrderStatus.COMPLETED, third);
        assertEquals(List.of("resumed worker.acks"), bench.events.starting("resumed"));
        worker.close();
    }

    @Test
    void aBadMessageThatWasSetAsideIsAckedAtOnce() throws InterruptedException {
        bench.queue.mostHeld = 2;
        Delivery.Oversized whole = new Delivery.Oversized(60_000_000, new byte[32]);
        List<Delivery> bad = List.of(
                bench.queue.send(new byte[] {1, 2, 3}, 0),
                bench.queue.send(new byte[] {4, 5}, 0),
                bench.queue.sendBeginning(new byte[] {6}, whole));
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(bad, bench.queue.acked);
        assertEquals(3, bench.deadLetters().size());
        OrderEntry order = order();
        bench.queue.send(order);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(bad, bench.queue.acked);
        assertEquals(List.of(), bench.events.starting("paused"));
        worker.close();
    }

    /** It may be all that there is of that shop's orders. */
    @Test
    void whatAnotherShopSentIsSetAsideAgain() throws InterruptedException {
        UUID other = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        Delivery frame = bench.queue.send(FrameCodec.encode(other, orders(2)), 0);
        List<String> letter = List.of(Codes.of(DeadLetterReason.FOREIGN_SHOP) + " -");
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(letter, bench.deadLetters());
        assertEquals(List.of(), bench.queue.acked, "the server may be lost, and the dead letter with it");
        failOver();
        drainAndRest(worker);
        assertEquals(letter, bench.deadLetters());
        rest(worker, DELAY.plusSeconds(2));
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void whatWasReceivedIsDecidedWhileNoMoreIsReceived() throws InterruptedException {
        bench.config = config(2);
        bench.queue.mostHeld = 1;
        List<OrderEntry> received = orders(4);
        bench.queue.send(received.subList(0, 2), 0);
        bench.queue.send(received.subList(2, 4), 0);
        OrderEntry third = order();
        bench.queue.send(third);
        Worker worker = bench.worker();
        rest(worker, Duration.ofSeconds(1));
        bench.assertStatus(OrderStatus.COMPLETED, received.toArray(OrderEntry[]::new));
        assertEquals(-1, bench.status(third));
        drainAndRest(worker);
        bench.assertStatus(OrderStatus.COMPLETED, third);
        worker.close();
    }

    @Test
    void theBacklogIsHelpedWithWhileNoMoreIsReceived() throws InterruptedException {
        bench.queue.mostHeld = 1;
        bench.queue.send(order());
        Worker worker = bench.worker();
        bench.step(worker);
        List<OrderEntry> backlog = orders(40);
        shop.journal(backlog);
        bench.pieces.found(List.of(), backlog.stream().map(OrderEntry::id).toList(), false);
        rest(worker, Duration.ofSeconds(1));
        bench.assertStatus(OrderStatus.COMPLETED, backlog.toArray(OrderEntry[]::new));
        worker.close();
    }

    @Test
    void whatWaitsCountsAsHeldByTheQueue() throws Exception {
        bench.queue.mostHeld = 2;
        OrderEntry stuck = order(1, 1, 1);
        OrderEntry third = order(3, 3, 1);
        Worker worker = bench.worker();
        try (Connection stranger = shop.foreign();
                Statement statement = stranger.createStatement()) {
            statement.executeQuery("SELECT * FROM " + shop.tables().wallet() + " WHERE buyer = 1 FOR UPDATE");
            bench.queue.send(stuck);
            bench.queue.send(order(2, 2, 1));
            rest(worker, Duration.ofSeconds(1));
            bench.queue.send(third);
            rest(worker, Duration.ofSeconds(1));
            assertEquals(-1, bench.status(third));
            List<String> paused = bench.events.starting("paused");
            assertTrue(paused.contains("paused worker.acks"), paused::toString);
            stranger.rollback();
        }
        rest(worker, DELAY.multipliedBy(3));
        bench.assertStatus(OrderStatus.COMPLETED, stuck, third);
        assertTrue(bench.events.all.contains("resumed worker.acks"), bench.events.all::toString);
        worker.close();
    }

    @Test
    void serversThatAlternateAreToldUntilOneStays() throws InterruptedException {
        Worker worker = bench.worker();
        decideAt(shop, worker);
        decideAt(replica, worker);
        assertEquals(List.of(), bench.events.starting("paused"), "a fail-over is no fault");
        decideAt(shop, worker);
        decideAt(replica, worker);
        assertEquals(
                List.of("paused worker.servers"),
                bench.events.starting("paused").stream().distinct().toList());
        assertEquals(List.of(), bench.queue.acked);
        rest(worker, DELAY.plusSeconds(2));
        assertEquals(List.of("resumed worker.servers"), bench.events.starting("resumed"));
        assertEquals(4, bench.queue.acked.size());
        int told = bench.events.starting("paused").size();
        decideAt(shop, worker);
        assertEquals(told, bench.events.starting("paused").size(), "it was left long ago");
        worker.close();
    }

    private void decideAt(ShopDatabase database, Worker worker) throws InterruptedException {
        bench.writer = database;
        bench.queue.send(order());
        bench.drain(worker);
    }
}
