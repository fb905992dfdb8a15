package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.StockAdjustment;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A customer at the counter, whose order does not wait for those of the night. */
public final class UrgentMain {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private UrgentMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.inventory().applyAll(List.of(StockAdjustment.define(1, 250, 10_000, "product-1")));
            List<OrderRequest> night = Stream.generate(() -> OrderRequest.of(7)
                            .line(1, 1)
                            .payment(Payment.EXTERNAL)
                            .build())
                    .limit(2_000)
                    .toList();
            orders.submitAll(night);
            // sample: begin
            OrderRequest atTheCounter = OrderRequest.of(8)
                    .line(1, 1)
                    .payment(Payment.EXTERNAL)
                    .urgent()
                    .build();
            System.out.println(orders.submit(atTheCounter).outcome()); // decided before the others that wait
            // sample: end
            orders.workers(WorkerConfig.builder().maxBatch(10).build()).start();
            Order urgent = orders.await(atTheCounter.id(), PATIENCE).orElseThrow();
            Order last =
                    orders.await(night.get(night.size() - 1).id(), PATIENCE).orElseThrow();
            System.out.println(urgent.status() + ", before the last of the others: "
                    + (urgent.decision().getAsLong() < last.decision().getAsLong()));
        }
    }
}
