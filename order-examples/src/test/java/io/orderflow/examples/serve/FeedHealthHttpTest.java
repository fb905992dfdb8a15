package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.common.ShopSeed;
import io.orderflow.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A feed that nobody reads")
class FeedHealthHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @Test
    @DisplayName("is named by /health/ready with what to do, and serve stays ready")
    void named() throws Exception {
        try (ServedShop served = ServedShop.start(new ShopSeed(1, 1, 100, 100), pool -> {})) {
            execute(served.pool(), "INSERT INTO orderflow_feed (name, position) VALUES ('mail.queue', 0)");
            execute(served.pool(), "UPDATE orderflow_batch SET decided_at = '2026-01-01 00:00:00'");
            Eventually.await(
                    "health says so", BOUND, () -> ready(served).contains("feed-mail.queue"), () -> ready(served));
            String ready = ready(served);
            assertTrue(ready.startsWith("200 "), ready);
            assertTrue(ready.contains("\"status\":\"DEGRADED\",\"detail\":\"has not read up to "), ready);
            assertTrue(
                    ready.contains("nobody reads it: no process has its turn; start what reads it, or delete"), ready);
            assertEquals("UP", served.client().get("/health/live").text("status"));
            String meters = served.client().text("/metrics");
            assertTrue(meters.contains("orderflow_health{part=\"feeds\"} 1.0"), meters);
            assertTrue(meters.contains("orderflow_health{part=\"queue\"} 0.0"), meters);
            assertTrue(meters.contains("orderflow_ready 1.0"), meters);
        }
    }

    private static String ready(ServedShop served) {
        try {
            ShopClient.Answer answer = served.client().get("/health/ready");
            return answer.status() + " " + answer.json();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(DataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
