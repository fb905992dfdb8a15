package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.DeadLetterReason;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Hears verdicts and outages. Each event is told at most once: mail may start here, what must not be lost may not. */
public final class ListenerMain {
    private ListenerMain() {}

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(2);
        OrderListener listener = new OrderListener() {
            @Override
            public void decided(List<Decision> decisions) {
                for (Decision decision : decisions) {
                    String why =
                            decision.rejectReason().map(reason -> ", " + reason).orElse("");
                    System.out.println("buyer " + decision.buyer() + ": " + decision.status() + why);
                    heard.countDown();
                }
            }

            @Override
            public void deadLettered(DeadLetterReason reason, String detail) {
                System.out.println("set aside, somebody must look: " + reason + ", " + detail);
            }

            @Override
            public void paused(String worker, String cause) {
                System.out.println(worker + " waits: " + cause);
            }

            @Override
            public void resumed(String worker) {
                System.out.println(worker + " goes on");
            }
        };
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .createTables(true)
                        .listener(listener)
                        .build()
                        .start()) {
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            orders.submit(
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build());
            orders.submit(
                    OrderRequest.of(7).line(1, 9).idempotencyKey("cart-78").build());
            orders.workers(WorkerConfig.defaults()).start();
            heard.await();
        }
    }
}
