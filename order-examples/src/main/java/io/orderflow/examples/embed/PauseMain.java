package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.StockAdjustment;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import java.util.List;

/** A price that was wrong: orders are accepted and not decided until it is mended. */
public final class PauseMain {
    private PauseMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().applyAll(List.of(StockAdjustment.define(7, 100, 10, "product-7"))); // meant: 100.00
            OrderRequest request =
                    OrderRequest.of(1).line(7, 1).payment(Payment.EXTERNAL).build();
            // sample: begin
            orders.deciding().pause("anna", "the price of product 7 is wrong");
            System.out.println(orders.submit(request).outcome()); // accepted, and not decided
            orders.inventory().setPrice(7, 10_000, "price-7-mended");
            orders.deciding().resume("anna");
            // sample: end
            System.out.println(orders.await(request.id(), Duration.ofSeconds(10))
                    .map(order -> order.status() + " at " + order.total())
                    .orElseThrow());
        }
    }
}
