package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.WritableDataSource;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.rabbit.RabbitQueue;
import io.orderflow.queue.redis.RedisQueue;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.ServerKind;
import io.orderflow.testkit.MachineLag;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The source of a replica that is a second behind is killed under load")
class PromotionOnQueuesTest {
    private static final Duration BEHIND = Duration.ofSeconds(1);
    private static final Duration ACK_DELAY = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** For two workers, with room. */
    private static final int PREFETCH = 10_000;

    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"REDIS", "RABBITMQ"})
    @DisplayName("and no order is lost with an ackDelay, since a durable queue has them; five times with "
            + "-Dclusters=async")
    void nothingIsLost(ServerKind kind) throws Exception {
        for (int kill = 1; kill <= Clusters.kills("async"); kill++) {
            Acceptance acceptance = Acceptance.values()[(kill + kind.ordinal()) % Acceptance.values().length];
            loseTheSource(kind, Broker.ready(kind), acceptance);
        }
    }

    private static void loseTheSource(ServerKind kind, Broker broker, Acceptance acceptance) throws SQLException {
        try (MachineLag lag = MachineLag.watch();
                ReplicatedPair pair = changedPlaces();
                OrderQueue taking = queue(kind, broker);
                OrderQueue giving = queue(kind, broker);
                OrderProcessor intake = shop(pair, taking, acceptance);
                OrderProcessor deciding = shop(pair, giving, acceptance);
                ReplayedShop shop = ReplayedShop.open(intake)) {
            // stock and wallets that no replica has are undone, and orders are rejected for that
            pair.catchUp();
            pair.delay(BEHIND);
            deciding.workers(WorkerConfig.builder()
                            .threads(2)
                            .lease(Duration.ofSeconds(2))
                            .ackDelay(ACK_DELAY)
                            .build())
                    .start();
            shop.sell(4);
            shop.awaitAccepted(400);
            long killed = System.nanoTime();
            pair.loseTheWriter();
            long promoted = System.nanoTime();
            shop.awaitAccepted(200);
            shop.sendHome();
            Eventually.await(
                    "every message is acked",
                    ServeSite.BOUND,
                    () -> giving.depth().orElse(-1) == 0,
                    () -> giving.depth() + " on the queue, " + deciding.health());
            shop.check();
            Duration pause = Duration.ofNanos(Math.max(0, shop.acceptedAfter(killed) - promoted));
            System.out.println(kind.title() + ", " + acceptance + ": " + shop + ", accepted again " + pause.toMillis()
                    + " ms after the promotion");
            assertTrue(pause.compareTo(lag.extend(PAUSE)) < 0, () -> pause + ", " + lag);
            assertEquals(0, intake.audit().parked());
        }
    }

    /** The second server is written to, so that the first one is left in the end, which has the pair's database. */
    private static ReplicatedPair changedPlaces() throws SQLException {
        ReplicatedPair pair = new ReplicatedPair();
        pair.changePlaces();
        return pair;
    }

    private static OrderProcessor shop(ReplicatedPair pair, OrderQueue queue, Acceptance acceptance) {
        Duration patience = Duration.ofSeconds(1);
        WritableDataSource writable = WritableDataSource.builder()
                .server("first", pair.database().dataSource(8, pair.database().jdbcUrl(), patience))
                .server("second", pair.database().dataSource(8, pair.secondUrl(), patience))
                .build();
        // on a busy machine the first connection takes longer than the pools are patient
        Eventually.await("a server to write to", ServeSite.BOUND, () -> isReached(writable), writable::toString);
        return OrderProcessor.builder(writable)
                .createTables(true)
                .acceptance(acceptance)
                .queue(queue)
                .build()
                .start();
    }

    private static boolean isReached(WritableDataSource writable) {
        try {
            writable.getConnection().close();
            return true;
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static OrderQueue queue(ServerKind kind, Broker broker) {
        return kind == ServerKind.REDIS
                ? RedisQueue.builder(broker.uri()).stream(broker.queue()).build()
                : RabbitQueue.builder(broker.uri())
                        .queue(broker.queue())
                        .prefetch(PREFETCH)
                        .build();
    }
}
