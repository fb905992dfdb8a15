package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.ConfirmResult;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.WorkerConfig;
import java.time.Duration;

/** A shop that keeps pieces for its buyers until their payments come, for a quarter of an hour at most. */
public final class HoldMain {
    private HoldMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 5, "product-1"); // 2.50 a piece, 5 pieces
            Order paid = reserve(orders, "cart-77");
            Order left = reserve(orders, "cart-78");
            System.out.println("cart-77: " + paid(orders, paid, "payment-4711"));

            // A buyer who leaves gives his pieces back at once; else a worker does it when the time is over.
            System.out.println("cart-78: "
                    + orders.changes().release(left.id(), "left the shop").outcome());
            System.out.println("cart-78: " + paid(orders, left, "payment-4712"));
            System.out.println(
                    "pieces left: " + orders.inventory().find(1).orElseThrow().available());
        }
    }

    private static Order reserve(OrderProcessor orders, String cart) throws InterruptedException {
        // sample: begin
        OrderRequest request = OrderRequest.of(7)
                .line(1, 2)
                .payment(Payment.EXTERNAL)
                .holdFor(Duration.ofMinutes(15))
                .idempotencyKey(cart)
                .build();
        // sample: end
        orders.submit(request);
        Order order = orders.await(request.id(), Duration.ofSeconds(30)).orElseThrow();
        System.out.println(cart + ": " + order.status() + ", to be paid: " + order.total());
        return order;
    }

    /** The payment provider has the money. Its name for the payment is the reference. */
    private static String paid(OrderProcessor orders, Order order, String payment) {
        ConfirmResult result = orders.changes().confirm(order.id(), payment);
        return switch (result.outcome()) {
            case CONFIRMED, DUPLICATE -> "paid by " + payment;
            case EXPIRED, NOT_RESERVED -> "too late, pay back " + payment;
            case NOT_FOUND, CONFLICT -> "a mistake of ours: " + result;
        };
    }
}
