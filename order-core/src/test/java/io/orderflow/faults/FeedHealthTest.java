package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.FeedRunner;
import io.orderflow.FeedStart;
import io.orderflow.Health;
import io.orderflow.OrderFeed;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The only reader of a feed ends, and other processes go on with their work. */
class FeedHealthTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    void aFeedThatNobodyReadsAnyMoreIsInHealthUntilItIsRead(TestDatabase.Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind)) {
            HikariDataSource pool = database.dataSource(12);
            OrderSchema.of(pool).createOrUpgrade();
            try (OrderProcessor reading = OrderProcessor.builder(pool).build();
                    OrderProcessor shop = OrderProcessor.builder(pool).build().start()) {
                OrderFeed relay = reading.feed("shipping", FeedStart.NOW);
                FeedRunner reader = relay.start(events -> {});
                Eventually.await("it reads", BOUND, reader::isReading, reader::toString);
                reader.close();
                sellOne(shop);
                Eventually.await("all is well", BOUND, () -> checks(shop).isEmpty(), () -> health(shop));
                timePasses(pool);
                Eventually.await(
                        "it is told", BOUND, () -> checks(shop).equals(List.of("feed-shipping")), () -> health(shop));
                assertEquals(Health.Status.DEGRADED, shop.health().status());
                sellOne(shop);
                try (FeedRunner again = relay.start(events -> {})) {
                    Eventually.await("it is read", BOUND, () -> checks(shop).isEmpty(), () -> health(shop) + again);
                }
            }
        }
        Leaks.awaitNoThreads();
    }

    private static void sellOne(OrderProcessor shop) throws InterruptedException {
        shop.workers(WorkerConfig.defaults()).start();
        OrderRequest request = OrderRequest.of(1).line(1, 1).build();
        shop.submit(request);
        OrderStatus status = shop.await(request.id(), BOUND).orElseThrow().status();
        assertEquals(OrderStatus.REJECTED, status, "nothing is sold here, which is an event too");
    }

    private static void timePasses(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE orderflow_batch SET decided_at = '2026-01-01 00:00:00'");
        }
    }

    private static List<String> checks(OrderProcessor shop) {
        return shop.health().checks().stream().map(Health.Check::name).toList();
    }

    private static String health(OrderProcessor shop) {
        return shop.health().toString();
    }
}
