package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Health;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;

/** What a health page shows. Reading it asks nobody, so it answers while the database is away. */
public final class HealthMain {
    private HealthMain() {}

    public static void main(String[] args) {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.submit(
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build());
            show("with a database", orders);
        }
        try (HikariDataSource nowhere = Database.open("jdbc:mysql://localhost:1/shop");
                OrderProcessor orders = OrderProcessor.builder(nowhere).build().start()) {
            orders.submit(
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build());
            show("without", orders);
        }
    }

    /** DEGRADED is no reason to restart the process: what can be tried again is, without end. */
    private static void show(String when, OrderProcessor orders) {
        Health health = orders.health();
        int code = health.status() == Health.Status.DOWN ? 503 : 200;
        System.out.println(when + ": " + code + " " + health.status());
        health.checks().forEach(check -> System.out.println("  " + check.name() + " is " + check.status()));
        health.replication().ifPresent(known -> System.out.println("  replicated: " + known.degree()));
    }
}
