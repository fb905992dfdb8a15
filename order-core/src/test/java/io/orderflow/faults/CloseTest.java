package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.internal.worker.Workers;
import io.orderflow.internal.worker.WorkersByHand;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.ForwardingDataSource;
import io.orderflow.testing.TestDatabase;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Closing, while others wait, close too, or are at work. */
class CloseTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
    private final HikariDataSource pool = database.dataSource(8);
    private final CountDownLatch held = new CountDownLatch(1);

    @BeforeEach
    void makeTables() {
        OrderSchema.of(pool).createOrUpgrade();
    }

    @AfterEach
    void nothingIsLeft() {
        held.countDown();
        Leaks.awaitNoThreads();
        database.close();
    }

    private void hold() {
        try {
            assertTrue(held.await(BOUND.toSeconds(), TimeUnit.SECONDS), "waited too long");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OrderRequest order() {
        return OrderRequest.of(1).line(1, 1).build();
    }

    @Test
    void whoAwaitsAVerdictIsToldThatItWasClosed() throws Exception {
        OrderProcessor orders = OrderProcessor.builder(pool).build().start();
        OrderRequest request = order();
        assertInstanceOf(SubmitResult.Accepted.class, orders.submit(request));
        CompletableFuture<Object> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return orders.await(request.id(), Duration.ofDays(365_000));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.yield();
        orders.close();
        ExecutionException thrown =
                assertThrows(ExecutionException.class, () -> waiting.get(BOUND.toSeconds(), TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, thrown.getCause(), thrown::toString);
        assertThrows(IllegalStateException.class, () -> orders.await(request.id(), BOUND));
    }

    /** Again and again, so that closing meets the waiting at every point. */
    @Test
    void awaitRacingCloseNeverHangs() throws Exception {
        for (int i = 0; i < 200; i++) {
            OrderProcessor orders = OrderProcessor.builder(pool).build().start();
            OrderRequest request = order();
            orders.submit(request);
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() ->
                    assertThrows(IllegalStateException.class, () -> orders.await(request.id(), BOUND.plus(BOUND))));
            orders.close();
            waiting.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aSecondCloseWaitsForTheEndOfTheFirst() throws Exception {
        AtomicBoolean slow = new AtomicBoolean();
        CountDownLatch inWrite = new CountDownLatch(1);
        OrderProcessor orders = OrderProcessor.builder(ForwardingDataSource.to(() -> {
                    if (slow.get()) {
                        inWrite.countDown();
                        hold();
                    }
                    return pool;
                }))
                .build()
                .start();
        orders.submit(order());
        Eventually.await(
                "the journal gave its connection back",
                BOUND,
                () -> pool.getHikariPoolMXBean().getActiveConnections() == 0,
                () -> "a connection is out");
        slow.set(true);
        CompletableFuture<SubmitResult> last = orders.submitAsync(order());
        assertTrue(inWrite.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        CompletableFuture<Void> first = CompletableFuture.runAsync(orders::close);
        Eventually.await(
                "the first close drains",
                BOUND,
                () -> orders.health().checks().stream()
                        .anyMatch(check -> check.name().equals("processor")),
                () -> orders.health().toString());
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            orders.close();
            return first.isDone() || last.isDone();
        });
        assertFalse(second.isDone());
        slow.set(false);
        held.countDown();
        assertTrue(second.get(BOUND.toSeconds(), TimeUnit.SECONDS), "the second returned before the first was done");
        first.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertInstanceOf(SubmitResult.Accepted.class, last.get(BOUND.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void aListenerThatClosesDoesNotWaitForItself() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        OrderProcessor[] orders = new OrderProcessor[1];
        orders[0] = OrderProcessor.builder(pool)
                .listener(new OrderListener() {
                    @Override
                    public void decided(List<Decision> decisions) {
                        orders[0].close();
                        closed.complete(null);
                    }
                })
                .build()
                .start();
        Goods.seed(orders[0]);
        orders[0].workers(WorkerConfig.defaults()).start();
        orders[0].submit(order());
        closed.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    /** The one who closes waits for the listener's event to end. */
    @Test
    void aListenerThatClosesWhileAnotherDoesHoldsNobodyUp() throws Exception {
        CountDownLatch inListener = new CountDownLatch(1);
        CompletableFuture<Void> closedWithin = new CompletableFuture<>();
        OrderProcessor[] orders = new OrderProcessor[1];
        orders[0] = OrderProcessor.builder(pool)
                .closeTimeout(Duration.ofMinutes(10))
                .listener(new OrderListener() {
                    @Override
                    public void decided(List<Decision> decisions) {
                        inListener.countDown();
                        hold();
                        orders[0].close();
                        closedWithin.complete(null);
                    }
                })
                .build()
                .start();
        Goods.seed(orders[0]);
        orders[0].workers(WorkerConfig.defaults()).start();
        orders[0].submit(order());
        assertTrue(inListener.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        CompletableFuture<Void> first = CompletableFuture.runAsync(orders[0]::close);
        Eventually.await(
                "another closes",
                BOUND,
                () -> orders[0].health().checks().stream()
                        .anyMatch(check -> check.name().equals("processor")),
                () -> orders[0].health().toString());
        held.countDown();
        closedWithin.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        first.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aClosedRunnerIsForgottenWithItsTroubles() {
        AtomicBoolean away = new AtomicBoolean();
        try (OrderProcessor orders = OrderProcessor.builder(ForwardingDataSource.to(() -> {
                    if (away.get()) {
                        throw new IllegalStateException("as the test wants");
                    }
                    return pool;
                }))
                .build()
                .start()) {
            orders.submit(order());
            WeakReference<WorkerRunner> gone = closedInAnOutage(orders, away);
            assertEquals(
                    List.of(),
                    orders.health().checks().stream()
                            .map(Health.Check::name)
                            .filter(name -> name.contains("worker") || name.contains("recovery"))
                            .toList());
            for (int i = 0; i < 50; i++) {
                orders.workers(WorkerConfig.defaults()).close();
            }
            Eventually.await(
                    "the runner is collected",
                    BOUND,
                    () -> {
                        System.gc();
                        return gone.get() == null;
                    },
                    () -> "it is still known");
            away.set(false);
        }
    }

    private WeakReference<WorkerRunner> closedInAnOutage(OrderProcessor orders, AtomicBoolean away) {
        WorkerRunner runner = orders.workers(WorkerConfig.defaults()).start();
        away.set(true);
        Eventually.await(
                "its outage is in health",
                BOUND,
                () -> orders.health().checks().stream()
                        .anyMatch(check -> check.name().contains("recovery")),
                () -> orders.health().toString());
        runner.close();
        return new WeakReference<>(runner);
    }

    @Test
    void whatOneRunnerThrowsWhenItIsClosedLeavesNothingElseOpen() {
        Thread me = Thread.currentThread();
        AtomicBoolean fails = new AtomicBoolean();
        try (InMemoryQueue queue = InMemoryQueue.builder().build()) {
            OrderProcessor orders = OrderProcessor.builder(ForwardingDataSource.to(() -> {
                        if (fails.get() && Thread.currentThread() == me) {
                            throw new StackOverflowError("as the test wants");
                        }
                        return pool;
                    }))
                    .queue(queue)
                    .build()
                    .start();
            WorkersByHand byHand = ((Workers) orders.workers(WorkerConfig.defaults())).byHand(System::nanoTime);
            orders.submit(order());
            Eventually.await(
                    "the order is on the queue", BOUND, () -> queue.depth().orElse(0) == 1, queue::toString);
            fails.set(true);
            assertThrows(StackOverflowError.class, byHand::work);
            WorkerRunner other = orders.workers(WorkerConfig.defaults()).start();
            assertThrows(StackOverflowError.class, orders::close);
            Leaks.awaitNoThreads();
            assertTrue(
                    other.health().checks().stream()
                            .anyMatch(check -> check.detail().contains("CLOSED")),
                    () -> other.health().toString());
        }
    }

    @Test
    void aProcessorThatCouldNotBeStartedIsClosed() {
        AtomicBoolean fails = new AtomicBoolean();
        try (InMemoryQueue inner = InMemoryQueue.builder().build()) {
            OrderQueue nameless = (OrderQueue) Proxy.newProxyInstance(
                    OrderQueue.class.getClassLoader(), new Class<?>[] {OrderQueue.class}, (self, method, arguments) -> {
                        if (fails.get() && method.getName().equals("name")) {
                            throw new IllegalStateException("no name, as the test wants");
                        }
                        return method.invoke(inner, arguments);
                    });
            OrderProcessor orders = OrderProcessor.builder(pool).queue(nameless).build();
            fails.set(true);
            assertEquals(
                    "no name, as the test wants",
                    assertThrows(IllegalStateException.class, orders::start).getMessage());
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> orders.submit(order()));
            assertTrue(refused.getMessage().contains("CLOSED"), refused::getMessage);
        }
    }
}
