package io.orderflow.faults;

import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.faults.DatabaseOutageTest.Outage;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.queue.ForwardingConsumer;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator reads of one outage of one server, from its begin to its end, where many threads meet it. */
class LinesOfAnOutageTest {
    private static final int THREADS = 8;

    /** Recovery and expiry meet an outage of the database too. */
    private static final int ALL_OF_A_RUNNER = THREADS + 2;

    /** Who is held up now, and who was so far. */
    private static final class Ear implements OrderListener {
        private final Set<String> ever = ConcurrentHashMap.newKeySet();
        private final Set<String> now = ConcurrentHashMap.newKeySet();

        @Override
        public void paused(String worker, String cause) {
            ever.add(worker);
            now.add(worker);
        }

        @Override
        public void resumed(String worker) {
            now.remove(worker);
        }

        private boolean heard(int threads) {
            return now.size() >= threads;
        }

        @Override
        public String toString() {
            return now + " are held up, " + ever + " were";
        }
    }

    /** A queue in memory that does not answer while it is told so. */
    private static final class AbsentQueue extends ForwardingQueue {
        private volatile boolean away;

        AbsentQueue(InMemoryQueue inner) {
            super(inner);
        }

        private void answer() throws QueueException {
            if (away) {
                throw new QueueException("connection refused");
            }
        }

        @Override
        public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
            return away ? PublishResult.refused("connection refused") : super.publish(message, timeout);
        }

        @Override
        public QueueConsumer openConsumer(Duration lease) throws QueueException {
            answer();
            return new ForwardingConsumer(super.openConsumer(lease)) {
                @Override
                public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
                    answer();
                    return super.receive(max, wait);
                }
            };
        }

        @Override
        public void check() throws QueueException {
            answer();
            super.check();
        }
    }

    private final Ear ear = new Ear();

    @ParameterizedTest
    @EnumSource(Outage.class)
    void manyThreadsTellOfADatabaseAsOne(Outage outage) {
        PrivateServer server = Victims.get(ServerKind.MARIADB);
        TestDatabase database = TestDatabase.on(server.address(), TestDatabase.Kind.MARIADB);
        try (FaultProxy proxy = FaultProxy.to(server.address());
                // accepts while the database is away, so that each worker has something to decide then
                InMemoryQueue queue = InMemoryQueue.builder().build();
                TestedShop shop = TestedShop.open(
                        database,
                        database.jdbcUrlVia(proxy.port()),
                        builder -> settings(builder).queue(queue).allowWeakQueue(true))) {
            shop.pool().setMaximumPoolSize(4 * THREADS);
            shop.pool().setConnectionTimeout(1_000);
            try (OutageLines log = OutageLines.hear();
                    Load load = startAll(shop)) {
                log.taken();
                outage.begin(server, proxy);
                try {
                    awaitHeld(ALL_OF_A_RUNNER);
                } finally {
                    outage.end(server, proxy);
                }
                awaitNormal(shop, load);
                log.assertFewLinesOf("database " + outage + ", " + THREADS + " workers");
            }
            awaitAcks(shop, queue);
            shop.settle();
        }
    }

    @Test
    void manyThreadsTellOfAQueueAsOne() {
        TestDatabase database = TestDatabase.h2();
        try (AbsentQueue queue = new AbsentQueue(InMemoryQueue.builder().build());
                TestedShop shop = TestedShop.open(
                        database,
                        database.jdbcUrl(),
                        builder -> settings(builder).queue(queue).allowWeakQueue(true))) {
            shop.pool().setMaximumPoolSize(4 * THREADS);
            try (OutageLines log = OutageLines.hear();
                    Load load = startAll(shop)) {
                log.taken();
                queue.away = true;
                awaitHeld(THREADS);
                queue.away = false;
                awaitNormal(shop, load);
                log.assertFewLinesOf("queue away, " + THREADS + " workers");
            }
            awaitAcks(shop, queue);
            shop.settle();
        }
    }

    private OrderProcessor.Builder settings(OrderProcessor.Builder builder) {
        return builder.submitTimeout(Duration.ofSeconds(2))
                .journalTimeout(Duration.ofMillis(1_500))
                .listener(ear);
    }

    /** Workers, feeds, who waits for a verdict, and who submits. */
    private Load startAll(TestedShop shop) {
        shop.orders()
                .workers(WorkerConfig.builder()
                        .threads(THREADS)
                        .lease(TestedShop.LEASE)
                        .ackDelay(Duration.ofMillis(500))
                        .build())
                .start();
        shop.orders().feed("first").start(events -> {});
        shop.orders().feed("second").start(events -> {});
        Load load = Load.paced(shop, 1, THREADS, Integer.MAX_VALUE);
        waitForNothing(shop);
        shop.awaitDecided(200);
        return load;
    }

    /** What the queue alone accepted is in no table before. */
    private static void awaitAcks(TestedShop shop, OrderQueue queue) {
        Eventually.await(
                "every message is acked",
                TestedShop.BOUND,
                () -> queue.depth().getAsLong() == 0,
                () -> queue.depth() + ", " + shop.orders().health());
    }

    /** Asks for an order that there is not, until the shop is closed. */
    private static void waitForNothing(TestedShop shop) {
        Thread waits = new Thread(() -> {
            try {
                shop.orders().await(UUID.randomUUID(), Duration.ofHours(1));
            } catch (InterruptedException | IllegalStateException e) {
                // closed, as expected
            }
        });
        waits.setDaemon(true);
        waits.start();
    }

    private void awaitHeld(int threads) {
        Eventually.await("all threads have met it", TestedShop.BOUND, () -> ear.heard(threads), ear::toString);
    }

    private void awaitNormal(TestedShop shop, Load load) {
        long before = load.accepted();
        Eventually.await(
                "it all goes on",
                TestedShop.BOUND,
                () -> ear.now.isEmpty()
                        && load.accepted() > before + 100
                        && shop.orders().health().status() == Health.Status.UP,
                () -> ear + ", " + shop.orders().health() + ", " + load.answers());
    }
}
