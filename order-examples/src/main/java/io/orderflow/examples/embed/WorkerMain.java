package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.redis.RedisQueue;
import java.util.concurrent.CountDownLatch;

/**
 * A process that decides what others submit. Run as many as you like, on the database and the queue of the shop.
 * Arguments: the URI of Redis and the stream, then JDBC URL, user and password.
 */
public final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] args) throws InterruptedException {
        String uri = args.length > 0 ? args[0] : "redis://localhost:6379";
        String stream = args.length > 1 ? args[1] : "shop-orders";
        String url = args.length > 2 ? args[2] : "jdbc:mysql://localhost:3306/shop";
        String user = args.length > 3 ? args[3] : "shop";
        String password = args.length > 4 ? args[4] : "";

        CountDownLatch end = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endOf(main, end)));
        try (HikariDataSource pool = Database.open(url, user, password);
                RedisQueue queue = RedisQueue.builder(uri).stream(stream).build();
                // never started: it decides, and submits nothing
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .createTables(true)
                        .queue(queue)
                        .build()) {
            orders.workers(WorkerConfig.builder().threads(2).build()).start();
            System.out.println("worker runs");
            end.await();
        }
        System.out.println("worker ended");
    }

    /** The process lives until its hooks return, so this one waits for what is being decided. */
    private static void endOf(Thread main, CountDownLatch end) {
        end.countDown();
        try {
            main.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
