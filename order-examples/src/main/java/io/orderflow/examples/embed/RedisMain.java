package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.redis.RedisQueue;
import java.time.Duration;

/** Orders through a stream of Redis. Arguments: the server's URI and the stream. */
public final class RedisMain {
    private RedisMain() {}

    public static void main(String[] args) throws InterruptedException {
        String uri = args.length > 0 ? args[0] : "redis://localhost:6379";
        String stream = args.length > 1 ? args[1] : "shop-orders";
        try (HikariDataSource pool = Database.open();
                RedisQueue queue = RedisQueue.builder(uri).stream(stream).build();
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .createTables(true)
                        .queue(queue)
                        .build()
                        .start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            System.out.println(orders.submit(request).outcome());
            Order order = orders.await(request.id(), Duration.ofSeconds(30)).orElseThrow();
            System.out.println(order.status() + ", total " + order.total());
        } // closed in this order: the processor with its workers, the queue, the pool
    }
}
