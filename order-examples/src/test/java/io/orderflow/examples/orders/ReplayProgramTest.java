package io.orderflow.examples.orders;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundRequest;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("replay")
class ReplayProgramTest {
    @TempDir
    Path folder;

    private static Order order(RecordsShop shop, long buyer) throws InterruptedException {
        return shop.decided(OrderRequest.of(buyer).line(RecordsShop.PRODUCT, 2).build());
    }

    private static void execute(RecordsShop shop, String sql) throws SQLException {
        try (Connection connection = shop.pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("finds every verdict right, names one that is wrong, and refuses a shop with archived orders")
    void replays(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder).withWorkers()) {
            shop.orders
                    .changes()
                    .refund(RefundRequest.rest(order(shop, RecordsShop.BUYER).id(), "broken"));
            Order rejected = order(shop, 8);
            assertEquals(OrderStatus.REJECTED, rejected.status());
            ProgramRun run = shop.run("replay");
            assertAll(
                    run::toString,
                    () -> assertEquals(0, run.exitCode()),
                    () -> assertTrue(run.out().startsWith("  5 adjustments, verdicts and changes replayed in ")),
                    () -> assertTrue(run.out().contains("  everything comes out the same")));
            execute(shop, "UPDATE orderflow_orders SET reason = 5 WHERE status = 2");
            ProgramRun wrong = shop.run("replay", "--json");
            assertEquals(1, wrong.exitCode(), wrong::toString);
            JsonNode json = wrong.json();
            assertEquals(1, json.path("differences").intValue(), wrong::toString);
            assertEquals(
                    "order " + rejected.id() + ", number " + rejected.decision().getAsLong() / 1_000 + "/"
                            + rejected.decision().getAsLong() % 1_000
                            + ", is rejected for reason 5 and should be rejected for reason 1",
                    json.at("/examples/0").asText());
            execute(shop, "INSERT INTO orderflow_opening VALUES (0, 1, 0, 0, 3)");
            ProgramRun refused = shop.run("replay");
            assertEquals(1, refused.exitCode(), refused::toString);
            assertTrue(
                    refused.err().startsWith("error: 3 orders were archived, and what they took"), refused::toString);
        }
    }
}
