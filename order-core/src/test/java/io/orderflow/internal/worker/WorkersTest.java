package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.OrderPlacement;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threads of a runner: start, work, outage, and the end within its bound. */
class WorkersTest extends BenchTests {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final InMemoryQueue queue = InMemoryQueue.builder().build();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final OrderListener listener = new OrderListener() {
        @Override
        public void decided(List<Decision> decisions) {
            told.add("decided " + decisions.size());
        }

        @Override
        public void paused(String worker, String cause) {
            told.add("paused");
        }

        @Override
        public void resumed(String worker) {
            told.add("resumed");
        }
    };
    private final WorkerMonitor monitor = new WorkerMonitor(
            List.of(listener), ids -> {}, () -> {}, Clock.systemUTC(), Telemetry.NONE, new Outages(System::nanoTime));
    private static final String LISTENERS = "orderflow-listener";

    private final List<Workers> closed = new CopyOnWriteArrayList<>();
    private Workers workers;

    @BeforeEach
    void setUp() {
        workers = workers(WorkerConfig.builder().threads(2).build(), Step.Watcher.NONE);
    }

    @AfterEach
    void check() {
        shop.dataSource().setPlan(FaultPlan.NONE);
        workers.close();
        assertTrue(closed.contains(workers), "told of its end");
        awaitNoThreads();
        monitor.close(BOUND);
        Eventually.await(
                "the listener's thread ends with its monitor",
                BOUND,
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith(LISTENERS)),
                () -> "it runs");
        bench.checkShop();
    }

    private Workers workers(WorkerConfig config, Step.Watcher watcher) {
        return new Workers(
                config,
                queue,
                shop.tables(),
                shop.sessions(),
                monitor,
                new AtomicBoolean(),
                () -> true,
                Optional::empty,
                watcher,
                new Frames(FrameKeys.NONE, shop.sessions()::shop),
                closed::add);
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("orderflow") && !name.startsWith(LISTENERS))
                // those end by themselves, a second after an adjustment
                .filter(name -> !name.startsWith("orderflow-apart-"))
                .collect(Collectors.toSet());
    }

    private static void awaitNoThreads() {
        Eventually.await(
                "the threads end",
                BOUND,
                () -> threads().isEmpty(),
                () -> threads().toString());
    }

    private void send(OrderEntry order) {
        queue.publish(FrameCodec.encode(Frame.NO_SHOP, List.of(order)), Duration.ofSeconds(1));
    }

    private void awaitStatus(OrderEntry order, int status) {
        Eventually.await(
                "order " + order.id() + " has status " + status,
                BOUND,
                () -> bench.status(order) == status,
                () -> bench.status(order) + ", " + workers.health());
    }

    @Test
    void theyDecideWhatTheQueueBringsAndEndWhenClosed() {
        assertEquals(Health.Status.DEGRADED, workers.health().status());
        assertEquals(workers, workers.start());
        assertEquals(
                Set.of("orderflow-worker-1", "orderflow-worker-2", "orderflow-recovery", "orderflow-expiry"),
                threads());
        OrderEntry order = Bench.order();
        send(order);
        awaitStatus(order, 1);
        Eventually.await(
                "health knows of it",
                BOUND,
                () -> workers.health().lastCommit().isPresent(),
                workers.health()::toString);
        assertEquals(Health.Status.UP, workers.health().status());
        Eventually.await("the frame is acked", BOUND, () -> queue.depth().orElse(-1) == 0, queue::toString);
        workers.close();
        assertEquals(Set.of(), threads());
        assertEquals(Health.Status.DEGRADED, workers.health().status());
        Eventually.await("the listener hears it once", BOUND, () -> told.equals(List.of("decided 1")), told::toString);
        assertDoesNotThrow(workers::close);
    }

    @Test
    void theyAreStartedOnceAndNotAfterTheirEnd() {
        workers.start();
        assertThrows(IllegalStateException.class, workers::start);
        workers.close();
        assertThrows(IllegalStateException.class, workers::start);
        Workers neverStarted = workers(WorkerConfig.defaults(), Step.Watcher.NONE);
        neverStarted.close();
        neverStarted.close();
        assertThrows(IllegalStateException.class, neverStarted::start);
    }

    @Test
    void twoRunnersKeepTheirTroublesApart() {
        Workers second = workers(WorkerConfig.defaults(), Step.Watcher.NONE);
        workers.start();
        second.start();
        assertTrue(threads().contains("orderflow-2-worker-1"), threads()::toString);
        second.close();
    }

    /** A lease outlasts all that one attempt may wait for, rows that others hold among it. */
    @Test
    void noWaitForARowIsAsLongAsALease() throws SQLException {
        Duration lease = BOUND.multipliedBy(3);
        Workers patient = workers(WorkerConfig.builder().lease(lease).build(), Step.Watcher.NONE);
        OrderEntry stuck = Bench.order(1, 1, 1);
        OrderEntry beside = Bench.order(2, 1, 1);
        shop.journal(List.of(stuck, beside));
        try (Connection stranger = shop.foreign();
                Statement statement = stranger.createStatement()) {
            statement
                    .executeQuery("SELECT * FROM " + shop.tables().wallet() + " WHERE buyer = 1 FOR UPDATE")
                    .close();
            queue.publish(FrameCodec.encode(Frame.NO_SHOP, List.of(stuck, beside)), Duration.ofSeconds(1));
            patient.start();
            awaitStatus(beside, 1);
            stranger.rollback();
        }
        awaitStatus(stuck, 1);
        patient.close();
    }

    @Test
    void theyStartWithTheDatabaseAwayAndGoOnWhenItIsThere() {
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        OrderEntry order = Bench.order();
        send(order);
        workers.start();
        Eventually.await(
                "health says so",
                BOUND,
                () -> workers.health().status() == Health.Status.DEGRADED && told.contains("paused"),
                workers.health()::toString);
        shop.dataSource().setPlan(FaultPlan.NONE);
        awaitStatus(order, 1);
        Eventually.await(
                "health is well again",
                BOUND,
                () -> workers.health().status() == Health.Status.UP,
                workers.health()::toString);
        Eventually.await(
                "each pause is told to have ended",
                BOUND,
                () -> told.stream().filter("paused"::equals).count()
                        == told.stream().filter("resumed"::equals).count(),
                told::toString);
    }

    @Test
    void closingInAnOutageReturnsWithinItsBoundAndLeavesTheFrame() {
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        OrderEntry order = Bench.order();
        send(order);
        workers.start();
        Eventually.await("a worker pauses", BOUND, () -> told.contains("paused"), told::toString);
        long start = System.nanoTime();
        workers.close();
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos());
        awaitNoThreads();
        assertEquals(List.of(), monitor.troubles());
        assertEquals(1, queue.depth().orElse(-1));
        assertEquals(-1, bench.status(order));
    }

    @Test
    void closingWaitsForTheBatchInWork() throws Exception {
        CountDownLatch inWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        workers = workers(WorkerConfig.defaults(), heldAt(Step.WRITTEN, inWork, goOn));
        OrderEntry order = Bench.order();
        send(order);
        workers.start();
        assertTrue(inWork.await(60, TimeUnit.SECONDS));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(workers::close);
        Eventually.await(
                "closing has begun", BOUND, () -> workers.health().status() != Health.Status.UP, threads()::toString);
        goOn.countDown();
        closing.get(60, TimeUnit.SECONDS);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(0, queue.depth().orElse(-1));
    }

    @Test
    void closingReturnsAtItsBoundWhenAWorkerHangs() throws Exception {
        CountDownLatch inWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Duration drain = Duration.ofMillis(300);
        workers = workers(WorkerConfig.builder().drainTimeout(drain).build(), heldAt(Step.WRITTEN, inWork, goOn));
        OrderEntry order = Bench.order();
        send(order);
        workers.start();
        assertTrue(inWork.await(60, TimeUnit.SECONDS));
        long start = System.nanoTime();
        workers.close();
        long took = System.nanoTime() - start;
        assertTrue(took >= drain.toNanos() && took < Duration.ofSeconds(20).toNanos(), "took " + took);
        assertEquals(Set.of("orderflow-2-worker-1"), threads(), "it was interrupted, or others did not end");
        goOn.countDown();
        awaitNoThreads();
        bench.assertStatus(OrderStatus.COMPLETED, order);
    }

    private static Step.Watcher heldAt(Step held, CountDownLatch inWork, CountDownLatch goOn) {
        return step -> {
            if (step == held) {
                inWork.countDown();
                awaitQuietly(goOn);
            }
        };
    }

    /** Each stands still behind its commit, so that it decides one piece alone until all have come. */
    @Test
    void allThreadsDrainTheBacklogTogetherAndHealthTellsWhereTheyAre() throws Exception {
        Set<String> drain = ConcurrentHashMap.newKeySet();
        CountDownLatch goOn = new CountDownLatch(1);
        WorkerConfig config = WorkerConfig.builder().threads(2).maxBatch(5).build();
        workers = workers(config, step -> {
            if (step == Step.COMMITTED) {
                drain.add(Thread.currentThread().getName());
                awaitQuietly(goOn);
            }
        });
        List<OrderEntry> backlog = Bench.orders(60);
        shop.journal(backlog);
        bench.age(Duration.ofMinutes(1));
        workers.start();
        Set<String> all = Set.of("orderflow-2-worker-1", "orderflow-2-worker-2", "orderflow-2-recovery");
        Eventually.await("each has a piece", BOUND, () -> drain.equals(all), drain::toString);
        Eventually.await(
                "health tells of them",
                BOUND,
                () -> workers.health().checks().stream()
                                .filter(check -> check.detail().contains("5 orders of the journal's backlog"))
                                .count()
                        == 3,
                workers.health()::toString);
        goOn.countDown();
        for (OrderEntry order : backlog) {
            awaitStatus(order, 1);
        }
        Eventually.await(
                "no claim is left",
                BOUND,
                () -> bench.attempts().isEmpty(),
                () -> bench.attempts().toString());
    }

    @Test
    void closingWithOpenPiecesLeavesThemToTheNextRunner() throws Exception {
        CountDownLatch inWork = new CountDownLatch(3);
        CountDownLatch goOn = new CountDownLatch(1);
        WorkerConfig config = WorkerConfig.builder().threads(2).maxBatch(5).build();
        workers = workers(config, heldAt(Step.COMMITTED, inWork, goOn));
        List<OrderEntry> backlog = Bench.orders(60);
        shop.journal(backlog);
        bench.age(Duration.ofMinutes(1));
        workers.start();
        assertTrue(inWork.await(60, TimeUnit.SECONDS));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(workers::close);
        Eventually.await(
                "closing has begun", BOUND, () -> workers.health().status() != Health.Status.UP, threads()::toString);
        goOn.countDown();
        closing.get(60, TimeUnit.SECONDS);
        assertEquals(List.of(), bench.attempts());
        long open = backlog.stream().filter(order -> bench.status(order) == 0).count();
        assertTrue(open >= 30, "they went on for too long: " + open);
        Workers next = workers(config, Step.Watcher.NONE);
        next.start();
        for (OrderEntry order : backlog) {
            awaitStatus(order, 1);
        }
        next.close();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError("a worker must not be interrupted", e);
        }
    }

    @Test
    void aHintHasPlacedOrdersDecidedAtOnce() throws SQLException {
        workers.start();
        OrderEntry order = Bench.order();
        try (Connection host = shop.foreign()) {
            new OrderPlacement(
                            shop.tables(),
                            new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime),
                            id -> java.util.Optional.empty())
                    .place(host, order);
            host.commit();
        }
        workers.hint();
        awaitStatus(order, 1);
        Eventually.await("the listener hears it once", BOUND, () -> told.equals(List.of("decided 1")), told::toString);
    }

    @Test
    void aListenerThatThrowsKeepsNobodyFromWorking() {
        OrderListener bad = new OrderListener() {
            @Override
            public void decided(List<Decision> decisions) {
                throw new IllegalStateException("as the test wants");
            }
        };
        WorkerMonitor failing = new WorkerMonitor(
                List.of(bad), ids -> {}, () -> {}, Clock.systemUTC(), Telemetry.NONE, new Outages(System::nanoTime));
        Workers told = new Workers(
                WorkerConfig.defaults(),
                queue,
                shop.tables(),
                shop.sessions(),
                failing,
                new AtomicBoolean(),
                () -> true,
                Optional::empty,
                Step.Watcher.NONE,
                new Frames(FrameKeys.NONE, shop.sessions()::shop),
                closed::add);
        told.start();
        for (int i = 0; i < 3; i++) {
            OrderEntry order = Bench.order();
            send(order);
            awaitStatus(order, 1);
        }
        Eventually.await("the frames are acked", BOUND, () -> queue.depth().orElse(-1) == 0, queue::toString);
        assertEquals(Health.Status.UP, told.health().status());
        told.close();
        failing.close(BOUND);
    }
}
