package io.orderflow.samples;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** The library in ten lines, for the package description. */
final class EmbeddingSample {
    private EmbeddingSample() {}

    static Optional<Order> run(DataSource dataSource) throws InterruptedException {
        // sample: begin
        OrderSchema.of(dataSource).createOrUpgrade();
        try (OrderProcessor orders = OrderProcessor.builder(dataSource).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1"); // product 1: 2.50 a piece, 10 pieces
            orders.wallets().open(7, 5_000, "wallet-7"); // buyer 7: 50.00
            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            SubmitResult result = orders.submit(request);
            return orders.await(result.orderId(), Duration.ofSeconds(5)); // COMPLETED, total 500
        }
        // sample: end
    }
}
