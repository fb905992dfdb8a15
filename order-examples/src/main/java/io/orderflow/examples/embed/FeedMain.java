package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.FeedRunner;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import java.util.concurrent.CountDownLatch;

/** Hears of everything that happens to orders, and misses nothing. */
public final class FeedMain {
    private FeedMain() {}

    static FeedRunner ship(OrderProcessor orders, CountDownLatch seen) {
        // sample: begin
        return orders.feed("shipping").start(events -> {
            for (OrderEvent event : events) {
                System.out.println(event.type() + ", " + event.amount());
                seen.countDown();
            }
        }); // when the handler returns, these events are done
        // sample: end
    }

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(2);
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            ship(orders, seen); // closed with the processor
            for (int quantity : new int[] {2, 11}) {
                OrderRequest request = OrderRequest.of(7)
                        .line(1, quantity)
                        .idempotencyKey("cart-" + quantity)
                        .build();
                orders.submit(request);
            }
            seen.await();
        }
    }
}
