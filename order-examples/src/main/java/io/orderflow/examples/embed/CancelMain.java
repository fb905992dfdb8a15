package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.CancelResult;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import java.time.Duration;

/** Orders that are cancelled while they are pending, and one for which it is too late. */
public final class CancelMain {
    private CancelMain() {}

    private static String cancel(OrderProcessor orders, OrderRequest request) {
        // sample: begin
        CancelResult result = orders.changes().cancel(request, "changed my mind");
        return switch (result.outcome()) {
            case CANCELLED, DUPLICATE -> "cancelled: nothing was taken";
            case TOO_LATE ->
                "too late, it is " + ((CancelResult.TooLate) result).order().status();
            case PARKED -> "set aside, somebody looks at it";
            case LIMIT_EXCEEDED -> "the wallet or the stock is full";
            case CONFLICT, OTHER_CONTENT, NOT_FOUND -> "not this order";
        };
        // sample: end
    }

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");

            OrderRequest pending = order("cart-77");
            orders.submit(pending); // nobody decides it yet
            System.out.println("cart-77: " + cancel(orders, pending));

            OrderRequest early = order("cart-78");
            System.out.println("cart-78: " + cancel(orders, early)); // before it was submitted
            System.out.println("cart-78 submitted: " + orders.submit(early).outcome());

            orders.workers(WorkerConfig.defaults()).start();
            OrderRequest decided = order("cart-79");
            orders.submit(decided);
            orders.await(decided.id(), Duration.ofSeconds(30));
            System.out.println("cart-79: " + cancel(orders, decided));
            System.out.println(
                    "pieces left: " + orders.inventory().find(1).orElseThrow().available());
        }
    }

    private static OrderRequest order(String cart) {
        return OrderRequest.of(7).line(1, 2).idempotencyKey(cart).build();
    }
}
