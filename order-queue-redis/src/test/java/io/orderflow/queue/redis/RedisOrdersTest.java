package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitOutcome;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.Durability.Level;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whole orders that a Redis with replicas accepts alone: each is decided, once, whichever server has the stream then.
 */
final class RedisOrdersTest extends RedisTests {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final long PRICE = 10;
    private static final long BALANCE = 1_000_000;

    private final String stream = newStream();
    private TestDatabase database;
    private HikariDataSource pool;

    @BeforeEach
    void openDatabase() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        pool = database.dataSource(16, database.jdbcUrl());
    }

    @AfterEach
    void closeDatabase() {
        pool.close();
        database.close();
    }

    private OrderProcessor shop(DataSource source, RedisQueue queue) {
        return OrderProcessor.builder(source)
                .createTables(true)
                .queue(queue)
                .acceptance(Acceptance.QUEUE_ONLY)
                .submitTimeout(Duration.ofSeconds(2))
                .journalTimeout(Duration.ofSeconds(1))
                .publishTimeout(Duration.ofMillis(500))
                .build()
                .start();
    }

    private static void seed(OrderProcessor shop) {
        shop.inventory().define(1, PRICE, BALANCE, "product");
        shop.wallets().open(7, BALANCE, "wallet");
    }

    private static OrderRequest order(int number) {
        return OrderRequest.of(7).line(1, 1).idempotencyKey("order-" + number).build();
    }

    private static void assertDecidedOnce(OrderProcessor shop, Set<UUID> accepted) {
        Eventually.await(
                "every order that was accepted is decided",
                BOUND,
                () -> accepted.stream().allMatch(id -> isCompleted(shop, id)),
                () -> accepted.stream().filter(id -> !isCompleted(shop, id)).count() + " of " + accepted.size()
                        + " are not");
        assertTrue(shop.audit().ok(), () -> shop.audit().toString());
    }

    private static boolean isCompleted(OrderProcessor shop, UUID id) {
        return shop.find(id)
                .filter(order -> order.status() == OrderStatus.COMPLETED)
                .isPresent();
    }

    /** With the database away, nobody else has what was accepted. */
    @Test
    void whatAPrimaryAcceptsThatIsCutOffIsNotLost() throws Exception {
        Set<UUID> accepted = ConcurrentHashMap.newKeySet();
        FaultyDataSource source = new FaultyDataSource(pool, FaultPlan.NONE);
        try (RedisServer primary = RedisServer.start();
                FaultProxy wire = FaultProxy.to("127.0.0.1", primary.process().port());
                RedisServer replica = RedisServer.start()) {
            replica.run("REPLICAOF", "127.0.0.1", Integer.toString(wire.port()));
            RedisQueue queue =
                    open(RedisQueue.builder(primary.uri()).stream(stream).replicas(1));
            awaitDurable(queue);
            try (OrderProcessor shop = shop(source, queue)) {
                seed(shop);
                source.setPlan((step, sql) -> {
                    throw new SQLException("injected: away", "08001");
                });
                // on a busy machine the replica may be too late for the first of them
                Eventually.await(
                        "50 orders are accepted",
                        BOUND,
                        () -> submit(shop, 0, 50, accepted).size() == 50,
                        () -> accepted.size() + " are, " + queue.durability());
                wire.hold();
                submit(shop, 50, 100, accepted);
            }
            replica.run("REPLICAOF", "NO", "ONE");
            source.setPlan(FaultPlan.NONE);
            RedisQueue promoted = open(RedisQueue.builder(replica.uri()).stream(stream));
            try (OrderProcessor shop = shop(source, promoted)) {
                shop.workers(WorkerConfig.defaults()).start();
                assertDecidedOnce(shop, accepted);
            }
        }
    }

    private static void awaitDurable(RedisQueue queue) {
        Eventually.await(
                "the replica follows",
                PATIENCE.multipliedBy(3),
                () -> queue.durability().level() == Level.DURABLE,
                () -> queue.durability().toString());
    }

    private static Set<UUID> submit(OrderProcessor shop, int from, int to, Set<UUID> accepted) {
        List<CompletableFuture<SubmitResult>> results = new ArrayList<>();
        for (int i = from; i < to; i++) {
            results.add(shop.submitAsync(order(i)));
        }
        results.stream()
                .map(CompletableFuture::join)
                .filter(result -> result.outcome() == SubmitOutcome.ACCEPTED)
                .forEach(result -> accepted.add(result.orderId()));
        return accepted;
    }

    @Test
    void ordersAreDecidedOnceThoughPrimariesAreKilledUnderLoad() throws Exception {
        Assumptions.assumeTrue(Clusters.isWanted("sentinel"), "skipped: takes minutes, wanted by -Dclusters=sentinel");
        try (SentinelSet set = SentinelSet.start()) {
            RedisQueue queue = open(RedisQueue.builder(set.uri()).stream(stream).replicas(1));
            awaitDurable(queue);
            try (OutageLines log = OutageLines.hear();
                    OrderProcessor shop = shop(pool, queue);
                    OrderingLoad load = new OrderingLoad(RedisOrdersTest::order, shop)) {
                seed(shop);
                shop.workers(WorkerConfig.defaults()).start();
                load.start(4);
                for (int kill = 0; kill < Clusters.kills("sentinel"); kill++) {
                    load.awaitAccepted(300);
                    log.taken();
                    set.primary().kill();
                    set.awaitPrimary();
                    load.awaitAccepted(300);
                    set.heal();
                    log.assertFewLinesOf("the primary was killed under orders");
                }
                load.stop();
                System.out.println(load);
                assertDecidedOnce(shop, load.accepted());
                assertEquals(load.submitted(), load.accepted().size(), load::toString);
                long left = BALANCE - PRICE * load.submitted();
                assertEquals(left, shop.wallets().find(7).orElseThrow().balance(), load::toString);
            }
        }
    }
}
