package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.ForwardingDataSource;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.queue.ForwardingConsumer;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the host gives us hangs, or throws whatever it likes: orders are decided, and health says what is wrong. */
class StuckHostCodeTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
    private final HikariDataSource pool = database.dataSource(8);
    private final CountDownLatch held = new CountDownLatch(1);
    private OrderProcessor orders;

    private void start(DataSource source, UnaryOperator<OrderProcessor.Builder> settings) {
        OrderSchema.of(pool).createOrUpgrade();
        orders = settings.apply(OrderProcessor.builder(source).closeTimeout(Duration.ofSeconds(2)))
                .build()
                .start();
        Goods.seed(orders);
        orders.workers(WorkerConfig.builder()
                        .threads(2)
                        .drainTimeout(Duration.ofSeconds(2))
                        .build())
                .start();
    }

    @AfterEach
    void close() {
        held.countDown();
        orders.close();
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

    private void assertDecided(int count) throws InterruptedException {
        List<OrderRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(OrderRequest.of(1 + i).line(1, 1).build());
        }
        for (SubmitResult result : orders.submitAll(requests)) {
            assertInstanceOf(SubmitResult.Accepted.class, result);
        }
        for (OrderRequest request : requests) {
            assertTrue(orders.await(request.id(), BOUND).orElseThrow().status() != OrderStatus.PENDING);
        }
    }

    private void awaitCheck(String name, String detail) {
        Eventually.await(
                "health tells of " + name + ": " + detail,
                BOUND,
                () -> orders.health().status() == Health.Status.DEGRADED
                        && orders.health().checks().stream()
                                .anyMatch(check -> check.name().startsWith(name)
                                        && check.detail().contains(detail)),
                () -> orders.health().toString());
    }

    private void awaitWell() {
        Eventually.await(
                "health is well",
                BOUND,
                () -> orders.health().status() == Health.Status.UP,
                () -> orders.health().toString());
    }

    @Test
    void aListenerThatNeverReturnsStopsNeitherTheWorkersNorTheOtherListeners() throws InterruptedException {
        AtomicInteger heard = new AtomicInteger();
        start(
                pool,
                builder -> builder.listener(new OrderListener() {
                            @Override
                            public void decided(List<Decision> decisions) {
                                hold();
                            }
                        })
                        .listener(new OrderListener() {
                            @Override
                            public void decided(List<Decision> decisions) {
                                heard.addAndGet(decisions.size());
                            }
                        }));
        assertDecided(60);
        Eventually.await("the other hears of all", BOUND, () -> heard.get() == 60, heard::toString);
        awaitCheck("listener 1", "has been in decided for");
        assertDecided(10);
        held.countDown();
        awaitWell();
    }

    @Test
    void anErrorInReceiveIsInHealthAndTheJournalIsWorkedOnMeanwhile() throws InterruptedException {
        AtomicBoolean fails = new AtomicBoolean(true);
        OrderQueue queue = new ForwardingQueue(InMemoryQueue.builder().build()) {
            @Override
            public QueueConsumer openConsumer(Duration lease) throws QueueException {
                return new ForwardingConsumer(super.openConsumer(lease)) {
                    @Override
                    public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
                        if (fails.get()) {
                            throw new NoClassDefFoundError("as the test wants");
                        }
                        return super.receive(max, wait);
                    }
                };
            }
        };
        start(pool, builder -> builder.queue(queue));
        awaitCheck("orderflow-worker-1.queue", "as the test wants");
        assertDecided(20);
        fails.set(false);
        awaitWell();
        assertDecided(20);
    }

    @Test
    void aPoolThatGivesWorkersNoConnectionIsInHealth() throws InterruptedException {
        AtomicBoolean stingy = new AtomicBoolean();
        start(
                ForwardingDataSource.to(() -> {
                    if (stingy.get() && Thread.currentThread().getName().contains("-worker-")) {
                        hold();
                    }
                    return pool;
                }),
                builder -> builder);
        assertDecided(5);
        stingy.set(true);
        // a worker that still has its connection would decide without asking for another
        Eventually.await(
                "all connections are given back",
                BOUND,
                () -> pool.getHikariPoolMXBean().getActiveConnections() == 0,
                () -> pool.getHikariPoolMXBean().getActiveConnections() + " are out");
        orders.submit(OrderRequest.of(1).line(1, 1).build());
        awaitCheck("orderflow-worker-", "waiting for a database connection");
        held.countDown();
        stingy.set(false);
        awaitWell();
        assertDecided(5);
    }

    @Test
    void whateverClockAndMetersThrowOrdersAreDecided() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        Clock broken = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return switch (asked.getAndIncrement() % 4) {
                    case 0 -> throw new IllegalStateException("as the test wants");
                    case 1 -> throw new StackOverflowError("as the test wants");
                    case 2 -> null;
                    default -> Instant.MAX;
                };
            }
        };
        start(pool, builder -> builder.clock(broken));
        new OrderMetrics(orders).bindTo(new SimpleMeterRegistry() {
            @Override
            protected Counter newCounter(Meter.Id id) {
                return new CumulativeCounter(id) {
                    @Override
                    public void increment(double amount) {
                        throw new NoClassDefFoundError("as the test wants");
                    }
                };
            }
        });
        assertDecided(30);
        assertTrue(asked.get() > 0);
        assertEquals(Health.Status.UP, orders.health().status());
    }
}
