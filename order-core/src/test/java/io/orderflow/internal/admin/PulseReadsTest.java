package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderPulse;
import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A pulse")
class PulseReadsTest {
    /** H2 makes that many rows in a moment; how the others read is in the tests of the program top. */
    private static void insert(Connection connection, int batches) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO orderflow_batch (decided_at, size, kind) SELECT '2026-01-01 00:00:00',"
                    + " 1, " + BatchKind.DECIDED.code() + " FROM SYSTEM_RANGE(1, " + batches + ")");
        }
    }

    @Test
    @DisplayName("counts the newest batches when there are more than it may read, and is behind in none afterwards")
    void bounded() throws SQLException {
        try (TestDatabase database = TestDatabase.h2();
                HikariDataSource pool = database.dataSource(4);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start();
                Connection connection = pool.getConnection()) {
            orders.inventory().define(1, 1, 1, "product-1"); // makes the tables
            OrderPulse first = orders.records().pulse(OptionalLong.empty());
            insert(connection, 20_000 + 5);
            OrderPulse second = orders.records().pulse(OptionalLong.of(first.position()));
            assertEquals(20_000, second.decided());
            insert(connection, 3);
            OrderPulse third = orders.records().pulse(OptionalLong.of(second.position()));
            assertEquals(3, third.decided());
            assertEquals(0, third.urgent());
            orders.submit(OrderRequest.of(1).line(1, 1).build());
            orders.submit(OrderRequest.of(1).line(1, 1).urgent().build());
            OrderPulse waiting = orders.records().pulse(OptionalLong.of(third.position()));
            assertEquals(2, waiting.backlog());
            assertEquals(1, waiting.urgent());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("has nothing that waits when all is decided, though no worker has taken the groups out")
    void decidedOnesDoNotWait(Kind kind) throws SQLException {
        try (ShopDatabase shop = ShopDatabase.open(kind);
                Connection connection = shop.dataSource().getConnection()) {
            List<OrderEntry> orders = IntStream.range(0, 8)
                    .mapToObj(i -> OrderEntry.of(OrderRequest.of(1).line(1, 1).build()))
                    .toList();
            orders.forEach(order -> shop.journal(List.of(order)));
            PulseReads pulses = new PulseReads(shop.tables());
            assertEquals(8, pulses.pulse(connection, OptionalLong.empty()).backlog());
            shop.decide(orders);
            assertEquals(8, shop.count("orderflow_pending"));
            OrderPulse pulse = pulses.pulse(connection, OptionalLong.empty());
            assertEquals(0, pulse.backlog());
            assertEquals(Duration.ZERO, pulse.oldest());
        }
    }
}
