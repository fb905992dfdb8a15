package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.WritableDataSource;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A shop on two database servers with the same data, of which one is written to. Arguments: user and password, then the
 * JDBC URL of each server. Without arguments both are one database in memory.
 */
public final class SeveralServersMain {
    private SeveralServersMain() {}

    static WritableDataSource both(DataSource first, DataSource second) {
        // sample: begin
        return WritableDataSource.builder()
                .server("db1", first) // a pool of its own for each server
                .server("db2", second)
                .build();
        // sample: end
    }

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource first = pool(args, 2);
                HikariDataSource second = pool(args, 3)) {
            WritableDataSource shop = both(first, second);
            try (OrderProcessor orders =
                    OrderProcessor.builder(shop).createTables(true).build().start()) {
                orders.workers(WorkerConfig.defaults()).start();
                orders.inventory().define(1, 250, 10, "product-1");
                orders.wallets().open(7, 5_000, "wallet-7");
                OrderRequest request =
                        OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
                System.out.println(orders.submit(request).outcome());
                Order order = orders.await(request.id(), Duration.ofSeconds(5)).orElseThrow();
                System.out.println(order.status() + " at " + shop.writer().orElseThrow());
            }
        }
    }

    private static HikariDataSource pool(String[] args, int server) {
        return args.length > server ? Database.open(args[server], args[0], args[1]) : Database.open();
    }
}
