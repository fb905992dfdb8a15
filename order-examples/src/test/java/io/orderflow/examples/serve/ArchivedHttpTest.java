package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.ArchiveConfig;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Of an archived order, over HTTP,")
class ArchivedHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String ORDER =
            "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}],\"payment\":\"EXTERNAL\"}";

    private ServedShop served;

    @BeforeEach
    void start() throws InterruptedException {
        served = ServedShop.start(new ShopSeed(1, 10, 1, 1));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private Answer submit() throws Exception {
        return served.client().order(ORDER, "Idempotency-Key", "\"cart\"");
    }

    private Answer find(String id) {
        try {
            return served.client().get("/orders/" + id);
        } catch (Exception e) {
            throw new AssertionError(id, e);
        }
    }

    private long pending() {
        try (Connection connection = served.pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM orderflow_pending")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void archive() throws SQLException {
        DataSource pool = served.pool();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orderflow_batch SET decided_at = '2020-01-01 00:00:00'");
        }
        try (OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
            assertEquals(
                    1,
                    orders.archive()
                            .run(ArchiveConfig.builder().build(), some -> {})
                            .archived());
        }
    }

    private static Set<String> fields(JsonNode json) {
        Set<String> fields = new TreeSet<>();
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            fields.add(names.next());
        }
        return fields;
    }

    @Test
    @DisplayName("nothing is told that is not known")
    void unknown() throws Exception {
        String id = submit().text("orderId");
        Eventually.await(
                "it is decided", BOUND, () -> find(id).text("status").equals("COMPLETED"), () -> find(id).toString());
        Eventually.await("the journal is empty", BOUND, () -> pending() == 0, () -> pending() + " groups");
        archive();
        Answer found = find(id);
        assertEquals("ARCHIVED", found.text("status"), found::toString);
        assertEquals(Set.of("orderId", "buyer", "status", "createdAt"), fields(found.json()), found::toString);
        Answer again = submit();
        assertEquals(200, again.status(), again::toString);
        assertEquals(found.json(), again.json());
    }
}
