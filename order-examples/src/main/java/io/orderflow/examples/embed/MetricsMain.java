package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import java.time.Duration;

/** Meters for Micrometer. A real host takes the registry of its monitoring system. */
public final class MetricsMain {
    private MetricsMain() {}

    public static void main(String[] args) throws InterruptedException {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build()) {
            // sample: begin
            new OrderMetrics(orders).bindTo(registry); // before orders.start()
            // sample: end
            orders.start();
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            for (int pieces : new int[] {2, 5, 100}) {
                OrderRequest request = OrderRequest.of(7).line(1, pieces).build();
                orders.submit(request);
                orders.await(request.id(), Duration.ofSeconds(30));
            }
        }
        show(registry, "orderflow.orders.accepted");
        show(registry, "orderflow.orders.completed");
        show(registry, "orderflow.orders.rejected");
    }

    private static void show(MeterRegistry registry, String name) {
        double count = registry.get(name).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
        System.out.printf("%s %.0f%n", name, count);
    }
}
