package io.orderflow.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A shop whose tables Flyway made when version 1 was the newest. */
class FlywayUpgradeTest {
    private static final String IN_MEMORY =
            "jdbc:h2:mem:old;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";

    @Test
    void theNextScriptFollowsTheOneThatRanBefore() throws SQLException {
        try (HikariDataSource pool = Database.open(IN_MEMORY)) {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:io/orderflow/schema/h2")
                    .table("orderflow_history")
                    .target("1")
                    .load()
                    .migrate();
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO orderflow_orders (id, buyer, status, fingerprint, request, created_at)"
                        + " VALUES (x'000102030405060708090a0b0c0d0e0f', 1, 0, x'00', x'010100010000',"
                        + " '2026-01-01 00:00:00')");
            }
            assertEquals(1, FlywayMain.migrate(pool, "h2").migrationsExecuted);
            OrderSchema.of(pool).check();
            try (OrderProcessor orders = OrderProcessor.builder(pool).build()) {
                assertEquals(1, orders.audit().pending());
                assertTrue(orders.audit().examples().stream().noneMatch(line -> line.contains("are in no group")));
            }
        }
    }
}
