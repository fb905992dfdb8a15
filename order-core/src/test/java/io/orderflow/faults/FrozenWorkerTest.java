package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.internal.engine.Step;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A worker whose process is stopped in mid-transaction while it holds the row of a product that everybody wants (F9).
 */
class FrozenWorkerTest {
    @ParameterizedTest
    @CsvSource({"MARIADB, LOCKED", "MARIADB, WRITTEN", "MARIADB_CONNECTOR, WRITTEN", "MYSQL, LOCKED", "MYSQL, WRITTEN"})
    void othersCommitWithinTwoLeasesAndTheZombieDoesNoHarm(TestDatabase.Kind kind, Step step)
            throws InterruptedException {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                ShopProcess zombie = ShopProcess.start(shop.database(), 1, 20, ShopProcess.Trap.park(step))) {
            zombie.process().awaitLine("parked", ShopProcess.BOUND);
            zombie.process().freeze();
            long frozen = System.nanoTime();
            shop.startWorkers();
            OrderRequest request = OrderRequest.of(1).line(Goods.HOT, 1).build();
            shop.submit(request);
            Order order = shop.orders().await(request.id(), TestedShop.BOUND).orElseThrow();
            Duration took = Duration.ofNanos(System.nanoTime() - frozen);
            assertEquals(OrderStatus.COMPLETED, order.status());
            System.out.println(
                    kind + ": a worker frozen when " + step + ": others commit after " + BuyerAnswers.millis(took));
            assertTrue(took.compareTo(TestedShop.LEASE.multipliedBy(2)) < 0, () -> "two leases: " + took);

            zombie.process().thaw();
            zombie.process().send("go");
            zombie.awaitSubmitted();
            zombie.enterInto(shop.book());
            shop.settle();
            zombie.end();
            shop.settle();
        }
    }
}
