package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.samples.SampleBlocks.Block;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every piece of Java in the README and in docs/ is a piece of a sample that is compiled and run here. */
class DocumentSamplesTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final TestDatabase database = TestDatabase.h2();
    private final HikariDataSource pool = database.dataSource(6);

    @AfterEach
    void closeDatabase() {
        database.close();
    }

    @Test
    void theDocumentsShowTheSamplesAsTheyAre() {
        Set<String> shown = new HashSet<>();
        for (Block block : SampleBlocks.ofDocuments()) {
            assertFalse(block.sample().isEmpty(), "no sample named before " + block.place());
            assertEquals(
                    String.join("\n", SampleBlocks.ofSource(block.sample())),
                    String.join("\n", block.text()),
                    block.place());
            shown.add(block.sample());
        }
        assertEquals(
                Set.of("Main", "ResultsSample", "OutboxSample", "RedisSample", "RabbitSample", "MetricsSample"), shown);
    }

    @Test
    void thePackageDescriptionShowsTheEmbeddingSample() {
        assertEquals(
                String.join("\n", SampleBlocks.ofSource("EmbeddingSample")),
                String.join("\n", SampleBlocks.ofPackageDescription()));
    }

    @Test
    void theEmbeddingSampleTakesTenLines() {
        assertTrue(SampleBlocks.ofSource("EmbeddingSample").size() <= 11, "ten lines and the closing brace");
    }

    @Test
    void theEmbeddingSampleCompletesItsOrderOnceHoweverOftenItRuns() throws Exception {
        Order first = EmbeddingSample.run(pool).orElseThrow();
        Order second = EmbeddingSample.run(pool).orElseThrow();

        assertEquals(OrderStatus.COMPLETED, first.status());
        assertEquals(500, first.total());
        assertEquals(first, second);
        OrderProcessor orders = OrderProcessor.builder(pool).build();
        assertEquals(8, orders.inventory().find(1).orElseThrow().available());
        assertEquals(4_500, orders.wallets().find(7).orElseThrow().balance());
    }

    @Test
    void theMetricsSampleRegistersMeters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (OrderProcessor orders = OrderProcessor.builder(pool).build()) {
            MetricsSample.bind(orders, registry);
        }
        assertEquals(0, registry.get("orderflow.orders.accepted").counter().count());
    }

    @Test
    void theResultsSampleNamesEveryResult() {
        UUID id = UUID.randomUUID();
        Duration second = Duration.ofSeconds(1);
        Order order = new Order(
                id,
                7,
                OrderStatus.PENDING,
                Optional.empty(),
                List.of(),
                0,
                Instant.EPOCH,
                Optional.empty(),
                OptionalLong.empty(),
                new byte[0]);
        List<SubmitResult> all = List.of(
                new SubmitResult.Accepted(id),
                new SubmitResult.Duplicate(order),
                new SubmitResult.Conflict(id),
                new SubmitResult.Overloaded(id, second),
                new SubmitResult.Unavailable(id, "no database", second),
                new SubmitResult.Unknown(id, "no answer"));

        assertEquals(SubmitResult.class.getPermittedSubclasses().length, all.size());
        List<String> answers =
                all.stream().map(ResultsSample::answer).distinct().toList();
        assertEquals(all.size(), answers.size(), answers.toString());
    }

    @Test
    void theOutboxSamplePlacesAnOrderThatIsDecided() throws Exception {
        try (OrderProcessor orders = shopWithCart().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            OrderRequest request = OrderRequest.of(7).line(1, 2).build();

            PlaceResult placed = OutboxSample.checkOut(pool, orders, 77, request);

            assertInstanceOf(PlaceResult.Placed.class, placed);
            Order order = orders.await(placed.orderId(), BOUND).orElseThrow();
            assertEquals(OrderStatus.COMPLETED, order.status());
            assertEquals(1, closedCarts());
            assertInstanceOf(PlaceResult.Duplicate.class, OutboxSample.checkOut(pool, orders, 77, request));
        }
    }

    @Test
    void theOutboxSamplePlacesNothingWhenItsTransactionFails() throws Exception {
        OrderProcessor orders = shopWithCart();
        OrderRequest request = OrderRequest.of(7).line(1, 2).build();
        execute("ALTER TABLE cart ADD CONSTRAINT open_for_ever CHECK (closed = 0)");

        assertThrows(SQLException.class, () -> OutboxSample.checkOut(pool, orders, 77, request));

        assertEquals(Optional.empty(), orders.find(request.id()));
        assertEquals(0, closedCarts());
    }

    private OrderProcessor shopWithCart() throws SQLException {
        OrderSchema.of(pool).createOrUpgrade();
        execute("CREATE TABLE cart (id BIGINT PRIMARY KEY, closed INT NOT NULL)");
        execute("INSERT INTO cart VALUES (77, 0)");
        OrderProcessor orders = OrderProcessor.builder(pool).build();
        orders.inventory().define(1, 250, 10, "product-1");
        orders.wallets().open(7, 5_000, "wallet-7");
        return orders;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int closedCarts() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT SUM(closed) FROM cart")) {
            row.next();
            return row.getInt(1);
        }
    }
}
