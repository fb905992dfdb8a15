package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Health;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that start before their database, or before its tables. */
class LateStartTest {
    private static final String CALL = "OrderSchema.createOrUpgrade()";

    @ParameterizedTest
    @EnumSource
    void theTablesMayComeLater(TestDatabase.Kind kind) {
        TestDatabase database = TestDatabase.open(kind);
        try (TestedShop shop = TestedShop.reopen(database, database.jdbcUrl(), builder -> builder)) {
            shop.startWorkers();
            awaitDownBecauseOf(shop, CALL);
            SubmitResult.Unavailable refused =
                    assertInstanceOf(SubmitResult.Unavailable.class, shop.submit(Goods.order(1, 0)));
            assertTrue(refused.cause().contains(CALL), refused.cause());
            comesUp(shop);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void theDatabaseMayComeLater(ServerKind kind) {
        PrivateServer server = Victims.get(kind);
        TestDatabase database = TestDatabase.on(server.address());
        server.kill();
        try (TestedShop shop = TestedShop.reopen(database, database.jdbcUrl(), builder -> builder)) {
            shop.pool().setConnectionTimeout(1_000);
            shop.startWorkers();
            awaitDownBecauseOf(shop, "Connection is not available");
            assertInstanceOf(SubmitResult.Unavailable.class, shop.submit(Goods.order(1, 0)));
            server.restart();
            awaitDownBecauseOf(shop, CALL);
            comesUp(shop);
        }
    }

    private static void awaitDownBecauseOf(TestedShop shop, String cause) {
        Eventually.await(
                "down because of: " + cause,
                TestedShop.BOUND,
                () -> shop.orders().health().status() == Health.Status.DOWN
                        && shop.orders().health().checks().stream()
                                .anyMatch(check -> check.name().equals("journal")
                                        && check.detail().contains(cause)),
                () -> shop.orders().health().toString());
    }

    private static void comesUp(TestedShop shop) {
        OrderSchema.of(shop.pool()).createOrUpgrade();
        assertEquals(0, shop.checker().number("SELECT COUNT(*) FROM orderflow_orders"), "nothing was journaled");
        Goods.seed(shop.orders());
        Eventually.await(
                "orders are accepted",
                TestedShop.BOUND,
                () -> !(shop.submit(Goods.order(1, 1)) instanceof SubmitResult.Unavailable),
                () -> shop.orders().health().toString());
        shop.settle();
        Eventually.await(
                "all is well",
                TestedShop.BOUND,
                () -> shop.orders().health().status() == Health.Status.UP,
                () -> shop.orders().health().toString());
    }
}
